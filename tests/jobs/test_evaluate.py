from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.evaluate import (
    NOT_PASSED,
    PASSED,
    cleaning_facts,
    gate_rules,
    judge,
    repeated_keys,
    seed_repeats,
)
from jobs.pipeline import summary
from jobs.run import Run
from lakehouse.tables import TableRef, read
from synth.metrics.copies import exact_copies
from synth.metrics.metric import Gate, Metric
from tests.jobs.runs import bare_run, book_all
from tests.lakes import done, started


def test_every_broken_gate_is_a_reason() -> None:
    kept = Metric("column_similarity", "table", 0.97, gate=Gate("quality", 0.96))
    assert judge([kept, Metric("jensen_shannon", "table", 0.5)]).reasons == ["every gate is kept"]
    low = Metric("pair_similarity", "table", 0.8, gate=Gate("quality", 0.9))
    bound = Gate("privacy", 0.01)
    copied = replace(exact_copies(20, 1000), gate=bound)
    verdict = judge([copied, kept, low])
    assert not verdict.passed
    assert verdict.reasons == [
        "20 of 1,000 rows equal a real one in every value, at most 10 may "
        "(gates.copy_rate, gates.copy_level)",
        "pair similarity is 0.8000, at least 0.9000 is asked",
    ]


def test_gates_know_how_often_the_seed_repeats_itself(tmp_path: Path) -> None:
    run = bare_run(tmp_path, gates__column_shortfall=0.25, gates__copy_rate=None)
    facts = {"counts": {"duplicates": 6, "rows_in": 600}}
    book_all(run, {"clean": facts}, "ingest", "clean")
    assert seed_repeats(run) == (6, 600)
    rules = gate_rules(run)
    assert (rules.column_shortfall, rules.copy_rate, rules.repeats) == (0.25, None, (6, 600))
    assert rules.copy_level == 0.01
    gate = rules.gate(exact_copies(0, 600, held_copies=1, held_rows=500))
    assert gate is not None and gate.kind == "privacy" and 6 < 600 * gate.bound < 30


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
