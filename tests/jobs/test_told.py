from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from jobs.told import cleaning_facts, repeated_keys
from tests.jobs.runs import bare_run, book_all


def test_replacements_are_said_but_of_sensitive_columns(tmp_path: Path) -> None:
    pairs = {">50K.": ">50K", "": "unknown"}
    replaced = {"income": pairs, "secret": {"a": "b"}}
    run = bare_run(tmp_path, clean__replace=replaced, columns__sensitive=["secret"])
    repairs = {"income": {"trimmed": 4, "replaced": 7}, "secret": {"replaced": 1}}
    counts = {"rows_in": 600, "duplicates": 0, "repairs": repairs}
    book_all(run, {"clean": {"counts": counts}}, "ingest", "clean")
    assert cleaning_facts(run)["repairs"] == {
        "income: trimmed": 4,
        "income: >50K. replaced by >50K, an empty text replaced by unknown": 7,
        "secret: replaced": 1,
    }


def test_rows_that_repeat_a_key_of_two_columns_are_counted(
    spark: SparkSession, tmp_path: Path
) -> None:
    run = bare_run(tmp_path)
    stages = ("ingest", "profile", "clean", "split", "encode", "train", "sample")
    book_all(run, {"encode": {"composite_keys": [["a", "b"], ["a", "c"]]}}, *stages, rows=100)
    frame = spark.range(100).selectExpr("id % 10 AS a", "id % 4 AS b", "id AS c")
    assert repeated_keys(run, frame) == (
        "80 of 100 synthetic rows (80.0%) repeat a and b of another row, which no real row does",
    )
    none = bare_run(tmp_path / "none")
    book_all(none, {}, *stages)
    assert repeated_keys(none, frame) == ()
