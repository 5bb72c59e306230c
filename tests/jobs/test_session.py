"""The session: quiet, Delta found in one of three ways, clear errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs import installation
from jobs.installation import SessionError, delta_jars, require_java
from jobs.session import SessionSettings, open_session
from tests.lakes import run_python


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


def test_the_running_session_is_used_and_set_up(spark: SparkSession) -> None:
    assert open_session(SessionSettings(master="local[7]")) is spark
    assert spark.conf.get("spark.sql.session.timeZone") == "UTC"
    assert spark.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"


def test_workers_run_this_python_on_one_thread(spark: SparkSession) -> None:
    names = ("PYSPARK_PYTHON", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}

    def look(batches):  # type: ignore[no-untyped-def]
        import pyarrow as pa

        import lakehouse.scan  # noqa: F401 - the worker finds the package

        for _ in batches:
            values = [os.environ.get(name, "") for name in names[1:]]
            yield pa.RecordBatch.from_pydict({"v": [sys.executable, *values]})

    seen = [row.v for row in spark.range(0, 1, 1, 1).mapInArrow(look, "v string").collect()]
    assert seen == [sys.executable, "1", "1", "1"]
    assert {name: os.environ.get(name) for name in names} == before


@pytest.mark.parametrize(
    ("version", "message"), [("1.8.0_412", "Java 8 is too old"), ("11.0.2", "Java 11 is too old")]
)
def test_an_old_java_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, message: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, version)))
    with pytest.raises(SessionError, match=message) as raised:
        require_java()
    assert "\n" not in str(raised.value) and "install Java 17" in str(raised.value)


def test_a_missing_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SessionError, match=r"JAVA_HOME is .* no bin/java"):
        require_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SessionError, match="no java on PATH"):
        require_java()


def test_jars_are_looked_for_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(installation.JARS_VARIABLE, raising=False)
    packages = delta_jars(None, {})["spark.jars.packages"]
    assert packages == installation.delta_coordinate()
    assert f"delta-spark_{installation.spark_line()}_2.13" in packages
    assert delta_jars(None, {"spark.jars.packages": "io.delta:delta-spark_9:1"}) == {}
    with pytest.raises(SessionError, match="none of Delta"):
        delta_jars(tmp_path, {})
    (tmp_path / "delta-spark_3.5_2.12-3.2.0.jar").touch()
    monkeypatch.setenv(installation.JARS_VARIABLE, str(tmp_path))
    with pytest.raises(SessionError, match=r"it holds delta-spark_3\.5_2\.12-3\.2\.0\.jar"):
        delta_jars(None, {})
    jar = tmp_path / f"delta-spark_{installation.spark_line()}_2.13-4.4.0.jar"
    jar.touch()
    assert str(jar) in delta_jars(None, {})["spark.jars"]


def test_a_wrong_pair_of_spark_and_delta_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyspark.__version__", "3.5.1")
    with pytest.raises(SessionError, match=r"pyspark 3\.5\.1 does not go with Delta"):
        installation.delta_coordinate()


def test_the_terminal_stays_quiet_and_an_error_names_the_log(tmp_path: Path) -> None:
    code = """
from pathlib import Path
from jobs.session import *
try:
    open_session(SessionSettings(master="local[1]", log_file=Path(LOG), extra={
        "spark.jars.packages": "io.delta:no-such-artifact:0", "spark.driver.memory": "512m"}))
except SessionError as error:
    print("told:", error)
"""
    log = tmp_path / "logs" / "spark.log"
    # An address at which nothing answers stands for every repository.
    settings = tmp_path / "ivy.xml"
    settings.write_text(
        "<ivysettings><settings defaultResolver='none'/><resolvers>"
        f"<filesystem name='none'><artifact pattern='{tmp_path}/[artifact].jar'/></filesystem>"
        "</resolvers></ivysettings>"
    )
    code = code.replace("LOG", repr(str(log))).replace(
        '"512m"', f'"512m", "spark.jars.ivySettings": {str(settings)!r}'
    )
    done = run_python(code)
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("told: Spark did not start")
    assert str(log) in lines[0] and "LAKESYNTH_JARS" in lines[0]
    assert "DEFAULT_ARTIFACT_REPOSITORY" in lines[0]
    assert done.stderr == ""
    assert "no-such-artifact" in log.read_text()
