"""``profile.whole``: a run looks at pairs, rules and groups of rows before it learns."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config_file import load_config
from jobs.pipeline import do_all
from jobs.run import Run
from tests.lakes import done, spoken, started
from tests.synth.audit.tables import applicants


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Applicants with an address each, and a column that gives the target away."""
    frame = applicants(900)
    frame["mail"] = [f"olena{i}@example.org" for i in range(len(frame))]
    frame["id"] = 7919 * frame.index
    frame["letter"] = frame["granted"].map({"yes": "welcome", "no": "sorry"})
    frame["net"], frame["tax"] = frame["score"] // 1 + 100, frame.index % 7 + 5
    frame["gross"] = frame["net"] + frame["tax"]
    path = tmp_path_factory.mktemp("granted") / "applicants.csv"
    frame.to_csv(path, index=False)
    return path


def names(run: Run) -> set[str]:
    return {one["name"] for one in run.record("profile").facts["findings"]}


def test_it_tells_all_and_what_is_learned_stays(
    spark: SparkSession, granted: Path, tmp_path: Path
) -> None:
    columns = done(started(spark, granted, tmp_path, task__target="granted"), "train")
    whole = started(spark, granted, tmp_path, task__target="granted", profile__whole=True)
    do_all(whole)

    assert whole.id != columns.id
    record = whole.record("profile")
    assert record.as_in is None and record.result == columns.record("profile").result
    assert all(whole.record(s).as_in == columns.id for s in ("ingest", "clean", "encode", "train"))
    assert "leakage" not in names(columns) and not columns.path("audit").exists()
    assert {"leakage", "structural bias"} <= names(whole)
    assert "warning: leakage ('letter', 'granted'): 'letter' alone tells 100%" in spoken(whole)
    folder = whole.path("audit")
    told = json.loads((folder / "profile.json").read_text("utf-8"))
    assert told["rows"] == 900 and ["id"] in told["structure"]["keys"]
    assert any(rule["target"] == "gross" for rule in told["structure"]["rules"])
    assert told["findings"] == record.facts["findings"]
    lake = {"lake.tables": str(tmp_path)}
    assert "mail" in load_config(folder / "proposed.yaml", lake).columns.sensitive
    for file in (folder / "profile.html", folder / "profile.json", whole.path("profile.json")):
        assert "olena" not in file.read_text("utf-8")
    assert "audit/profile.html" in record.notes[-1]
    report = whole.path("report.html").read_text("utf-8")
    assert "leakage" in report and "audit/profile.html" in report

    again = started(spark, granted, tmp_path, profile__whole=True, task__target="sex")
    done(again, "encode")
    assert again.record("profile").as_in is None and again.record("encode").as_in == columns.id
    same = started(spark, granted, tmp_path, profile__whole=True, train__settings__steps=7)
    assert done(same, "profile").record("profile").as_in is None  # it has no target
    assert "no task.target is named" in " ".join(same.record("profile").notes)
    longer = started(
        spark, granted, tmp_path, profile__whole=True, task__target="sex", train__settings__steps=8
    )
    assert done(longer, "profile").record("profile").as_in == again.id
    assert (longer.path("audit") / "profile.html").is_file()


def test_without_it_another_target_is_no_other_profile(
    spark: SparkSession, granted: Path, tmp_path: Path
) -> None:
    one = done(started(spark, granted, tmp_path, task__target="granted"), "profile")
    other = started(spark, granted, tmp_path, task__target="sex", train__settings__steps=9)
    assert done(other, "profile").record("profile").as_in == one.id


def test_entities_count_in_what_is_told(spark: SparkSession, tmp_path: Path) -> None:
    """A city that only one person's rows name, however many they are, is told nowhere."""
    frame = applicants(1200)
    frame["person"] = frame.index % 60
    frame.loc[frame["person"] == 7, "city"] = "Ushuaia"
    path = tmp_path / "visits.csv"
    frame.to_csv(path, index=False)
    run = started(spark, path, tmp_path / "lake", split__key=["person"], profile__whole=True)
    done(run, "profile")
    told = json.loads((run.path("audit") / "profile.json").read_text("utf-8"))
    assert told["question"]["entities"] == 60 and told["question"]["rows_of_enough"] == 81
    assert "Ushuaia" not in json.dumps(told)
    assert "Ushuaia" not in (run.path("audit") / "profile.html").read_text("utf-8")
    assert "Ushuaia" not in run.path("profile.json").read_text("utf-8")


def test_what_is_told_of_a_target_is_said_where_there_is_none(
    spark: SparkSession, tmp_path: Path
) -> None:
    frame = applicants(600)
    frame["id"] = 7919 * frame.index
    path = tmp_path / "granted.csv"
    frame.to_csv(path, index=False)
    lake = tmp_path / "lake"
    part = done(started(spark, path, lake, task__target="id", profile__whole=True), "profile")
    (said,) = (note for note in part.record("profile").notes if "task.target" in note)
    assert said == "task.target 'id' is not counted: classes, leakage and bias are not told"
