"""What a rerun does: nothing, what broke, or what other settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.opening import open_run_by_id
from jobs.pipeline import do_all, do_stage, summary
from jobs.run import Run
from jobs.stages import MODEL_STAGES, STAGES
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, current_version, read
from tests.commits import history
from tests.jobs.runs import bare_run, book_all
from tests.lakes import configured, done, silent, spoken, started

# It breaks this gate, if only by what may be chance.
FIRST: dict[str, Any] = {
    "sample__rows": 40,
    "gates__column_shortfall": 0,
    "gates__amber": "refuse",
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lake")


@pytest.fixture(scope="module")
def refused(spark: SparkSession, seed: Path, lake: Path) -> Run:
    """A finished run whose table breaks its gate; tests do its last stages again."""
    run = started(spark, seed, lake, **FIRST)
    do_all(run)
    assert summary(run)["verdict"] == "refused"
    return run


def made_until_the_model(run: Run) -> dict[str, int]:
    """When everything that stands for the model, and what came before it, was written."""
    paths = [run.folder / "stages" / f"{stage}.json" for stage in MODEL_STAGES]
    paths += run.path("model").iterdir()
    return {path.name: path.stat().st_mtime_ns for path in paths}


def newest(run: Run) -> tuple[int | None, int]:
    """Version and rows of the published table as a reader meets it."""
    name = run.lake.table(run.table, "synthetic")
    return current_version(run.spark, name), read(run.spark, TableRef(name)).count()


def test_a_summary_says_what_there_is_so_far(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, "ingest", "clean", rows=570)
    table = {"version": 3, "rows": 570}
    assert summary(run) == {
        "run_id": "people-0-1",
        "folder": str(tmp_path / "files" / "people-0-1"),
        "tables": {
            "seed": {"name": "/lake/seed", **table},
            "clean": {"name": "/lake/clean", **table},
        },
        "metrics": [],
        "verdict": None,
        "reasons": [],
        "report": None,
        "candidates": [],
        "choice": None,
        "model": None,
        "seconds": {"ingest": 0.0, "clean": 0.0},
        "notes": [],
    }


def test_a_second_run_does_nothing(finished: Run, seed: Path, spark: SparkSession) -> None:
    tables = summary(finished)["tables"]
    again = started(spark, seed, finished.lake.files.parent)
    assert again.id == finished.id
    do_all(again)
    assert summary(again) == summary(finished)
    for facts in tables.values():
        assert current_version(spark, facts["name"]) in (facts["version"], facts["version"] + 1)
    assert spoken(again).count("finished before, nothing to do") == len(STAGES)


def test_a_stage_out_of_order_says_what_to_run_first(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    run = started(spark, seed, tmp_path)
    with pytest.raises(ConfigError, match="no finished stage 'split': run `lakesynth split`"):
        do_stage(run, "encode")
    assert run.find_record("encode") is None


def test_killed_between_commit_and_bookkeeping_a_rerun_ends_the_same(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    run = done(started(spark, seed, tmp_path), "sample")
    before = run.record("sample").tables["candidate"]
    commits = len(history(spark, before.name))
    (run.folder / "stages" / "sample.json").unlink()
    do_stage(run, "sample")
    assert run.record("sample").tables["candidate"] == before
    assert len(history(spark, before.name)) == commits
    for stage in ("clean", "split"):
        tables = run.record(stage).tables
        (run.folder / "stages" / f"{stage}.json").unlink()
        do_stage(run, stage)
        assert run.record(stage).tables == tables


def test_a_looser_gate_only_judges_again(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    before, candidate = made_until_the_model(refused), refused.record("sample")
    again = started(spark, seed, lake, **{**FIRST, "gates__column_shortfall": 1})
    assert again.id == refused.id
    said = spoken(again)
    assert "gates.column_shortfall: 0.0 in the run, 1.0 here" in said
    assert "done again: evaluate, publish" in said
    do_all(again)
    assert spoken(again).count("finished before, nothing to do") == len(MODEL_STAGES) + 1
    assert made_until_the_model(again) == before
    assert again.record("sample") == candidate
    assert summary(again)["verdict"] == "published"
    assert newest(again)[1] == 40
    assert refused.find_record("publish") is None  # with the gate of before it is to be judged
    runs = read(spark, TableRef(again.lake.registry("runs"))).where(F.col("run_id") == again.id)
    assert sorted(row.verdict for row in runs.collect()) == ["published", "refused"]
    lineage = read_lineage(spark, candidate.tables["candidate"].name)
    assert lineage is not None and lineage.verdict == "published"


def test_more_rows_come_from_the_finished_model(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    before, first = made_until_the_model(refused), refused.record("sample").tables["candidate"]
    more = started(spark, seed, lake, sample__rows=500)
    do_all(more)
    assert more.id == refused.id and made_until_the_model(more) == before
    candidate = more.record("sample").tables["candidate"]
    assert candidate.rows == 500 and candidate.name != first.name
    assert read(spark, first.ref).count() == 40  # every sample has a table of its own
    published = more.record("publish").tables["synthetic"]
    assert (published.version, 500) == newest(more)
    digests = {found.config_digest for found in lineages(spark, first.name, candidate.name)}
    assert len(digests) == 2
    own = load_config(more.path("run.yaml"))
    assert own.sample.rows == 500  # what made the newest table

    record = more.folder / "stages" / "publish.json"
    text = record.read_text()
    back = started(spark, seed, lake, **{**FIRST, "gates__column_shortfall": 1})
    do_all(back)
    assert back.record("sample").tables["candidate"] == first  # made once
    again = back.record("publish").tables["synthetic"]
    assert again.version > published.version  # and published again
    assert (again.version, 40) == newest(back)
    record.write_text(text)  # as if killed between the commit and the bookkeeping
    do_all(back)
    assert back.record("publish").tables["synthetic"] == again
    assert (again.version, 40) == newest(back)


def lineages(spark: SparkSession, *names: str) -> list[Any]:
    found = [read_lineage(spark, name) for name in names]
    assert all(found)
    return found


def test_conditions_are_tried_out_on_the_finished_model(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    run = started(spark, seed, lake, sample__given={"city": "Oslo"}, sample__rows=60)
    with pytest.raises(ConfigError, match="no finished stage 'sample'"):
        do_stage(run, "evaluate")
    do_stage(run, "sample")
    rows = read(spark, run.record("sample").tables["candidate"].ref)
    assert run.id == refused.id
    assert {row.city for row in rows.select("city").distinct().collect()} == {"Oslo"}


def test_a_named_run_takes_other_settings_of_later_stages_and_says_them(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    later = configured(seed, lake, sample__rows=41, session__extra={"spark.key": "hunter2"})
    run = open_run_by_id(later, spark, silent(), refused.id)
    assert "sample.rows: " in spoken(run) and "41 here" in spoken(run)
    assert "hunter2" not in spoken(run)
    assert "done again: sample" in spoken(run)
    do_stage(run, "sample")
    lineage = read_lineage(spark, run.record("sample").tables["candidate"].name)
    assert lineage is not None and lineage.rows == 41
    assert load_config(run.path("run.yaml")).sample.rows == 41
