"""``lakesynth clean --dry-run``."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from tests.lakes import lakesynth_here


def test_a_dry_run_says_what_each_rule_would_do(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    rules = [{"rule": "in_range", "columns": ["age"], "low": 30}]
    line = ("clean", seed, "--lake", tmp_path / "lake", "--dry-run")
    told = lakesynth_here(spark, *line, clean__rules=rules, session__master="local[2]")
    assert told.code == 0, told.err
    assert "is outside 30.0.." in told.out and "nothing was written" in told.out
    assert not list(tmp_path.rglob("_delta_log")) and not list(tmp_path.rglob("run.json"))
    refused = lakesynth_here(spark, *line, "--fresh", "--json", session__master="local[2]")
    assert refused.code == 2
    assert refused.json == {"error": "--dry-run starts no run: leave out --fresh"}
