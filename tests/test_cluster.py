"""spark-submit of the whole run to a real standalone cluster: a master and a worker process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

from jobs.installation import delta_coordinate
from tests.lakes import ROOT, people, quick, write_csv

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # whole runs, on a busy machine
BIN = Path(sys.executable).parent
QUIET = {
    "spark.log.level": "WARN",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "1g",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "OMP_NUM_THREADS": "1",
    }


class Daemon:
    """A Spark daemon of the pip package, in a process group of its own."""

    def __init__(self, log: Path, kind: str, *arguments: str):
        line = [str(BIN / "spark-class"), f"org.apache.spark.deploy.{kind}", *arguments]
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                line, env=environment(), stdout=output, stderr=output, start_new_session=True
            )

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 90
        while not re.search(text, self.log.read_text(errors="replace")):
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            assert time.monotonic() < deadline, f"no {text!r} in {self.log}"
            time.sleep(0.2)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """The address of a standalone cluster of one master and one worker with two cores."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    place = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
    first = Daemon(tmp_path / "master.log", "master.Master", *place)
    try:
        first.wait_for("New state: ALIVE")
        place = ["--host", "127.0.0.1", "--webui-port", str(free_port())]
        size = ["-c", "2", "-m", "1g", "--work-dir", str(tmp_path / "work")]
        second = Daemon(tmp_path / "worker.log", "worker.Worker", *place, *size, address)
        try:
            second.wait_for("Successfully registered with master")
            yield address
        finally:
            second.stop()
    finally:
        first.stop()


def test_the_whole_run_on_a_standalone_cluster(master: str, tmp_path: Path) -> None:
    seed, lake = write_csv(people(), tmp_path / "people.csv"), tmp_path / "lake"
    line = [str(BIN / "spark-submit"), "--master", master, "--packages", delta_coordinate()]
    for key, value in QUIET.items():
        line += ["--conf", f"{key}={value}"]
    line += [str(ROOT / "jobs" / "cli.py"), "run", str(seed), "--lake", str(lake), "--json"]
    for key, value in quick().items():
        if key != "session__master":
            line += ["--set", f"{key.replace('__', '.')}={json.dumps(value)}"]
    done = subprocess.run(
        line, env=environment(), cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["verdict"] == "published"
    assert result["tables"]["synthetic"]["rows"] == 600
    executors = list((tmp_path / "work").glob("app-*/*/stderr"))
    assert executors, "the worker ran no executor"
