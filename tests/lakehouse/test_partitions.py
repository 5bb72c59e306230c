"""Folders that name columns, in files of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.files import BROKEN_LINE, ReadOptions, Source, read_source
from lakehouse.partitions import NO_VALUE, Partitions
from lakehouse.schemas import schema_of
from synth.table.errors import InputError


def types_of(source: Source) -> dict[str, str]:
    return {c.name: c.type for c in schema_of(source.frame)}


def rows_of(source: Source) -> list[tuple[object, ...]]:
    return sorted((tuple(row) for row in source.frame.collect()), key=str)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_folders_are_told_by_their_values() -> None:
    places = ["day=2024-01-01/zip=01234/a.csv", f"day=2024-01-02/zip={NO_VALUE}/b=c.csv"]
    found = Partitions.of("/lake/t", places)
    assert found.values == {"day": ("2024-01-01", "2024-01-02"), "zip": ("01234", None)}
    assert (found.type_of("day"), found.type_of("zip")) == ("date", "string")  # its zero stays
    assert Partitions.of("/lake/t", ["deep/a.csv", "b.csv"]).names == ()


@pytest.mark.parametrize("places", [["a=1/x.csv", "x.csv"], ["a=1/x.csv", "b=1/x.csv"]])
def test_folders_of_different_tables_are_refused(places: list[str]) -> None:
    with pytest.raises(
        InputError, match=r"folders of /lake/t name different columns: 'a' at a=1/x"
    ):
        Partitions.of("/lake/t", places)


def test_columns_in_folders_of_csv_files_are_read(spark: SparkSession, lake: Path) -> None:
    write(lake / "region=north/zip=01234/a.csv", "n,s\n1,x\n")
    write(lake / f"region=a+b %2F c/zip={NO_VALUE}/a.csv", "n,s\n2,y\n")
    source = read_source(spark, str(lake), ReadOptions())
    assert types_of(source) == {"n": "int", "s": "string", "region": "string", "zip": "string"}
    assert rows_of(source) == [(1, "x", "north", "01234"), (2, "y", "a+b / c", None)]
    (note,) = source.notes
    assert note == (
        "columns read from the names of folders: 'region' (string, 2 values), "
        "'zip' (string, 2 values)"
    )


def test_a_declared_type_that_a_folder_breaks_is_a_broken_line(
    spark: SparkSession, lake: Path
) -> None:
    write(lake / "year=2023/a.csv", "n\n1\n")
    write(lake / "year=later/a.csv", "n\n2\n")
    source = read_source(spark, str(lake), ReadOptions(column_types={"year": "int"}))
    assert types_of(source) == {"n": "int", "year": "int", BROKEN_LINE: "string"}
    assert source.broken_lines == 1


def test_columns_in_folders_of_json_files_are_read(spark: SparkSession, lake: Path) -> None:
    write(lake / "year=2023/a.json", '{"n": 1}\n')
    write(lake / "year=2024/a.json", '{"n": 2}\n')
    source = read_source(spark, str(lake), ReadOptions())
    assert types_of(source) == {"n": "bigint", "year": "int"}
    assert rows_of(source) == [(1, 2023), (2, 2024)]


def test_columns_in_folders_of_parquet_files_are_read(spark: SparkSession, lake: Path) -> None:
    frame = spark.createDataFrame(
        [(1, "it's 5:00", "01"), (2, None, "02")], "n int, `the =word` string, zip string"
    )
    frame.write.partitionBy("the =word", "zip").parquet(str(lake / "p"))
    source = read_source(spark, str(lake / "p"), ReadOptions())
    assert types_of(source) == {"n": "int", "the =word": "string", "zip": "string"}
    assert rows_of(source) == rows_of(Source(frame, "parquet", 0, None, "", []))


def test_what_is_in_files_and_folders_is_that_of_the_folders(
    spark: SparkSession, lake: Path
) -> None:
    write(lake / "Region=north/a.csv", "region,n\nsouth,1\n")
    source = read_source(spark, str(lake), ReadOptions())
    assert rows_of(source) == [(1, "north")]
    assert "column 'region' is in the files too: what the folders' names say" in source.notes[1]
