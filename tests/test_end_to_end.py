"""The real command: refusals that are said again, a changed seed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config_file import load_config
from jobs.lake import Lake
from tests.lakes import lakesynth, lakesynth_here, people, quick, write_csv

pytestmark = pytest.mark.slow  # whole runs


def commits(lake: Path) -> dict[str, float]:
    """Every commit of every table of a lake, with the time at which it was written."""
    found = lake.rglob("_delta_log/*.json")
    return {str(path.relative_to(lake)): path.stat().st_mtime_ns for path in found}


def test_a_changed_seed_is_another_run_and_a_refusal_is_said_again(
    tmp_path: Path, spark: SparkSession
) -> None:
    """Gates that cannot be kept: exit code 3, 4 where copies are among the reasons."""
    seed, lake = write_csv(people(), tmp_path / "people.csv"), tmp_path / "lake"
    asked = {"gates__column_shortfall": 0, "gates__amber": "refuse"}
    given = quick(**asked, train__settings__steps=1, sample__rows=40)
    first = lakesynth("run", seed, "--lake", lake, "--json", **given)
    assert first.code == 3, first.err
    assert first.json["verdict"] == "refused"
    assert "column similarity is" in first.json["reasons"][0]
    assert "synthetic" not in first.json["tables"]
    candidate = first.json["tables"]["candidate"]["name"]
    assert candidate in first.err
    for noise in ("WARN", "INFO", "ivy", "Traceback", "Warning"):
        assert noise not in first.err
    config = load_config(Path(first.json["folder"]) / "run.yaml")
    assert Lake.of(config).files == lake / "files"
    before = commits(lake)
    again = lakesynth_here(spark, "run", seed, "--lake", lake, "--json", **given)
    assert (again.code, again.json) == (3, first.json)
    assert commits(lake) == before
    seed.write_text(seed.read_text() + "9999,30,Rome,1.0,2020-01-01\n")
    second = lakesynth_here(spark, "run", seed, "--lake", lake, "--json", **given)
    assert second.json["run_id"] == first.json["run_id"].removesuffix("1") + "2"
    assert second.json["tables"]["seed"]["rows"] == 601
    assert "the seed has changed" in second.err
