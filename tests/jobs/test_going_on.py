"""A run that goes on is asked for something else: what is not there is refused before it works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.pipeline import do_all
from jobs.run import Run
from tests.lakes import done, spoken, started


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(scope="module")
def encoded(spark: SparkSession, seed: Path, lake: Path) -> Run:
    """A run that was stopped before its training."""
    return done(started(spark, seed, lake, train__generator="marginal"), "encode")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sample__given": {"nobody": 1}}, "sample.given names column 'nobody', which .* lacks"),
        ({"sample__given": {"city": "Paris"}}, "sample.given 'city': 'Paris' is not among the val"),
        ({"task__target": "nobody"}, "task.target names column 'nobody', which .* lacks"),
        ({"evaluate__slices": ["nobody"]}, "evaluate.slices names column 'nobody', which .* lacks"),
    ],
)
def test_what_is_asked_anew_is_checked_before_the_training(
    spark: SparkSession, seed: Path, lake: Path, encoded: Run, changes: dict[str, Any], said: str
) -> None:
    run = started(spark, seed, lake, train__generator="marginal", **changes)
    assert run.id == encoded.id
    with pytest.raises(ConfigError, match=said):
        do_all(run)
    assert run.find_record("train") is None
    assert "[1/9]" not in spoken(run)  # nor is any other stage gone through


def test_what_is_there_goes_on(spark: SparkSession, seed: Path, lake: Path, encoded: Run) -> None:
    given = {"sample__given": {"city": "Rome"}, "sample__rows": 30}
    run = started(spark, seed, lake, train__generator="marginal", **given)
    do_all(run, "sample")
    assert run.id == encoded.id
    cities = run.rows_of("sample", "candidate").select("city").distinct().collect()
    assert [row.city for row in cities] == ["Rome"]
