"""Figures of a real run in a real MLflow server, which this file starts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs import api
from jobs.api import start_run
from jobs.checking import checked
from jobs.config import ConfigError
from jobs.mlflow_figures import name_of
from jobs.mlflow_tracking import require_tracking, track
from jobs.pipeline import do_all, do_stage
from jobs.run import Run
from lakehouse.registry import Registry
from tests.lakes import configured, lakesynth_here, quick, spoken, started

pytestmark = pytest.mark.slow  # a server starts, and whole runs are sent to it

STARTS_WITHIN = 180  # seconds: it makes its database first
EXPERIMENT = "people of the test"
# Words that a user knows to be values of a sensitive column.
SECRETS = ("Rome", "Roma")
CHANGES: dict[str, Any] = {
    "mlflow__experiment": EXPERIMENT,
    "columns__sensitive": ["city"],
    "clean__replace": {"city": {SECRETS[0]: SECRETS[1]}},
    "clean__ranges": {"age": [0, 120]},
    "sample__candidates": 2,
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def nowhere() -> str:
    """An address that nobody listens at."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of MLflow's server, with a database and a folder of files of its own."""
    pytest.importorskip("mlflow", reason="needs the extra mlflow")
    for package in ("alembic", "flask_cors", "aiohttp"):
        pytest.importorskip(package, reason="MLflow's server needs the extra dev")
    folder = tmp_path_factory.mktemp("mlflow")
    address = f"http://127.0.0.1:{(port := free_port())}"
    line = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    line += ["--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    line += ["--artifacts-destination", str(folder / "files")]
    own = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            line, cwd=folder, env={**os.environ, **own}, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for(address, process, folder / "server.log")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"MLflow's server does not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def sent(
    spark: SparkSession, seed: Path, server: str, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """A whole run of two candidates, sent when it was published; tests only read its MLflow run."""
    lake = tmp_path_factory.mktemp("sent") / "lake"
    run = started(spark, seed, lake, mlflow__tracking_uri=server, **CHANGES)
    do_all(run)
    return run


def client_of(server: str) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=server)


def runs_of(server: str, run: Run) -> list[Any]:
    """MLflow's runs of a run: all of them, those of its candidates too."""
    client = client_of(server)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    tag = f"tags.`lakesynth.run_id` = '{run.id}'"
    return [one for one in client.search_runs([experiment], tag) if is_newest(one)]


def is_newest(one: Any) -> bool:
    return one.data.tags["lakesynth.newest"] == "true"


def main_of(server: str, run: Run) -> Any:
    (main,) = [one for one in runs_of(server, run) if "mlflow.parentRunId" not in one.data.tags]
    return main


def registered(run: Run, table: str, scope: str) -> list[Row]:
    registry = Registry(run.spark, run.lake.registry("runs"), run.lake.registry("metrics"))
    mine = (F.col("run_id") == run.id) & (F.col("candidate") == table) & (F.col("scope") == scope)
    return registry.metrics().where(mine).collect()


def test_the_figures_are_those_of_the_registry(sent: Run, server: str) -> None:
    main = main_of(server, sent)
    table = main.data.tags["lakesynth.candidate"]
    rows = registered(sent, table, "table") + registered(sent, table, "column")
    alike = Counter((*row["columns"], row["name"]) for row in rows)
    expected = {}
    for row in rows:
        parts = [*(("columns", *row["columns"]) if row["columns"] else ()), row["name"]]
        if alike[(*row["columns"], row["name"])] > 1:
            parts += [text for text in (row["detail"], row["slice"]) if text]
        ends = {
            "": row["value"],
            ".low": row["interval_low"],
            ".high": row["interval_high"],
            ".reference": row["reference"],
        }
        name = name_of(*parts)
        expected |= {f"{name}{end}": value for end, value in ends.items() if value is not None}
    found = main.data.metrics
    assert {name: found[name] for name in found if not name.startswith("training/")} == expected
    assert {"column_similarity.reference", "columns/age/column_similarity"} <= expected.keys()


def test_the_run_says_what_it_is(sent: Run, server: str) -> None:
    main = main_of(server, sent)
    told = {key: main.data.tags[f"lakesynth.{key}"] for key in ("table", "verdict", "status")}
    assert told == {
        "table": "people",
        "verdict": "published",
        "status": sent.record("evaluate").facts["status"],
    }
    seed = sent.record("ingest").tables["seed"]
    assert main.data.tags["lakesynth.seed_table"] == seed.name
    assert main.data.tags["lakesynth.seed_version"] == str(seed.version)
    assert (main.info.run_name, main.info.status) == (sent.id, "FINISHED")
    note = main.data.tags["mlflow.note.content"]
    assert "every gate is kept" in note and "of pairs and" in note
    assert f"experiment {EXPERIMENT}, run {main.info.run_id}; without" in spoken(sent)


def test_its_training_is_a_curve(sent: Run, server: str) -> None:
    report = json.loads(sent.path("report.json").read_text())
    main = main_of(server, sent)
    history = client_of(server).get_metric_history(main.info.run_id, "training/training loss")
    points = [(point.step, point.value) for point in history]
    assert points == [(p["step"], p["training loss"]) for p in report["training"]["curve"]]
    assert len(points) > 1


def test_the_report_is_there_as_a_file(sent: Run, server: str, tmp_path: Path) -> None:
    main, client = main_of(server, sent), client_of(server)
    names = {file.path for file in client.list_artifacts(main.info.run_id)}
    assert names == {"report.html", "report.json"}
    local = client.download_artifacts(main.info.run_id, "report.json", str(tmp_path))
    assert Path(local).read_bytes() == sent.path("report.json").read_bytes()


def test_settings_are_told_without_values_of_sensitive_columns(sent: Run, server: str) -> None:
    params = main_of(server, sent).data.params
    assert params["clean.ranges.age"] == "[0.0, 120.0]" and params["sample.candidates"] == "2"
    assert params["clean.replace.city"] == "(not shown)"
    assert params["columns.sensitive"] == '["city"]'
    assert not {key for key in params if key.startswith(("lake.", "session.", "mlflow."))}
    for one in runs_of(server, sent):
        said = json.dumps([one.data.params, one.data.tags, sorted(one.data.metrics)])
        assert not [secret for secret in SECRETS if secret in said]


def test_every_candidate_is_a_run_below_it_and_the_chosen_one_is_marked(
    sent: Run, server: str
) -> None:
    main = main_of(server, sent)
    below = [one for one in runs_of(server, sent) if one.info.run_id != main.info.run_id]
    told = sent.record("evaluate").facts["candidates"]
    assert {one.data.tags["mlflow.parentRunId"] for one in below} == {main.info.run_id}
    found = {
        int(one.data.tags["lakesynth.candidate_number"]): (
            one.data.tags["lakesynth.candidate"],
            one.data.tags["lakesynth.chosen"],
            one.data.metrics["pair_similarity"],
        )
        for one in below
    }
    assert found == {
        one["candidate"]: (
            one["table"],
            "true" if one["chosen"] else "false",
            next(f["value"] for f in one["figures"] if f["name"] == "pair_similarity"),
        )
        for one in told
    }
    assert sorted(found) == [1, 2]


def test_the_same_command_sends_the_same_to_the_same_run(
    spark: SparkSession, sent: Run, seed: Path, server: str
) -> None:
    before = {one.info.run_id for one in runs_of(server, sent)}
    where = str(Path(sent.lake.tables).parent)
    given = quick(**CHANGES, mlflow__tracking_uri=server)
    done = lakesynth_here(spark, "run", seed, "--lake", where, "--json", **given)
    assert done.json["run_id"] == sent.id  # nothing else on standard output
    assert {one.info.run_id for one in runs_of(server, sent)} == before
    main = main_of(server, sent)
    history = client_of(server).get_metric_history(main.info.run_id, "pair_similarity")
    assert [point.value for point in history] == [main.data.metrics["pair_similarity"]]


def test_another_judgement_is_another_run_and_says_that_it_is_the_newest(
    spark: SparkSession, seed: Path, server: str, tmp_path: Path
) -> None:
    given = {"mlflow__tracking_uri": server, "mlflow__experiment": EXPERIMENT}
    given["train__generator"] = "marginal"
    first = started(spark, seed, tmp_path / "lake", **given)
    do_all(first)
    old = main_of(server, first)
    again = started(spark, seed, tmp_path / "lake", gates__copy_rate=0.5, **given)
    do_all(again)
    assert again.id == first.id
    new = main_of(server, again)
    assert new.info.run_id != old.info.run_id
    assert (old.data.params["gates.copy_rate"], new.data.params["gates.copy_rate"]) == (
        "1.0",
        "0.5",
    )
    kept = client_of(server).get_run(old.info.run_id)
    assert not is_newest(kept) and kept.data.metrics == old.data.metrics


def test_a_server_that_fails_at_the_end_costs_no_table(sent: Run) -> None:
    section = sent.config.mlflow.model_copy(update={"tracking_uri": nowhere()})
    lost = replace(sent, config=sent.config.model_copy(update={"mlflow": section}))
    record = do_stage(lost, "publish")
    assert record.facts["verdict"] == "published" and lost.is_finished
    assert f"could not be sent to MLflow at {section.tracking_uri}" in spoken(lost)
    assert "the same command sends them again" in spoken(lost)


def test_a_report_that_mlflow_does_not_take_is_said(sent: Run, server: str, tmp_path: Path) -> None:
    # A store of files that the server leaves to its clients, where this user may not write.
    client_of(server).create_experiment("closed", artifact_location="file:///proc/closed")
    section = sent.config.mlflow.model_copy(update={"experiment": "closed"})
    said = track(replace(sent, config=sent.config.model_copy(update={"mlflow": section})))
    assert said[0].startswith("figures are in MLflow: experiment closed")
    assert said[1].startswith("MLflow did not take the report: ") and len(said) == 2


def test_a_server_that_is_not_there_is_said_before_spark_starts(
    seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow", reason="needs the extra mlflow")
    monkeypatch.setattr(api, "start_session", pytest.fail)
    address = nowhere()
    config = configured(seed, tmp_path, mlflow__tracking_uri=address)
    message = rf"MLflow at {address} \(mlflow\.tracking_uri\) does not answer: .*"
    began = time.monotonic()
    for ask in (start_run, checked):
        with pytest.raises(ConfigError, match=message + r"--set mlflow\.tracking_uri=null"):
            ask(config)
    assert time.monotonic() - began < 60  # MLflow by itself tries for some minutes


def test_a_client_that_is_not_installed_is_said_before_spark_starts(
    seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)  # as if it were not installed
    monkeypatch.setattr(api, "start_session", pytest.fail)
    config = configured(seed, tmp_path, mlflow__tracking_uri="http://mlflow:5000")
    with pytest.raises(ConfigError, match=r"not installed: pip install 'lakesynth\[mlflow\]'"):
        start_run(config)


def test_a_deleted_experiment_is_said_before_spark_starts(server: str, tmp_path: Path) -> None:
    client = client_of(server)
    client.delete_experiment(client.create_experiment("gone"))
    changes = {"mlflow__tracking_uri": server, "mlflow__experiment": "gone"}
    with pytest.raises(ConfigError, match="experiment 'gone' of MLflow is deleted: restore it"):
        require_tracking(configured("people.csv", tmp_path, **changes).mlflow)


def test_without_an_address_mlflow_is_not_even_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    require_tracking(configured("people.csv", tmp_path).mlflow)
