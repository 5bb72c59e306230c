"""A dry run: the counts that the stage would have, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.clean_preview import preview
from jobs.config import ConfigError
from jobs.run import Run
from tests.lakes import configured, silent

RULES = [{"rule": "in_range", "columns": ["age"], "low": 30, "reason": "adults"}]


def test_it_counts_the_whole_table_and_writes_nothing(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    config = configured(seed, tmp_path / "lake", clean__rules=RULES, clean__not_null=["city"])
    found = preview(spark, config, silent())
    rules = {rule["rule"]: rule for rule in found["counts"]["rules"]}
    assert rules["not_null"]["rows"] == 0
    young = rules["in_range"]["quarantined"]
    assert young > 0 and rules["in_range"]["reason"] == "adults"
    assert found["balance"].startswith(f"600 rows in = {600 - young} clean + {young} quarantined")
    assert not (tmp_path / "lake").exists()


def test_the_seed_of_a_run_is_the_one_that_it_has_pinned(
    spark: SparkSession, finished: Run
) -> None:
    found = preview(spark, finished.config, silent(), finished.id)
    assert found["balance"] == finished.record("clean").notes[0]
    with pytest.raises(ConfigError, match="there is no run people-0-9 under"):
        preview(spark, finished.config, silent(), "people-0-9")
