"""What is taken from the work of earlier runs, and what is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.pipeline import do_all, do_stage, summary
from jobs.run import Run
from tests.lakes import done, spoken, started


def test_another_training_takes_over_what_does_not_change(
    finished: Run, spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    beside = {"lake__files": str(finished.lake.files)}  # of the same runs, with tables of its own
    clean = finished.record("clean").tables["clean"]
    run = started(spark, seed, tmp_path, **beside, train__settings__steps=31)
    assert run.id != finished.id
    do_all(run)
    said = spoken(run)
    for place, stage in enumerate(("ingest", "profile", "clean", "split"), 1):
        assert f"[{place}/9] {stage}: as in run {finished.id}" in said
    assert "[5/9] encode: done in" in said and "[6/9] train: done in" in said
    assert run.record("clean").tables["clean"] == clean
    assert run.record("clean").as_in == finished.id and run.record("encode").as_in is None
    assert json.loads(run.path("profile.json").read_text())["rows"] == 600
    assert summary(run)["verdict"] == "published"

    third = started(spark, seed, tmp_path, **beside, train__settings__steps=32, clean__trim=False)
    done(third, "clean")
    assert third.record("profile").as_in == finished.id  # the first one's, not the second's
    assert third.record("clean").as_in is None
    fresh = started(spark, seed, tmp_path, fresh=True, **beside, train__settings__steps=31)
    do_stage(fresh, "ingest")
    assert fresh.id.endswith("-2") and fresh.record("ingest").as_in is None
    unknown = started(
        spark, seed, tmp_path, **beside, train__settings__steps=33, clean__not_null=["nobody"]
    )
    with pytest.raises(ConfigError, match=r"clean\.not_null names column 'nobody'"):
        do_stage(unknown, "ingest")


def test_codes_that_were_kept_are_taken_over(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    kept = done(started(spark, seed, tmp_path, encode__keep_codes=True), "encode")
    longer = started(spark, seed, tmp_path, train__settings__steps=20)
    done(longer, "encode")
    assert longer.record("encode").as_in == kept.id

    def names(run: Run) -> list[str]:
        return sorted(path.name for path in run.path("codes").rglob("*.parquet"))

    assert names(longer) == names(kept) and names(kept)
    do_stage(longer, "train")
    assert longer.path("model").is_dir()


def test_a_table_that_has_gone_is_made_again(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    first = done(started(spark, seed, tmp_path), "split")
    shutil.rmtree(first.record("split").tables["holdout"].name)
    second = done(started(spark, seed, tmp_path, train__settings__steps=29), "split")
    assert second.record("clean").as_in == first.id
    assert second.record("split").as_in is None
    assert second.rows_of("split", "holdout").count() > 0
