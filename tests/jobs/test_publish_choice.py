"""The best of finished runs is published, once and again, and the other set aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from jobs.api import choose_run
from jobs.cli import app
from jobs.history import past_run
from jobs.pipeline import do_all, do_stage
from jobs.publish import GateFailed, check_gates
from jobs.publish_choice import publish_best
from jobs.run import Run
from lakehouse.lineage import BEING_WRITTEN, Lineage, read_lineage, set_verdict
from lakehouse.tables import current_version
from tests.lakes import silent, spoken, started

pytestmark = pytest.mark.timeout(900)  # whole runs, on a machine that may be busy
COLD = {"sample__temperature": 0.05}  # far from the seed's distribution
MARGINAL: dict[str, Any] = {"train__generator": "marginal"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(scope="module")
def good(spark: SparkSession, seed: Path, lake: Path) -> Run:
    run = started(spark, seed, lake, **MARGINAL)
    do_all(run)
    return run


@pytest.fixture(scope="module")
def bad(spark: SparkSession, seed: Path, lake: Path, good: Run) -> Run:
    """A second one, whose table has taken the first one's place."""
    run = started(spark, seed, lake, **MARGINAL, **COLD, privacy__min_entities=6)
    do_all(run)
    return run


def published(run: Run) -> Lineage:
    found = read_lineage(run.spark, run.lake.table(run.table, "synthetic"))
    assert found is not None
    return found


def choose_here(*runs: Run) -> str:
    """The command's own way, in the tests' session; what was said."""
    reporter = silent()
    lake = str(runs[0].lake.files.parent)
    session = {"session.master": "local[2]"}
    choose_run([run.id for run in runs], lake, changes=session, publish=True, reporter=reporter)
    return spoken(Run("r", runs[0].config, runs[0].lake, runs[0].spark, reporter))


def test_a_choice_alone_writes_nothing(good: Run, bad: Run) -> None:
    choice = choose_run([bad.id, good.id], str(good.lake.files.parent))
    assert choice.best["run"] == good.id
    assert published(bad).run_id == bad.id
    assert not good.path("choice.json").exists() and bad.find_record("publish") is not None


def test_the_best_takes_the_place_of_the_other_again(good: Run, bad: Run) -> None:
    assert published(good).run_id == bad.id  # though both were published
    before = good.record("publish")
    choose_here(bad, good)
    now = published(good)
    assert (now.run_id, now.verdict) == (good.id, "published")
    assert now.choice.startswith(f"run {good.id} of 2 (the others: {bad.id}): the best by the rule")
    after = good.record("publish")
    assert after.turn > before.turn
    assert after.tables["synthetic"].version == current_version(good.spark, now_name(good))
    assert bad.find_record("publish") is None
    told = past_run(bad.lake.files, bad.id)
    aside = read_lineage(bad.spark, bad.record("sample").tables["candidate"].name)
    assert told.verdict == "not chosen" and aside is not None and told.chosen == aside.verdict


def now_name(run: Run) -> str:
    return run.lake.table(run.table, "synthetic")


def test_what_is_published_already_is_left_as_it_is(good: Run, bad: Run) -> None:
    choose_here(bad, good)
    version = current_version(good.spark, now_name(good))
    said = choose_here(bad, good)
    assert f"run {good.id} is what is published as {now_name(good)}: nothing to do" in said
    assert current_version(good.spark, now_name(good)) == version


def test_one_that_was_set_aside_can_be_published_on_its_own(good: Run, bad: Run) -> None:
    choose_here(bad, good)
    do_stage(bad, "publish")
    assert published(bad).run_id == bad.id
    assert (published(bad).verdict, published(bad).choice) == ("published", "")
    told = past_run(bad.lake.files, bad.id)
    assert (told.verdict, told.chosen) == ("published", None)
    choose_here(bad, good)
    assert published(good).run_id == good.id


def test_a_publication_that_broke_off_is_done_again(good: Run, bad: Run) -> None:
    choose_here(bad, good)
    set_verdict(good.spark, now_name(good), BEING_WRITTEN)
    choose_here(bad, good)
    assert published(good).run_id == good.id


def test_where_the_best_breaks_a_gate_nothing_is_published(
    spark: SparkSession, seed: Path, lake: Path, good: Run, bad: Run
) -> None:
    choose_here(bad, good)
    version = current_version(spark, now_name(good))
    tight = {"gates__column_shortfall": 0, "gates__pair_shortfall": 0, "gates__amber": "refuse"}
    runs = [
        started(spark, seed, lake, **MARGINAL, **tight),
        started(spark, seed, lake, **MARGINAL, **tight, **COLD, privacy__min_entities=6),
    ]
    for run in runs:
        do_all(run, "evaluate")
    choose_here(*runs)
    best = started(spark, seed, lake, **MARGINAL, **tight)
    assert best.record("publish").facts["verdict"] == "refused"
    with pytest.raises(GateFailed, match="not published: "):
        check_gates(best)
    assert current_version(spark, now_name(good)) == version
    told = past_run(lake / "files", bad.id)
    assert told.verdict == "not chosen"
    choice = told.choice
    assert choice is not None and not choice.best["passed"]
    again = publish_best(choice, runs)
    assert "was refused before: nothing to do" in spoken(again)
    line = ["choose", *(run.id for run in runs), "--lake", str(lake), "--publish"]
    done = CliRunner().invoke(app, [*line, "--set", "session.master=local[2]"])
    assert done.exit_code == 3 and "not published: " in done.stderr
