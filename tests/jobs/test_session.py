"""The session: quiet, set up as the house needs it, clear errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.session import SessionSettings, open_session
from tests.lakes import run_python


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
