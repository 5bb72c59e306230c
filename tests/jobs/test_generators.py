"""A run of each of several generators: two settings of one, really through a small lake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs import generators
from jobs.api import do_run, start_run
from jobs.config import Config, ConfigError
from jobs.generators import require_one, run_each
from jobs.history import past_runs
from jobs.lake import Lake
from jobs.lock import release
from jobs.opening import open_run, own_configuration
from jobs.pipeline import summary
from jobs.records import read_record
from jobs.run import Run
from jobs.stages import MODEL_STAGES, STAGES
from lakehouse.files import fingerprint
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, read
from tests.commits import history
from tests.jobs.runs import bare_run
from tests.lakes import configured, silent, spoken

pytestmark = pytest.mark.timeout(900)  # whole runs, on a machine that may be busy


def steps(count: int) -> dict[str, Any]:
    return {"generator": "autoregressive", "settings": {"steps": count}}


@pytest.fixture(scope="module")
def config(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    lake = tmp_path_factory.mktemp("lake")
    return configured(seed, lake, train__generators=[steps(2), steps(40)])


@pytest.fixture(scope="module")
def broken(spark: SparkSession, config: Config) -> Run:
    """The first of the runs, after a try that broke when the second was to start."""
    started: list[Run] = []

    def start(one: Config) -> Run:
        if started:
            raise RuntimeError("the machine went away")
        run = open_run(one, spark, silent(), seed_fingerprint=lambda: fingerprint(spark, one.seed))
        started.append(run)
        return run

    with pytest.raises(RuntimeError, match="went away"):
        run_each(config, start)
    assert list(started[0].records()) == list(STAGES[:-1])
    assert started[0].path("codes").is_dir()
    return started[0]


@pytest.fixture(scope="module")
def best(config: Config, broken: Run) -> Run:
    """What going on has chosen."""
    return do_run(config, reporter=silent())


@pytest.fixture(scope="module")
def other(best: Run, broken: Run) -> Run:
    """The run that was not chosen, as its folder tells it."""
    names = [run.id for run in past_runs(best.lake.files)]
    assert len(names) == 2
    (name,) = set(names) - {best.id}
    own = [one for one in (best, broken) if one.id == name]
    if own:
        return own[0]
    run = Run(name, best.config, best.lake, best.spark, best.reporter)
    return Run(name, own_configuration(run), best.lake, best.spark, best.reporter)


def test_going_on_finds_what_was_finished_and_trains_it_not_again(best: Run, broken: Run) -> None:
    said = spoken(best)
    first = said.split("generator 2 of 2: autoregressive (steps 40)")[0]
    assert f"generator 1 of 2: autoregressive (steps 2), run {broken.id}" in first
    assert "[8/9] evaluate: finished before, nothing to do" in first and "fitting" not in first
    second = said.split("generator 2 of 2")[1]
    for place, stage in enumerate(MODEL_STAGES[:-1], start=1):  # the codes were still there
        assert f"[{place}/9] {stage}: as in run {broken.id}" in second
    assert second.count("fitting autoregressive") == 1


def test_each_run_is_that_of_its_generator_alone(best: Run, other: Run, config: Config) -> None:
    alone = {one.train.settings["steps"]: one for one in config.for_each_generator()}
    for run in (best, other):
        kept = own_configuration(run)
        assert kept == alone[kept.train.settings["steps"]]
        assert kept.train.generators == ()
        assert run.id.split("-")[1] == run.digest[:8]


def test_the_best_is_published_and_the_other_says_why_it_is_not(best: Run, other: Run) -> None:
    choice = summary(best)["choice"]
    ranks = {row["run"]: row["rank"] for row in choice["rows"]}
    assert ranks == {best.id: 1, other.id: 2}
    published = read_lineage(best.spark, summary(best)["tables"]["synthetic"]["name"])
    assert published is not None and published.run_id == best.id
    assert published.choice.startswith(f"run {best.id} of 2 (the others: {other.id}): ")
    aside = read_lineage(best.spark, other.record("sample").tables["candidate"].name)
    assert aside is not None
    assert aside.verdict.startswith(f"not chosen, run {best.id} is: ")
    why = next(row["why"] for row in choice["rows"] if row["run"] == other.id)
    assert aside.verdict.endswith(why)
    notes = best.record("publish").notes
    assert any(note.startswith(f"chosen: run {best.id}, autoregressive (steps") for note in notes)
    assert any(note.startswith(f"not chosen: run {other.id}, autoreg") for note in notes)


def test_the_registry_has_a_row_of_each_with_the_choice(best: Run, other: Run) -> None:
    rows = read(best.spark, TableRef(best.lake.registry("runs")))
    found = {
        row.run_id: (row.verdict, row.choice)
        for row in rows.select(
            "run_id", "verdict", F.col("lineage")["lakesynth.choice"].alias("choice")
        ).collect()
    }
    assert found[best.id][0] == "published" and found[other.id][0].startswith("not chosen, run")
    assert found[best.id][1] == found[other.id][1] != ""


def test_runs_and_reports_tell_of_the_choice(best: Run, other: Run) -> None:
    verdicts = {run.id: run.verdict for run in past_runs(best.lake.files)}
    assert verdicts == {best.id: "published", other.id: "not chosen"}
    for run, place in ((best, "the best one"), (other, f"{other.id}, not chosen")):
        page = run.path("report.html").read_text("utf-8")
        assert "Runs side by side" in page and f"this page is that of {place}." in page
        assert "autoregressive (steps 40)" in page and "autoregressive (steps 2)" in page


def test_nothing_that_stands_for_single_training_rows_is_left(best: Run, other: Run) -> None:
    assert not best.path("codes").exists() and not other.path("codes").exists()


def test_the_same_again_does_nothing(best: Run, other: Run, config: Config) -> None:
    name = summary(best)["tables"]["synthetic"]["name"]
    commits, record = history(best.spark, name), read_record(best.folder, "publish")
    again = do_run(config, reporter=silent())
    assert (again.id, read_record(best.folder, "publish")) == (best.id, record)
    assert history(best.spark, name) == commits
    said = spoken(again)
    assert f"run {best.id} is what is published as {name}: nothing to do" in said
    assert "done again" not in said and "starting a new run" not in said
    assert said.count("nothing to do") == 2 * len(STAGES[:-1]) + 1


def test_a_stage_alone_is_refused(config: Config) -> None:
    said = r"names autoregressive \(steps 2\), autoregressive \(steps 40\), and a stage is of one"
    with pytest.raises(ConfigError, match=said):
        start_run(config)
    with pytest.raises(ConfigError, match="`lakesynth run` does all of them"):
        require_one(config)
    for one in config.for_each_generator():
        require_one(one)


def test_a_list_of_one_is_a_run_as_any_other(best: Run, config: Config) -> None:
    """It is published whole, on its own, and no choice is told."""
    train = config.train.model_copy(update={"generators": config.train.generators[:1]})
    alone = do_run(config.model_copy(update={"train": train}), reporter=silent())
    assert alone.config.train.generators == () and alone.is_finished
    name = summary(alone)["tables"]["synthetic"]["name"]
    lineage = read_lineage(alone.spark, name)
    assert lineage is not None and lineage.run_id == alone.id


def test_at_once_trains_between_encode_and_all_else(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice is made of the same runs; no run is named after how many are fitted at once."""
    at_once = {"at_once": 2, "launch": "local"}
    several = config.model_copy(update={"train": config.train.model_copy(update=at_once)})
    assert [one.train.at_once for one in several.for_each_generator()] == [1, 1]
    done = list[tuple[object, ...]]()

    def start(one: Config) -> Run:
        return bare_run(tmp_path, name=f"people-{one.train.settings['steps']}-1")

    for run_id in ("people-2-1", "people-40-1"):
        (Lake.of(bare_run(tmp_path).config).files / run_id).mkdir(parents=True)
    monkeypatch.setattr(generators, "do_all", lambda run, last: done.append((run.id, last)))
    monkeypatch.setattr(
        generators, "train_at_once", lambda runs, n: done.append((*(run.id for run in runs), n))
    )
    monkeypatch.setattr(generators, "past_run", lambda files, name: name)
    monkeypatch.setattr(generators, "choose", list)
    monkeypatch.setattr(generators, "publish_best", lambda choice, runs: runs[1])
    assert run_each(several, start).id == "people-40-1"
    first, second = "people-2-1", "people-40-1"
    assert done == [
        (first, "encode"),
        (second, "encode"),
        (first, second, 2),
        (first, "evaluate"),
        (second, "evaluate"),
    ]
    for run_id in (first, second):
        release(bare_run(tmp_path, name=run_id).folder)
