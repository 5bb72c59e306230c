"""``lakesynth plan``: a file by Spark, for people, as JSON, and as a configuration; mistakes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.config_file import load_config
from tests.lakes import lakesynth_here, people, write_csv


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mails = pa.array([f"olena{i}@example.org" for i in range(900)])
    table = people(900).append_column("mail", mails)
    return write_csv(table, tmp_path_factory.mktemp("s") / "people.csv")


def test_a_file_is_planned_and_its_configuration_written(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    lake, out = tmp_path / "lake", tmp_path / "plan.yaml"
    done = lakesynth_here(
        spark, "plan", seed, "--lake", lake, "--target", "city", "--rows", "500",
        "--set", "privacy.min_entities=5", "--out", out, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    told = done.json
    assert told["facts"]["rows"] == 900 and told["generator"] == "autoregressive"
    stages = {one["stage"]: one for one in told["stages"]}
    assert next(iter(stages)) == "ingest" and len(stages) == 9
    assert all(one["seconds"] > 0 and one["driver_bytes"] > 0 for one in told["stages"])
    assert stages["train"]["seconds"] <= stages["train"]["most_seconds"]
    assert told["seconds"] >= sum(one["seconds"] for one in told["stages"]) - 1
    assert told["calibration"]["learn_seconds_a_row"] > 0
    (sensitive,) = told["settings"]
    assert (sensitive["setting"], sensitive["value"]) == ("columns.sensitive", ["mail"])
    assert told["config"] == str(out) and "olena7" not in out.read_text("utf-8") + done.out
    planned = load_config(out)
    assert planned.columns.sensitive == ("mail",) and planned.sample.rows == 500
    assert planned.task.target == "city" and planned.privacy.min_entities == 5
    assert not (lake / "tables").exists()  # nothing was made


def test_people_read_times_memory_and_reasons(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    done = lakesynth_here(
        spark, "plan", seed, "--lake", tmp_path / "lake", "--set", "train.generator=marginal",
        "--set", "stated.intended_use=evidence for a clinical trial",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "900 rows, " in done.out and "marginal: asked for" in done.out
    assert "the whole fit, tried" in " ".join(done.out.split())
    assert "error: purpose needs real rows" in done.out and "in all  about" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to plan: name a table, as in lakesynth plan SEED"),
        (["nowhere.csv"], "nowhere.csv"),
        (["x.csv", "--out", "pyproject.toml"], "pyproject.toml is there already"),
        (["--several"], "train.generators names mixture, marginal"),
    ],
    ids=["no seed", "no file", "a file in the way", "several generators"],
)
def test_mistakes_are_said_before_spark_starts(
    spark: SparkSession, seed: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    if arguments == ["--several"]:
        arguments = [str(seed), "--lake", str(tmp_path), "--set"]
        arguments.append("train.generators=[mixture, marginal]")
    done = lakesynth_here(spark, "plan", *arguments)
    assert done.code == 2
    assert message in " ".join(done.err.split())
