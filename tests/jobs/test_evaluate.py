from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.evaluate import NOT_PASSED, PASSED
from jobs.pipeline import summary
from jobs.run import Run
from lakehouse.tables import TableRef, read
from tests.lakes import done, started


def test_the_report_says_what_the_page_says(finished: Run) -> None:
    report = json.loads(finished.path("report.json").read_text(encoding="utf-8"))
    passed = report["verdict"]["passed"]
    assert report["lineage"]["lakesynth.verdict"] == (PASSED if passed else NOT_PASSED)
    assert report["seconds"]["evaluate"] > 0
    (copies,) = (metric for metric in report["metrics"] if metric["name"] == "exact_copy_rate")
    hits, rows = copies["counts"]
    assert (
        rows == summary(finished)["tables"]["candidate"]["rows"] and copies["value"] == hits / rows
    )


def test_the_report_is_there_and_says_that_a_table_is_small(finished: Run) -> None:
    page = Path(summary(finished)["report"]).read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>") and finished.id in page
    rows = summary(finished)["tables"]["train"]["rows"]
    assert f"the train part has {rows} rows: fewer than 500 teach little" in page


def test_without_a_holdout_there_is_no_ceiling(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    run = done(started(spark, seed, tmp_path, split__holdout_fraction=0), "evaluate")
    assert set(run.record("split").tables) == {"train"}
    assert "the report has no ceiling" in run.record("split").notes[-1]
    for metric in run.record("evaluate").facts["metrics"]:
        assert metric["reference"] is None


def test_the_registry_knows_the_figures(finished: Run) -> None:
    metrics = read(finished.spark, TableRef(finished.lake.registry("metrics")))
    own = metrics.where(F.col("run_id") == finished.id)
    names = {row[0] for row in own.select("name").distinct().collect()}
    assert {"exact_copy_rate", "column_similarity", "pair_similarity", "jensen_shannon"} <= names
