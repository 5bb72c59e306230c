"""Which run a configuration or a name means."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.opening import (
    ABOUT,
    earlier_runs,
    keep_configuration,
    open_run_by_id,
    own_configuration,
    require_run,
)
from jobs.run import Run
from jobs.stages import STAGES
from tests.jobs.runs import bare_run
from tests.lakes import configured, done, people, silent, spoken, started, write_csv


def test_earlier_runs_of_the_table_come_newest_first(tmp_path: Path) -> None:
    run = bare_run(tmp_path, name="people-bb-1")
    runs = {
        "people-aa-1": ("people", "2024-01-01"),
        "people-aa-2": ("people", "2024-03-01"),
        "people-bb-1": ("people", "2024-04-01"),
        "people-cc-1": ("people", "2024-02-01"),
        "people-old-dd-1": ("people-old", "2024-02-02"),
    }
    for name, (table, created) in runs.items():
        (run.lake.files / name).mkdir(parents=True)
        about = {"table": table, "created": created}
        (run.lake.files / name / ABOUT).write_text(json.dumps(about))
    (run.lake.files / "people-ee-1").mkdir()  # a run is there with its description
    found = [folder.name for folder in earlier_runs(run)]
    assert found == ["people-aa-2", "people-cc-1", "people-aa-1"]
    require_run(run.lake.files, "people-cc-1")
    with pytest.raises(ConfigError, match="there is no run people-ee-1 under"):
        require_run(run.lake.files, "people-ee-1")


def test_the_configuration_of_a_run_is_the_one_that_was_kept_last(tmp_path: Path) -> None:
    for run in (bare_run(tmp_path), bare_run(tmp_path, sample__rows=41)):
        keep_configuration(run)
        assert own_configuration(run) == run.config


def test_a_first_try_that_read_no_seed_holds_no_name(spark: SparkSession, tmp_path: Path) -> None:
    for folder in ("mistaken", "meant"):
        (tmp_path / folder).mkdir()
    empty = tmp_path / "mistaken" / "people.csv"
    empty.write_text("a,b\n")
    with pytest.raises(ValueError, match="has no rows"):
        done(started(spark, empty, tmp_path / "lake"), "ingest")
    seed = write_csv(people(), tmp_path / "meant" / "people.csv")
    run = done(started(spark, seed, tmp_path / "lake"), "ingest")
    assert run.record("ingest").facts["source"] == str(seed)


def test_another_seed_of_the_same_name_is_refused(
    finished: Run, spark: SparkSession, tmp_path: Path
) -> None:
    lake = finished.lake.files.parent
    other = write_csv(people(seed=1), tmp_path / "people.csv")
    with pytest.raises(ConfigError, match=r"table 'people' of this lake comes from .*table=NAME"):
        started(spark, other, lake)
    assert started(spark, other, lake, table="others").table == "others"


def test_another_configuration_or_a_changed_seed_starts_another_run(
    finished: Run, seed: Path, spark: SparkSession, tmp_path: Path
) -> None:
    lake = finished.lake.files.parent
    assert started(spark, seed, lake, train__settings__steps=35).id != finished.id
    copy = tmp_path / "people.csv"
    shutil.copy(seed, copy)
    first = done(started(spark, copy, tmp_path / "lake"), "ingest")
    last = f"stages/{STAGES[-1]}.json"  # finished as far as bookkeeping goes
    shutil.copy(finished.path(last), first.path(last))
    copy.write_text(copy.read_text() + "9999,30,Rome,1.0,2020-01-01\n")
    second = started(spark, copy, tmp_path / "lake")
    assert first.id.endswith("-1") and second.id.endswith("-2")
    assert "the seed has changed" in spoken(second)


def test_where_it_trains_does_not_make_another_run(
    finished: Run, spark: SparkSession, seed: Path
) -> None:
    elsewhere = {"train__launch": "address", "train__address": "auto", "train__workers": 4}
    assert started(spark, seed, finished.lake.files.parent, **elsewhere).id == finished.id


def test_a_named_run_keeps_the_settings_of_its_model(
    finished: Run, spark: SparkSession, seed: Path
) -> None:
    lake = finished.lake.files.parent
    other = configured(seed, lake, train__settings__steps=31, columns__ignore=["pay"])
    with pytest.raises(ConfigError, match=r"was made with other settings:\n  columns\.ignore") as e:
        open_run_by_id(other, spark, silent(), finished.id)
    assert "train.settings.steps: 30 in the run, 31 here" in str(e.value)
    assert "the same command without --run" in str(e.value)
    with pytest.raises(ConfigError, match="there is no run people-0-9"):
        open_run_by_id(other, spark, silent(), "people-0-9")
