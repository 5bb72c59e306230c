"""Seeds of every kind: types inferred, broken lines kept, bad input named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse import tables
from lakehouse.files import BROKEN_LINE, ReadOptions, Source, fingerprint, read_source
from lakehouse.schemas import column, schema_of

TYPES = '''zip,flag,small,large,share,day,moment,word,nothing, mixed name.
01234,true,1,3000000000,0.5,2024-02-29,2024-02-29 10:00:00,it's,?,1
22222,FALSE,-2,1,1e3,1999-12-31,2024-02-29T10:00:00.25,"two
lines, quoted ""well""",,x
?,true, 3 ,?,?,?,?, ?,NA,2
'''


def write_file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return str(path)


def types_of(source: Source) -> dict[str, str]:
    return {c.name: c.type for c in schema_of(source.frame)}


def test_types_of_a_csv_are_inferred(spark: SparkSession, lake: Path) -> None:
    source = read_source(spark, write_file(lake, "t.csv", TYPES), ReadOptions())
    assert types_of(source) == {
        "zip": "string",
        "flag": "boolean",
        "small": "int",
        "large": "bigint",
        "share": "double",
        "day": "date",
        "moment": "timestamp",
        "word": "string",
        "nothing": "string",
        "mixed name.": "string",
    }
    assert (source.kind, source.broken_lines, source.version) == ("csv", 0, None)
    rows = [row.asDict() for row in source.frame.collect()]
    assert [row["zip"] for row in rows] == ["01234", "22222", None]
    assert [row["small"] for row in rows] == [1, -2, 3]
    assert rows[1]["word"] == 'two\nlines, quoted "well"'
    assert rows[2]["word"] is None and rows[2]["day"] is None


def test_adult_is_read_whole(spark: SparkSession, adult_csv: Path) -> None:
    source = read_source(spark, str(adult_csv), ReadOptions())
    assert source.frame.count() == 48_842
    assert source.broken_lines == 0
    types = types_of(source)
    assert types["age"] == "int" and types["workclass"] == "string"
    assert source.frame.where("workclass IS NULL").count() == 2_799


def test_broken_lines_are_kept_and_not_trusted(spark: SparkSession, lake: Path) -> None:
    text = "n,word\n1,a\n2\n3,b,too many\n4,c\n"
    source = read_source(spark, write_file(lake, "t.csv", text), ReadOptions())
    assert source.broken_lines == 2
    assert source.frame.columns == ["n", "word", BROKEN_LINE]
    assert types_of(source)["n"] == "int"
    broken = source.frame.where(column(BROKEN_LINE).isNotNull())
    assert sorted(row[BROKEN_LINE].strip() for row in broken.collect()) == ["2", "3,b,too many"]


def test_a_value_of_another_type_than_declared_breaks_its_row(
    spark: SparkSession, lake: Path
) -> None:
    path = write_file(lake, "t.csv", "n,d\n1,2024-01-01\nx,2024-01-02\n3,?\n")
    options = ReadOptions(column_types={"n": "decimal(8,2)", "d": "date"})
    source = read_source(spark, path, options)
    assert source.broken_lines == 1
    assert types_of(source) == {"n": "decimal(8,2)", "d": "date", BROKEN_LINE: "string"}
    broken = source.frame.where(column(BROKEN_LINE).isNotNull()).first()
    assert broken is not None and broken.n is None
    assert broken[BROKEN_LINE].startswith("n is no decimal(8,2): ") and "x" in broken[BROKEN_LINE]
    with pytest.raises(ValueError, match=r"column 'm'.*'n', 'd'"):
        read_source(spark, path, ReadOptions(column_types={"m": "int"}))


def test_files_of_a_folder_may_have_different_headers(spark: SparkSession, lake: Path) -> None:
    write_file(lake, "one.csv", "a, b\n1,2\n")
    write_file(lake, "two.csv", "a, b\n3,4\n")
    source = read_source(spark, str(lake), ReadOptions())
    assert sorted(tuple(row) for row in source.frame.collect()) == [(1, 2), (3, 4)]
    write_file(lake, "two.csv", " b,a,added\n3,4,x\n")
    source = read_source(spark, str(lake), ReadOptions())
    assert source.frame.columns == ["a", "b", "added"]
    assert sorted(map(tuple, source.frame.collect())) == [(1, 2, None), (4, 3, "x")]
    (note,) = source.notes
    assert note == (
        "column 'added' is in 1 of 2 files, and null in the rows of the others (one.csv)"
    )
    write_file(lake, "two.csv", "5,6\n3,4\n")
    with pytest.raises(ValueError, match=r"two.csv has the columns '5', '6', one.csv has 'a', 'b'"):
        read_source(spark, str(lake), ReadOptions())


def test_views_and_tables_of_other_formats_are_seeds(spark: SparkSession, lake: Path) -> None:
    tables.write(spark.range(5), str(lake / "t"), app_id="a")
    name = "lakesynth_seed_view"
    spark.sql(f"CREATE OR REPLACE VIEW {name} AS SELECT id * 2 AS n FROM delta.`{lake / 't'}`")
    try:
        source = read_source(spark, name, ReadOptions())
        assert (source.kind, source.version) == ("view", None)
        assert sorted(row.n for row in source.frame.collect()) == [0, 2, 4, 6, 8]
        assert "its rows are read once and kept as the seed table" in source.notes[0]
        assert fingerprint(spark, name) == source.fingerprint
        tables.write(spark.range(6), str(lake / "t"), app_id="b")
        assert fingerprint(spark, name) != source.fingerprint
    finally:
        spark.sql(f"DROP VIEW {name}")
    spark.range(3).createOrReplaceTempView("lakesynth_numbers")
    source = read_source(spark, "lakesynth_numbers", ReadOptions())
    assert source.frame.count() == 3 and "reads no files" in source.notes[1]


def test_declared_types_of_what_has_types_are_refused(spark: SparkSession, lake: Path) -> None:
    spark.range(3).write.parquet(str(lake / "p"))
    with pytest.raises(ValueError, match=r"ingest.column_types is for CSV and JSON; .*p \(parquet"):
        read_source(spark, str(lake / "p"), ReadOptions(column_types={"id": "int"}))


def test_json_keeps_its_order_and_its_dates(spark: SparkSession, lake: Path) -> None:
    text = '{"z": 1, "a": "2024-01-01", "s": "12"}\n{"z": null, "a": "?", "s": " x "}\n{"z": 2'
    source = read_source(spark, write_file(lake, "t.json", text), ReadOptions())
    assert list(types_of(source).items()) == [
        ("z", "bigint"),
        ("a", "date"),
        ("s", "string"),
        (BROKEN_LINE, "string"),
    ]
    assert source.broken_lines == 1
    assert source.frame.where("s = 'x'").count() == 1


def test_parquet_and_delta_are_read_as_they_are(spark: SparkSession, lake: Path) -> None:
    frame = spark.createDataFrame([(1, " x ")], "n int, s string")
    frame.write.parquet(str(lake / "p"))
    source = read_source(spark, str(lake / "p"), ReadOptions())
    assert (source.kind, source.frame.first()) == ("parquet", frame.first())
    name = str(lake / "d")
    ref = tables.write(frame, name, app_id="a")
    source = read_source(spark, name, ReadOptions())
    assert (source.kind, source.version) == ("delta", ref.version)
    assert source.fingerprint == f"version {ref.version}"
    tables.write(frame.limit(0), name, app_id="b")
    assert source.frame.count() == 1
    assert fingerprint(spark, name) != source.fingerprint
    with pytest.raises(ValueError, match="no rows"):
        read_source(spark, name, ReadOptions())


def test_a_fingerprint_changes_with_the_file(spark: SparkSession, lake: Path) -> None:
    path = write_file(lake, "t.csv", "a\n1\n")
    before = fingerprint(spark, path)
    assert fingerprint(spark, path) == before
    os.utime(path, (1, 1))
    touched = fingerprint(spark, path)
    write_file(lake, "t.csv", "a\n12\n")
    assert len({before, touched, fingerprint(spark, path)}) == 3


def test_unsupported_columns_are_refused_by_name_or_left_out(
    spark: SparkSession, lake: Path
) -> None:
    frame = spark.sql("SELECT 1 AS n, binary('x') AS photo, array(1) AS `a list`")
    frame.write.parquet(str(lake / "p"))
    with pytest.raises(ValueError, match=r"'photo' \(binary\), 'a list' \(array<int>\).*drop"):
        read_source(spark, str(lake / "p"), ReadOptions())
    source = read_source(spark, str(lake / "p"), ReadOptions(unsupported="drop"))
    assert source.frame.columns == ["n"]
    assert "'photo' (binary)" in source.notes[0]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "a,b\n", r"t\.csv has no rows"),
        ("t.csv", "a,b,a\n1,2,3\n", "'a' twice"),
        ("t.zip", "x", "unpack it first"),
    ],
)
def test_bad_files_are_named(
    spark: SparkSession, lake: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_source(spark, write_file(lake, name, text), ReadOptions())


def test_a_folder_without_headers_in_another_encoding(spark: SparkSession, lake: Path) -> None:
    for name in ("one.csv", "two.csv"):
        write_file(lake, name, "1,größe\n2,maß\n", encoding="latin-1")
    source = read_source(spark, str(lake), ReadOptions(header=False, encoding="latin-1"))
    assert types_of(source) == {"_c0": "int", "_c1": "string"}
    assert {row[0] for row in source.frame.select("_c1").collect()} == {"größe", "maß"}
