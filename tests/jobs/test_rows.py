from pathlib import Path

from pyspark.sql import SparkSession

from jobs.rows import distinct_rows, identified_rows, in_types_of, profile_table, seed_rows
from jobs.run import Run
from lakehouse.occurrence import OCCURRENCE
from lakehouse.schemas import schema_of
from synth.table.schema import Column, TableSchema
from tests.jobs.runs import bare_run, book_all


def cleaned(lake: Path, *, are_unique: bool, **changes: object) -> Run:
    run = bare_run(lake, **changes)
    book_all(run, {"clean": {"rows_are_unique": are_unique}}, "ingest", "clean")
    return run


def test_equal_rows_are_numbered_where_cleaning_has_left_some(
    spark: SparkSession, tmp_path: Path
) -> None:
    frame = spark.createDataFrame([(1, "a"), (1, "a"), (2, None)], "n int, t string")
    assert distinct_rows(cleaned(tmp_path / "a", are_unique=True), frame) is frame
    run = cleaned(tmp_path / "b", are_unique=False)
    rows, key = identified_rows(run, frame)
    assert key == rows.columns == ["n", "t", OCCURRENCE]
    assert sorted(map(tuple, rows.collect())) == [(1, "a", 1), (1, "a", 2), (2, None, 1)]


def test_a_key_deals_rows_without_numbers(spark: SparkSession, tmp_path: Path) -> None:
    frame = spark.createDataFrame([(1, "a"), (1, "a")], "n int, t string")
    run = cleaned(tmp_path, are_unique=False, split__key=["n"])
    assert identified_rows(run, frame) == (frame, ["n"])


def test_columns_come_in_the_types_of_a_schema(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, 2.5, "x")], "`a b` int, d double, extra string")
    schema = TableSchema((Column("d", "float"), Column("a b", "bigint")))
    rows = in_types_of(frame, schema)
    assert [(column.name, column.type) for column in schema_of(rows)] == [
        ("d", "float"),
        ("a b", "bigint"),
    ]
    assert tuple(rows.first()) == (2.5, 1)


def test_the_profile_has_every_row_once(spark: SparkSession) -> None:
    frame = spark.range(0, 1000, 1, 7).selectExpr("id % 3 as n")
    found = profile_table(frame, schema_of(frame))
    assert (found.rows, found.schema.names) == (1000, ("n",))


def test_the_seed_is_read_as_ingest_pinned_it(finished: Run) -> None:
    seed = seed_rows(finished)
    assert seed.columns == ["person_id", "age", "city", "pay", "joined"]
    assert seed.count() == 600
