"""Whole runs in one session: what each stage leaves, and what a rerun does."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.config import ConfigError
from jobs.opening import open_run_by_id
from jobs.pipeline import do_all, do_stage, summary
from jobs.publish import GateFailed, check_gates
from jobs.run import Run
from jobs.stages import STAGES
from lakehouse.lineage import read_lineage
from lakehouse.scan import row_hash
from lakehouse.schemas import schema_of
from lakehouse.tables import TableRef, current_version, read, write
from tests.commits import history
from tests.lakes import done, people, spoken, started, write_csv


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv(people(), tmp_path_factory.mktemp("seed") / "people.csv")


@pytest.fixture(scope="module")
def finished(spark: SparkSession, seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One whole run that tests only read."""
    run = started(spark, seed, tmp_path_factory.mktemp("lake"))
    do_all(run)
    return run


def table(run: Run, role: str) -> Any:
    """The rows of a table of the run, by the name of its role."""
    found = summary(run)["tables"][role]
    return read(run.spark, TableRef(found["name"], found["version"]))


def test_rows_balance_and_parts_do_not_overlap(finished: Run) -> None:
    rows = {role: facts["rows"] for role, facts in summary(finished)["tables"].items()}
    assert rows["seed"] == rows["clean"] == rows["train"] + rows["holdout"] == 600
    assert rows["quarantine"] == 0
    assert rows["synthetic"] == rows["candidate"] == 600
    both = table(finished, "train").join(table(finished, "holdout"), "person_id", "left_semi")
    assert both.count() == 0


def test_the_synthetic_table_has_the_schema_of_the_seed(finished: Run) -> None:
    assert schema_of(table(finished, "synthetic")) == schema_of(table(finished, "seed"))


def test_the_key_was_found_and_made_anew(finished: Run) -> None:
    assert finished.record("profile").notes == (
        "column 'person_id' is unique: taken as a key, made anew",
    )
    ids = table(finished, "synthetic").agg(F.min("person_id"), F.max("person_id")).first()
    assert tuple(ids) == (1, 600)


def test_the_synthetic_table_says_what_it_is(finished: Run) -> None:
    name = summary(finished)["tables"]["synthetic"]["name"]
    lineage = read_lineage(finished.spark, name)
    assert lineage is not None
    assert (lineage.run_id, lineage.verdict) == (finished.id, "published")
    assert lineage.seed == finished.record("ingest").tables["seed"].ref
    assert lineage.model_hash == finished.record("train").facts["model_hash"]
    assert (lineage.temperature, lineage.given) == (1.0, ())
    commit = history(finished.spark, name)[0]
    assert commit["userMetadata"]["run_id"] == finished.id
    fields = finished.spark.read.format("delta").load(name).schema.fields
    assert all("Synthetic" in field.metadata["comment"] for field in fields)


def test_the_registry_knows_the_run_and_its_figures(finished: Run) -> None:
    runs = read(finished.spark, TableRef(finished.lake.registry("runs")))
    assert runs.where(F.col("run_id") == finished.id).select("verdict").first()[0] == "published"
    metrics = read(finished.spark, TableRef(finished.lake.registry("metrics")))
    names = {row[0] for row in metrics.select("name").distinct().collect()}
    assert {"exact_copy_rate", "column_similarity", "pair_similarity", "jensen_shannon"} <= names


def test_nothing_that_stands_for_single_training_rows_is_left(finished: Run) -> None:
    assert not finished.path("codes").exists() and not finished.path("checkpoint").exists()
    assert (
        "codes and checkpoints of the training are deleted" in finished.record("publish").notes[-1]
    )


def test_another_seed_of_the_same_name_is_refused(
    finished: Run, spark: SparkSession, tmp_path: Path
) -> None:
    lake = Path(finished.lake.tables).parent
    other = write_csv(people(seed=1), tmp_path / "people.csv")
    with pytest.raises(ConfigError, match=r"table 'people' of this lake comes from .*table=NAME"):
        started(spark, other, lake)
    assert started(spark, other, lake, table="others").table == "others"


def test_the_report_and_the_profile_are_there(finished: Run) -> None:
    page = Path(summary(finished)["report"]).read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>") and finished.id in page
    profile = json.loads(finished.path("profile.json").read_text(encoding="utf-8"))
    assert profile["rows"] == 600


def test_the_report_says_that_a_table_is_small(finished: Run) -> None:
    rows = summary(finished)["tables"]["train"]["rows"]
    said = f"the train part has {rows} rows: fewer than 500 teach little"
    assert [note for note in finished.record("encode").notes if said in note]
    assert said in finished.path("report.html").read_text("utf-8")


def test_a_second_run_does_nothing(finished: Run, seed: Path, spark: SparkSession) -> None:
    tables = summary(finished)["tables"]
    again = started(spark, seed, Path(finished.lake.tables).parent)
    assert again.id == finished.id
    do_all(again)
    assert summary(again) == summary(finished)
    for facts in tables.values():
        assert current_version(spark, facts["name"]) in (facts["version"], facts["version"] + 1)
    assert spoken(again).count("finished before, nothing to do") == len(STAGES)


def test_another_configuration_or_a_changed_seed_starts_another_run(
    finished: Run, seed: Path, spark: SparkSession, tmp_path: Path
) -> None:
    lake = Path(finished.lake.tables).parent
    assert started(spark, seed, lake, train__settings__steps=31).id != finished.id
    copy = tmp_path / "people.csv"
    shutil.copy(seed, copy)
    first = done(started(spark, copy, tmp_path / "lake"), "ingest")
    last = f"stages/{STAGES[-1]}.json"  # finished as far as bookkeeping goes
    shutil.copy(finished.path(last), first.path(last))
    copy.write_text(copy.read_text() + "9999,30,Rome,1.0,2020-01-01\n")
    second = started(spark, copy, tmp_path / "lake")
    assert first.id.endswith("-1") and second.id.endswith("-2")
    assert "the seed has changed" in spoken(second)


def test_a_stage_out_of_order_says_what_to_run_first(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    run = started(spark, seed, tmp_path)
    with pytest.raises(ConfigError, match="no finished stage 'split': run `lakesynth split`"):
        do_stage(run, "encode")
    assert run.find_record("encode") is None
    with pytest.raises(ConfigError, match="there is no run people-0-9"):
        open_run_by_id(run.config, spark, run.reporter, "people-0-9")


def test_the_same_rows_from_one_three_and_eight_partitions(
    finished: Run, spark: SparkSession
) -> None:
    from jobs.sample import synthetic_rows
    from synth.sampling.blocks import SamplePlan
    from synth.sampling.model_folder import load_model

    folder = finished.path("model")
    model, plan = load_model(folder), SamplePlan("people", rows=5000, seed=5, block_rows=512)
    assert plan.blocks == 10
    digests = set()
    for partitions in (1, 3, 8):
        sample = finished.config.sample.model_copy(update={"partitions": partitions})
        config = finished.config.model_copy(update={"sample": sample})
        run = Run(finished.id, config, finished.lake, spark, finished.reporter)
        rows = synthetic_rows(run, folder, model, plan)
        assert rows.select(F.spark_partition_id()).distinct().count() == partitions
        hashed = rows.select(row_hash(rows.columns, "").alias("h"))
        digests.add(
            tuple(hashed.agg(F.count("h"), F.sum(F.col("h").cast("decimal(38,0)"))).first())
        )
    assert len(digests) == 1
    assert digests.pop()[0] == 5000


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


def test_a_seed_table_that_changes_under_the_run_is_read_at_its_version(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = str(tmp_path / "bronze" / "people")
    rows = spark.createDataFrame(people().to_pandas())
    write(rows, seed, app_id="first")
    run = done(started(spark, seed, tmp_path / "lake"), "ingest")
    write(rows.limit(10), seed, app_id="second")
    done(run, "clean")
    assert run.record("ingest").tables["seed"].name == seed
    assert run.record("clean").tables["clean"].rows == 600


def test_without_a_holdout_there_is_no_ceiling(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    run = done(started(spark, seed, tmp_path, split__holdout_fraction=0), "evaluate")
    assert set(run.record("split").tables) == {"train"}
    assert "the report has no ceiling" in run.record("split").notes[-1]
    for metric in run.record("evaluate").facts["metrics"]:
        assert metric["reference"] is None


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"gates__column_shortfall": 0, "sample__rows": 5}, 3, "column similarity is"),
        ({"gates__pair_shortfall": 0.05, "train__settings__steps": 1}, 3, "pair similarity is"),
        ({"gates__copy_rate": 0}, 4, "exact copy rate is"),
    ],
)
def test_a_table_that_breaks_a_gate_is_kept_and_not_published(
    spark: SparkSession, tmp_path: Path, changes: dict[str, Any], code: int, reason: str
) -> None:
    places = range(3600)  # so many that chance is far from the gates
    table = pa.table(
        {
            "a": [i % 2 for i in places],
            "b": [i // 2 % 2 for i in places],
            # Mostly a + b. Pairs with one partner are set without training, a and b together not.
            "c": [(i % 2 + i // 2 % 2 + (i % 29 == 0)) % 3 for i in places],
        }
    )
    run = started(spark, write_csv(table, tmp_path / "coarse.csv"), tmp_path / "lake", **changes)
    do_all(run)
    with pytest.raises(GateFailed, match=reason) as refused:
        check_gates(run)
    assert refused.value.exit_code == code
    assert current_version(spark, run.lake.table("coarse", "synthetic")) is None
    candidate = run.record("sample").tables["candidate"].name
    lineage = read_lineage(spark, candidate)
    assert lineage is not None and lineage.verdict == "refused"
    assert candidate in str(refused.value)
    assert "are taken as data and kept" in run.record("clean").notes[1]


def test_what_is_determined_holds_in_every_row_also_under_conditions(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = 1500
    net, tax = [(i * 7919) % 211 for i in range(rows)], [(i * 104729) % 53 for i in range(rows)]
    year = datetime(2024, 1, 1)
    ordered = [year + timedelta(seconds=i * 15_485_863 % 31_536_000) for i in range(rows)]
    table = pa.table(
        {
            "city": [f"city {(i * 31) % 9}" for i in range(rows)],
            "country": [f"country {(i * 31) % 9 % 3}" for i in range(rows)],
            "net": net,
            "tax": tax,
            "gross": [a + b for a, b in zip(net, tax, strict=True)],
            "cents": [100 * a for a in net],
            "ordered": ordered,
            "sent": [at + timedelta(seconds=i * 7577 % 9000) for i, at in enumerate(ordered)],
        }
    )
    shares = {"city 1": 0.75, "city 2": 0.25}
    run = started(
        spark,
        write_csv(table, tmp_path / "sales.csv"),
        tmp_path / "lake",
        sample__given={"city": shares},
        train__settings__conditions=[["city"]],
        gates__column_shortfall=0,
        dependencies__add=[{"kind": "order", "sources": ["net"], "target": "tax"}],
    )
    done(run, "evaluate")
    said = "your rule is not used (it does not hold in every row): net is at most tax"
    assert said in run.record("encode").notes
    rules = run.record("encode").facts["dependencies"]
    used = {rule["target"]: rule for rule in rules if rule["used"] == "drop"}
    assert set(used) == {"country", "gross", "cents"}
    encoded = next(rule for rule in rules if rule["used"] == "encoded")
    assert encoded["rule"] == "sent is encoded by the time elapsed since ordered"
    assert all(rule["exceptions"] == 0 for rule in used.values())
    report = json.loads(run.path("report.json").read_text("utf-8"))
    reported = [rule for rule in report["dependencies"] if rule["used"]]
    broken = [(rule["broken"], rule["unknown"]) for rule in reported]
    assert broken == [(0, 0)] * 5
    assert "conditions on 'city'" in run.record("sample").notes[1]
    assert "which sample.given changes on purpose" in run.record("evaluate").notes[-1]
    candidate = run.record("sample").tables["candidate"]
    lineage = read_lineage(spark, candidate.name)
    assert lineage is not None and lineage.given == ("city",)
    made = read(spark, candidate.ref)
    assert made.where("gross <> net + tax or cents <> 100 * net").count() == 0
    hours = made.selectExpr("(unix_micros(sent) - unix_micros(ordered)) / 3.6e9 as hours")
    assert made.count() == hours.where("hours between 0 and 2.5").count()
    counted = {row["city"]: row["count"] for row in made.groupBy("city").count().collect()}
    assert set(counted) == set(shares)
    assert counted["city 1"] / rows == pytest.approx(0.75, abs=0.05)
    assert made.where("city = 'city 1' and country <> 'country 1'").count() == 0


def test_conditions_and_rules_that_do_not_fit_are_refused(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"sample.given 'city': 'Paris' is not among the values"):
        done(started(spark, seed, tmp_path / "a", sample__given={"city": "Paris"}), "encode")
    rule = {"kind": "sum", "sources": ["age", "paid"], "target": "pay"}
    for changes, named in (
        ({"dependencies__add": [rule]}, "dependencies.add names column 'paid'"),
        ({"dependencies__veto": ["nobody"]}, "dependencies.veto names column 'nobody'"),
        ({"encode__first": ["nobody"]}, "encode.first names column 'nobody'"),
        (
            {"train__settings__conditions": [["nobody"]]},
            "train.settings.conditions names column 'nobody'",
        ),
        ({"sample__given": {"nobody": 1}}, "sample.given names column 'nobody'"),
    ):
        with pytest.raises(ConfigError, match=f"{named}, which .* lacks; it has"):
            done(started(spark, seed, tmp_path / "b", **changes), "ingest")
    text = {**rule, "signs": [1, 1], "sources": ["age", "city"]}
    with pytest.raises(ConfigError, match=r"table people: column 'city' .* number"):
        done(started(spark, seed, tmp_path / "c", dependencies__add=[text]), "encode")


def test_class_weights_of_a_column_of_many_values_are_refused(
    spark: SparkSession, tmp_path: Path
) -> None:
    table = pa.table({"shop": [i % 300 for i in range(6000)], "n": [i % 7 for i in range(6000)]})
    visits = write_csv(table, tmp_path / "visits.csv")
    weighted = {"train__settings__class_weights": "shop", "encode__first": ["shop"]}
    with pytest.raises(ConfigError, match=r"class_weights names 'shop', which has too many values"):
        done(started(spark, visits, tmp_path / "lake", **weighted), "encode")
