"""``lakesynth profile SEED`` alone: files, Delta tables, mistakes; and with a lake, a stage."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from lakehouse.tables import write
from tests.lakes import lakesynth_here, people, write_csv


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = people(900)
    mails = pa.array([f"olena{i}@example.org" for i in range(900)])
    return write_csv(
        table.append_column("mail", mails), tmp_path_factory.mktemp("s") / "people.csv"
    )


def test_a_file_is_profiled_without_a_run(spark: SparkSession, seed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = lakesynth_here(
        spark, "profile", seed, "--target", "city", "--sensitive", "pay", "--out", out, "--json"
    )
    assert done.code == 0, done.err
    assert sorted(path.name for path in out.iterdir()) == [
        "profile.html",
        "profile.json",
        "proposed.yaml",
    ]
    assert done.json["rows"] == 900
    named = {found["name"]: found["columns"] for found in done.json["findings"]}
    assert named["content that identifies people"] == ["mail"]
    told = json.loads((out / "profile.json").read_text("utf-8"))
    text = json.dumps(told) + (out / "profile.html").read_text("utf-8") + done.out + done.err
    assert "olena7" not in text
    columns = {own["name"]: own for own in told["columns"]}
    assert columns["pay"]["sensitive"] and "quantiles" not in columns["pay"]
    assert ["person_id"] in told["structure"]["keys"]


def test_a_delta_table_says_the_same_and_people_can_read_it(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    write(spark.read.csv(str(seed), header=True, inferSchema=True), str(tmp_path / "t"), app_id="t")
    done = lakesynth_here(
        spark, "profile", tmp_path / "t", "--out", tmp_path / "out",
        "--purpose", "evidence for a clinical trial",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "900 rows" in done.out and "error   purpose needs real rows whole table" in done.out
    assert done.out.index("error ") < done.out.index("content that identifies people mail")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "cty"], "task.target names column 'cty', which"),
        (["--out", "x", "--lake", "lake"], "--lake is of a run; --out, --states"),
        (["--since", "3"], "name --states as well"),
        (["--states", "s"], "keeps states of a Delta table, and"),
        (["--set", "columns.ignore=[nobody]"], "columns.ignore names column 'nobody'"),
    ],
)
def test_mistakes_are_said_before_spark_reads(
    spark: SparkSession, seed: Path, arguments: list[str], message: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    done = lakesynth_here(spark, "profile", seed, *arguments)
    assert done.code == 2 and message in done.err
    assert list(tmp_path.glob("*/profile.html")) == []


def test_nothing_to_profile_is_said(spark: SparkSession) -> None:
    done = lakesynth_here(spark, "profile")
    assert done.code == 2 and "name a table" in done.err


def test_with_a_lake_it_is_a_stage_of_a_run(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    first = lakesynth_here(spark, "ingest", seed, "--lake", lake, "--json")
    assert first.code == 0, first.err
    done = lakesynth_here(spark, "profile", seed, "--lake", lake, "--json")
    assert done.code == 0, done.err
    assert done.json["stage"] == "profile" and done.json["run_id"] == first.json["run_id"]
