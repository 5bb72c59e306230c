"""What is done again when settings change, and what is taken from the work of before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.api import configure, configure_model
from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.given_model import run_of_model
from jobs.opening import open_run_by_id
from jobs.pipeline import do_all, do_stage, summary
from jobs.run import GivenModel, Run
from jobs.stages import LATER_STAGES, MODEL_STAGES
from lakehouse.lineage import read_lineage
from lakehouse.tables import TableRef, current_version, read
from synth import Synthesizer
from synth.encode import EncoderSettings
from synth.table.errors import InputError
from tests.lakes import QUICK, configured, done, people, silent, spoken, started, write_csv

FIRST: dict[str, Any] = {"sample__rows": 40, "gates__column_shortfall": 0}  # it breaks this gate


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv(people(), tmp_path_factory.mktemp("seed") / "people.csv")


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


def test_where_it_trains_does_not_make_another_run(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    elsewhere = {"train__launch": "address", "train__address": "auto", "train__workers": 4}
    assert started(spark, seed, lake, **elsewhere, **FIRST).id == refused.id


def test_another_training_takes_over_what_does_not_change(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    clean = refused.record("clean").tables["clean"]
    run = started(spark, seed, lake, train__settings__steps=31)
    assert run.id != refused.id
    do_all(run)
    said = spoken(run)
    for place, stage in enumerate(("ingest", "profile", "clean", "split"), 1):
        assert f"[{place}/9] {stage}: as in run {refused.id}" in said
    assert "[5/9] encode: done in" in said and "[6/9] train: done in" in said
    assert run.record("clean").tables["clean"] == clean
    assert run.record("clean").as_in == refused.id and run.record("encode").as_in is None
    assert json.loads(run.path("profile.json").read_text())["rows"] == 600
    assert summary(run)["verdict"] == "published"

    third = started(spark, seed, lake, train__settings__steps=32, clean__trim=False)
    done(third, "clean")
    assert third.record("profile").as_in == refused.id  # the first one's, not the second's
    assert third.record("clean").as_in is None
    fresh = started(spark, seed, lake, fresh=True, train__settings__steps=31)
    do_stage(fresh, "ingest")
    assert fresh.id.endswith("-2") and fresh.record("ingest").as_in is None
    unknown = started(spark, seed, lake, train__settings__steps=33, clean__not_null=["nobody"])
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


def test_a_named_run_keeps_the_settings_of_its_model(
    refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    other = configured(seed, lake, train__settings__steps=31, columns__ignore=["pay"])
    with pytest.raises(ConfigError, match=r"was made with other settings:\n  columns\.ignore") as e:
        open_run_by_id(other, spark, silent(), refused.id)
    assert "train.settings.steps: 30 in the run, 31 here" in str(e.value)
    assert "the same command without --run" in str(e.value)
    later = configured(seed, lake, sample__rows=41, session__extra={"spark.key": "hunter2"})
    run = open_run_by_id(later, spark, silent(), refused.id)
    assert "sample.rows: " in spoken(run) and "41 here" in spoken(run)
    assert "hunter2" not in spoken(run)
    assert "done again: sample" in spoken(run)
    do_stage(run, "sample")
    lineage = read_lineage(spark, run.record("sample").tables["candidate"].name)
    assert lineage is not None and lineage.rows == 41
    assert load_config(run.path("run.yaml")).sample.rows == 41


def test_a_named_run_needs_no_other_configuration(refused: Run, lake: Path, tmp_path: Path) -> None:
    found = configure(lake=str(lake), rows=77, run_id=refused.id)
    assert (found.sample.rows, found.train.settings) == (77, {"steps": 30})
    assert found.seed == refused.config.seed
    moved = tmp_path / "moved"
    shutil.copytree(lake / "files" / refused.id, moved / "files" / refused.id)
    assert configure(lake=str(moved), run_id=refused.id).lake.tables == str(moved)
    with pytest.raises(ConfigError, match="there is no run people-0-9 under"):
        configure(lake=str(lake), run_id="people-0-9")
    with pytest.raises(ConfigError, match="names no lake"):
        configure(run_id=refused.id)


def test_a_folder_of_a_run_stands_for_the_run(refused: Run, lake: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(refused.path("model"), tmp_path / "copied")
    for model in (refused.id, str(refused.path("model")), str(copied)):
        settings, source = configure_model(model, lake=str(lake), rows=9)
        assert source == refused.id and settings.sample.rows == 9
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
    saved: Path, refused: Run, spark: SparkSession, seed: Path, lake: Path
) -> None:
    changes = {key: value for key, value in QUICK.items() if not key.startswith("train")}
    settings, source = configure_model(
        str(saved), seed=str(seed), lake=str(lake), rows=300, changes=changes
    )
    assert isinstance(source, GivenModel) and settings.sample.rows == 300
    run = started(spark, seed, lake, model=source, sample__rows=300)
    assert run.id != refused.id
    do_all(run)
    said = spoken(run)
    assert f"clean: as in run {refused.id}" in said
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
    saved: Path, spark: SparkSession, tmp_path: Path, lake: Path
) -> None:
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
