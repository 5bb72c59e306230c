"""A model from elsewhere, or a run by its model: which it is, and what is made of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.configure import configure_model
from jobs.given_model import run_of_model, take_model
from jobs.opening import open_run_by_id
from jobs.pipeline import do_all, summary
from jobs.run import GivenModel, Run
from jobs.stages import LATER_STAGES, MODEL_STAGES
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, read
from synth import Synthesizer
from synth.encode import EncoderSettings
from synth.table.errors import InputError
from tests.jobs.runs import bare_run
from tests.lakes import QUICK, people, silent, spoken, started, write_csv


def test_a_folder_of_a_run_stands_for_the_run(finished: Run, tmp_path: Path) -> None:
    lake = finished.lake.files.parent
    copied = shutil.copytree(finished.path("model"), tmp_path / "copied")
    for model in (finished.id, str(finished.path("model")), str(copied)):
        settings, source = configure_model(model, lake=str(lake), rows=9)
        assert source == finished.id and settings.sample.rows == 9
    assert run_of_model(str(copied), tmp_path / "another lake") is None


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that was fitted in memory."""
    folder = tmp_path_factory.mktemp("models") / "people"
    model = Synthesizer(
        encoder=EncoderSettings(min_entities=5), settings={"steps": 30}, progress=False
    )
    model.fit(people()).save(folder)
    return folder


def test_a_model_from_elsewhere_is_sampled_and_measured(
    saved: Path, finished: Run, spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    files = str(finished.lake.files)  # of the same runs, with tables of its own
    changes = {key: value for key, value in QUICK.items() if not key.startswith("train")}
    settings, source = configure_model(
        str(saved),
        seed=str(seed),
        lake=str(tmp_path),
        rows=300,
        changes={**changes, "lake.files": files},
    )
    assert isinstance(source, GivenModel) and settings.sample.rows == 300
    run = started(spark, seed, tmp_path, model=source, lake__files=files, sample__rows=300)
    assert run.id != finished.id
    do_all(run)
    said = spoken(run)
    assert f"clean: as in run {finished.id}" in said
    assert not run.path("codes").exists() and not run.path("code_statistics.json").exists()
    result = summary(run)
    assert result["verdict"] == "published" and result["tables"]["synthetic"]["rows"] == 300
    note = next(note for note in result["notes"] if "nothing was trained" in note)
    assert str(saved) in note and "may have seen rows of the holdout" in note
    assert "may have seen rows of the holdout" in run.path("report.html").read_text("utf-8")
    lineage = read_lineage(spark, result["tables"]["synthetic"]["name"])
    assert lineage is not None and lineage.model_source == str(saved)
    assert f"with the model {saved}" in lineage.table_comment()
    made = read(spark, TableRef(result["tables"]["candidate"]["name"]))
    in_memory = Synthesizer.load(saved).sample(300, table="people").to_pydict()
    assert sorted(row.person_id for row in made.collect()) == sorted(in_memory["person_id"])
    ours = {row.person_id: (row.age, row.city, row.pay, row.joined) for row in made.collect()}
    columns = ("person_id", "age", "city", "pay", "joined")
    rows = zip(*(in_memory[name] for name in columns), strict=True)
    assert ours == {row[0]: row[1:] for row in rows}  # the very same, sampled by Spark

    again = open_run_by_id(settings, spark, silent(), run.id)  # its training does not count
    do_all(again)
    assert spoken(again).count("finished before") == len(MODEL_STAGES) + len(LATER_STAGES)


def test_a_model_that_does_not_fit_is_refused(
    saved: Path, finished: Run, spark: SparkSession, tmp_path: Path
) -> None:
    lake = finished.lake.files.parent
    with pytest.raises(ConfigError, match=r"--model nothing is no folder, and .* has no run"):
        configure_model("nothing", seed="people.csv", lake=str(lake))
    with pytest.raises(InputError, match="is not a model folder"):
        configure_model(str(tmp_path), seed="people.csv", lake=str(lake))
    with pytest.raises(ConfigError, match="is of no run of this lake: give the SEED"):
        configure_model(str(saved), lake=str(lake))
    source = configure_model(str(saved), seed="people.csv", lake=str(lake))[1]
    assert isinstance(source, GivenModel)
    table = people()
    less = write_csv(table.drop_columns(["pay"]), tmp_path / "less.csv")
    run = started(spark, less, tmp_path / "a", model=source)
    for _ in range(2):  # also when the seed has been read before
        with pytest.raises(ConfigError, match=r"has column 'pay', which .*less\.csv lacks; it has"):
            do_all(run)
    words = table.set_column(3, "pay", pa.array(["much", "little"] * (len(table) // 2)))
    run = started(spark, write_csv(words, tmp_path / "words.csv"), tmp_path / "b", model=source)
    with pytest.raises(ConfigError, match=r"column 'pay' is double in the model .* and string in"):
        do_all(run)


def test_a_model_that_has_changed_since_is_refused(saved: Path, tmp_path: Path) -> None:
    run = bare_run(tmp_path, model=GivenModel(str(saved), "the hash of another"))
    with pytest.raises(ConfigError, match=r"is no longer the one that run people-0-1 is of"):
        take_model(run)
    with pytest.raises(ValueError, match="run people-0-1 trains a model of its own"):
        take_model(bare_run(tmp_path))
    assert not run.path("model").exists()
