"""Parquet folders whose files differ: every column is read or named, nothing is lost silently."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.files import ReadOptions, read_source
from lakehouse.parquet_files import wider
from lakehouse.schemas import schema_of
from synth.table.errors import InputError


def write(folder: Path, **tables: pa.Table) -> str:
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return str(folder)


def test_columns_that_some_files_lack_are_read_and_said(spark: SparkSession, lake: Path) -> None:
    old, new = pa.table({"n": [1]}), pa.table({"n": [2], "added": ["x"]})
    source = read_source(spark, write(lake, a_old=old, b_new=new), ReadOptions())
    assert sorted(map(tuple, source.frame.collect())) == [(1, None), (2, "x")]
    assert source.notes == [
        "column 'added' is in 1 of 2 files, and null in the rows of the others (a_old.parquet)"
    ]


def test_numbers_of_different_widths_are_read_in_the_widest(
    spark: SparkSession, lake: Path
) -> None:
    large = 2**40
    narrow = pa.table(
        {
            "n": pa.array([1], pa.int16()),
            "x": pa.array([0.5], pa.float32()),
            "d": pa.array([Decimal("1.25")], pa.decimal128(5, 2)),
        }
    )
    wide = pa.table(
        {
            "n": pa.array([large], pa.int64()),
            "x": pa.array([0.1], pa.float64()),
            "d": pa.array([Decimal("123456789012.50")], pa.decimal128(20, 2)),
        }
    )
    source = read_source(spark, write(lake, a=narrow, b=wide), ReadOptions())
    kinds = [column.type for column in schema_of(source.frame)]
    assert kinds == ["bigint", "double", "decimal(20,2)"]
    found = sorted(map(tuple, source.frame.collect()))
    assert found == [(1, 0.5, Decimal("1.25")), (large, 0.1, Decimal("123456789012.50"))]
    assert "column 'n' is smallint in some files, bigint in others: bigint" in source.notes


@pytest.mark.parametrize(
    ("one", "other", "widest"),
    [
        (T.IntegerType(), T.LongType(), T.LongType()),
        (T.LongType(), T.DoubleType(), None),  # whole numbers beyond 2^53 would change
        (T.IntegerType(), T.StringType(), None),
        (T.DateType(), T.TimestampType(), None),
        (T.DecimalType(5, 2), T.DecimalType(9, 2), T.DecimalType(9, 2)),
        (T.DecimalType(5, 2), T.DecimalType(5, 3), None),
    ],
)
def test_only_what_changes_no_value_is_widened(
    one: T.DataType, other: T.DataType, widest: T.DataType | None
) -> None:
    assert wider(one, other) == wider(other, one) == widest


def test_other_mixtures_name_the_column_and_the_files(spark: SparkSession, lake: Path) -> None:
    name = write(lake, a=pa.table({"n": [1], "m": [1]}), b=pa.table({"n": ["x"], "m": [2]}))
    with pytest.raises(InputError, match=r"'n' is bigint in .*a\.parquet and string in .*b\.parqu"):
        read_source(spark, name, ReadOptions())


def test_names_that_differ_by_case_are_one_column_and_said(spark: SparkSession, lake: Path) -> None:
    name = write(lake, a=pa.table({"Region": ["x"]}), b=pa.table({"region": ["y"]}))
    source = read_source(spark, name, ReadOptions())
    assert sorted(row[0] for row in source.frame.collect()) == ["x", "y"]
    assert source.notes == ["columns 'Region', 'region' are taken for one: Spark tells no case"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty; take it out"),
        (b"a,b\n1,2\n", r"it is a text file; give it the suffix \.csv"),
        (b"\x00\x01\xff" * 100, "it is none, whatever its name says"),
        (b"PAR1 and then nothing", "it is cut short or damaged; write it again"),
    ],
)
def test_what_is_no_parquet_is_refused_by_name(
    spark: SparkSession, lake: Path, content: bytes, reason: str
) -> None:
    write(lake, good=pa.table({"n": [1]}))
    (lake / "odd.parquet").write_bytes(content)
    with pytest.raises(InputError, match=rf"odd\.parquet cannot be read as Parquet: {reason}"):
        read_source(spark, str(lake), ReadOptions())


def test_one_that_is_cut_short_is_refused_by_name(spark: SparkSession, lake: Path) -> None:
    name = write(lake, whole=pa.table({"n": list(range(1000))}))
    path = lake / "whole.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"whole\.parquet cannot be read as Parquet: it is cut sh"):
        read_source(spark, name, ReadOptions())
