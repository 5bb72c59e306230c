"""Ray on Spark's executors: where it is refused, and a real fit on a cluster of two."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs import ray_on_spark
from jobs.config import ConfigError
from jobs.launch import require_means_of
from jobs.model_sections import TrainConfig
from synth.sampling.model_folder import load_manifest
from tests.jobs.test_launch import folder
from tests.lakes import run_python

__all__ = ["folder"]  # a fixture

TWO = TrainConfig(launch="ray_on_spark", workers=2)
# Executors are JVMs and Pythons of their own, as on a cluster, on this machine.
FIT = """
import json, os, sys
from pathlib import Path
from jobs.launch import launch
from jobs.session import SessionSettings, open_session
from jobs.model_sections import TrainConfig
from tests.jobs.test_launch import spec

folder = Path(os.environ["FOLDER"])
spark = open_session(SessionSettings(
    master="local-cluster[2,1,1024]", log_file=folder / "spark.log", driver_memory="512m"))
config = TrainConfig(launch="ray_on_spark", workers=2)
launch(spec(folder, steps=20, evaluation_steps=5), config)
rows = spark.range(1000).repartition(4).count()
left = sorted(os.environ.keys() & {"RAY_ADDRESS", "RAY_AUTH_TOKEN"})
print(json.dumps({"rows": rows, "left": left}))
spark.stop()
"""


class Session:
    """As much of a classic session as is asked: its settings."""

    def __init__(self, **settings: str):
        self.conf = {key.replace("__", "."): value for key, value in settings.items()}


class Remote(Session):
    """One of Spark Connect, by the module of its class."""

    __module__ = "pyspark.sql.connect.session"


def asked(monkeypatch: pytest.MonkeyPatch, session: Any, config: TrainConfig = TWO) -> None:
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: session)
    require_means_of(config)


@pytest.mark.parametrize(
    ("session", "remedy"),
    [
        (None, "no Spark session runs: set train.launch to local"),
        (Remote(), "Spark Connect or serverless: set train.launch to address"),
        (Session(spark__master="local[*]"), r"is local\[\*\].*: set train.launch to local"),
        (Session(spark__master="local"), "set train.launch to local"),
        (Session(spark__master="k8s://https://cluster:6443"), r"k8s://.*address.*\(KubeRay\)"),
    ],
)
def test_a_session_without_executors_for_ray_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, session: Any, remedy: str
) -> None:
    with pytest.raises(ConfigError, match=f"train.launch is ray_on_spark.*{remedy}"):
        asked(monkeypatch, session)


@pytest.mark.parametrize("master", ["spark://host:7077", "yarn", "local-cluster[2,1,1024]"])
def test_what_executors_lack_is_refused_before_the_work(
    monkeypatch: pytest.MonkeyPatch, master: str
) -> None:
    session = Session(spark__master=master, spark__executor__cores="4")
    asked(monkeypatch, session)
    asked(monkeypatch, session, TWO.model_copy(update={"resources": {"CPU": 4, "memory": 2**30}}))
    with pytest.raises(ConfigError, match=r"asks for 5 CPUs .*cores 4: set CPU to 4 or less"):
        asked(monkeypatch, session, TWO.model_copy(update={"resources": {"CPU": 5}}))
    with pytest.raises(ConfigError, match=r"resources asks for TPU: .* take it out"):
        asked(monkeypatch, session, TWO.model_copy(update={"resources": {"TPU": 1}}))
    gpus = TWO.model_copy(update={"use_gpu": True})
    with pytest.raises(ConfigError, match=r"no GPUs that Spark knows: .*gpu\.amount"):
        asked(monkeypatch, session, gpus)
    session.conf["spark.executor.resource.gpu.amount"] = "1"
    asked(monkeypatch, session, gpus)


def test_the_cluster_ends_where_the_fit_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(ray_on_spark, "_start", lambda config: "127.0.0.1:9000")
    monkeypatch.setattr(ray_on_spark, "_require_nodes", lambda address, workers: None)
    monkeypatch.setattr(ray_on_spark, "_end", lambda: ended.append(True))
    monkeypatch.setattr(ray_on_spark, "_authentication", dict)
    monkeypatch.setenv("RAY_AUTH_MODE", "k8s")  # what the user has chosen

    def interrupted() -> None:
        with ray_on_spark.ray_on_spark(TWO) as address:
            assert (address, ended) == ("127.0.0.1:9000", [])
            assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
            raise KeyboardInterrupt

    before = os.environ["PATH"]
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ended == [True]
    assert (os.environ["PATH"], os.environ["RAY_AUTH_MODE"]) == (before, "k8s")


def test_a_cluster_of_the_callers_own_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_on_spark, "_running", object)
    monkeypatch.setattr(ray_on_spark, "_end", pytest.fail)
    with pytest.raises(ConfigError, match=r"already: .*address and train\.address to auto"):
        ray_on_spark.ray_on_spark(TWO).__enter__()


def test_ray_says_why_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(config: TrainConfig) -> str:
        cause = RuntimeError("Starting Ray worker node failed, error:\nCommand\n\nTypeError: ray\n")
        raise RuntimeError("Launch Ray-on-Spark cluster failed") from cause

    monkeypatch.setattr(ray_on_spark, "_set_up", fail)
    with pytest.raises(ConfigError, match=r"node failed, error:; Command; TypeError: ray\): each"):
        ray_on_spark._start(TWO)


def test_a_head_on_a_busy_machine_is_given_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    from ray.util.spark import cluster_init

    given = []

    def slow(config: TrainConfig) -> str:
        given.append(cluster_init._RAY_HEAD_STARTUP_TIMEOUT)
        if len(given) == 1:
            raise RuntimeError("Start Ray head node failed!\nCommand ...")
        return "127.0.0.1:9000"

    monkeypatch.setattr(cluster_init, "_RAY_HEAD_STARTUP_TIMEOUT", 20)
    monkeypatch.setattr(ray_on_spark, "_set_up", slow)
    assert ray_on_spark._start(TWO) == "127.0.0.1:9000"
    assert given == [20, ray_on_spark.HEAD_PATIENCE]


@pytest.mark.slow
@pytest.mark.timeout(900)  # a cluster of Spark, one of Ray on it, on a machine that may be busy
def test_two_executors_fit_one_model_and_spark_goes_on(folder: Path) -> None:
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = run_python(FIT, timeout=800, FOLDER=str(folder), PATH=commands)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"rows": 1000, "left": []}  # and nothing else
    told = load_manifest(folder / "model")["about"]["training"]
    assert (told["workers"], told["steps"], told["rows"]) == (2, 20, 2700)
