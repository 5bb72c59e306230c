"""Spark Connect on this machine, in one file: its server takes port 15002, so one at a time."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.lakes import lakesynth, people, quick, run_python, write_csv

pytestmark = pytest.mark.slow  # a server of its own

pytest.importorskip("grpc", reason='Spark Connect needs pip install "pyspark[connect]"')
PORT = 15002

CONNECT = """
from pathlib import Path
from jobs.session import SessionSettings, open_session
from lakehouse import tables
from lakehouse.lineage import read_lineage
from lakehouse.scan import aggregate, split_by_hash
from lakehouse.registry import Registry
from tests.lakehouse.test_lineage import LINEAGE
from tests.lakehouse.test_registry import METRICS
from tests.lakehouse.test_scan import Total

lake = Path(LAKE)
spark = open_session(SessionSettings(remote="local[2]", log_file=lake / "spark.log"))
assert "connect" in type(spark).__module__, type(spark)
name = str(lake / "the t")
rows = spark.range(5).withColumnRenamed("id", "an id")
first = tables.write(rows, name, app_id="one", properties=LINEAGE.to_properties(), comment="c",
                     column_comments={"an id": "d"})
assert tables.write(rows.limit(1), name, app_id="one") == first
assert tables.current_version(spark, name) == first.version
second = tables.write(rows.limit(2), name, app_id="two")
assert tables.count_rows(spark, first) == 5 and tables.count_rows(spark, second) == 2
assert not tables.read(spark, second).schema["an id"].nullable
assert read_lineage(spark, name) == LINEAGE
try:
    tables.read(spark, tables.TableRef(name, 99))
except tables.VersionNotFound as error:
    assert "99" in str(error)
else:
    raise AssertionError("version 99 was read")
total = aggregate(tables.read(spark, first), ["an id"], Total, Total.from_bytes)
assert (total.rows, total.total) == (5, 10)
rest, part = split_by_hash(tables.read(spark, first), key=None, salt="s", fraction=0.5)
assert rest.count() + part.count() == 5
registry = Registry(spark, str(lake / "runs"), str(lake / "metrics"))
assert registry.record_metrics("r", METRICS, "a") == registry.record_metrics("r", METRICS, "a")
print("connect works")
spark.stop()
"""

SINCE = """
from pathlib import Path
from jobs.audit import audit_table
from jobs.audit_since import Kept
from jobs.config_file import load_config
from jobs.progress import Reporter
from jobs.session import SessionSettings, open_session
from lakehouse.tables import current_version
from tests.synth.audit.tables import applicants

lake = Path(LAKE)
spark = open_session(SessionSettings(remote="local[2]", log_file=lake / "spark.log"))
table, frame = str(lake / "people"), applicants(900).assign(id=range(900))
spark.createDataFrame(frame[:600]).write.format("delta").save(table)
config = load_config(None, {"seed": table, "lake.tables": LAKE, "task.target": "granted"})

def audited(since=None):
    kept = Kept(str(lake / "states"), since)
    return audit_table(spark, config, lake / "out", Reporter(), kept)

audited()
first = current_version(spark, table)
spark.createDataFrame(frame[600:]).write.format("delta").mode("append").save(table)
since, whole = audited(first), audited()
assert since.rows == whole.rows == 900
assert since.structure["keys"] == whole.structure["keys"] == [["id"]]
assert len(since.associations) == len(whole.associations)
assert {one.name for one in since.findings} == {one.name for one in whole.findings}
print("connect adds")
spark.stop()
"""


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", PORT)):
        refused = lakesynth(
            "run",
            write_csv(people(), tmp_path / "people.csv"),
            "--lake",
            tmp_path / "lake",
            session__remote="local[2]",
        )
    assert refused.code == 2
    assert "port is taken" in refused.err and str(PORT) in refused.err


def test_spark_connect_writes_reads_and_repeats_nothing(lake: Path) -> None:
    done = run_python(CONNECT.replace("LAKE", repr(str(lake))))
    assert done.stdout.strip().endswith("connect works"), done.stderr


def test_spark_connect_adds_rows_to_what_was_kept(lake: Path) -> None:
    done = run_python(SINCE.replace("LAKE", repr(str(lake))))
    assert done.stdout.strip().endswith("connect adds"), done.stderr


def test_spark_connect_runs_all_stages(tmp_path: Path) -> None:
    seed = write_csv(people(), tmp_path / "people.csv")
    given = {key: value for key, value in quick().items() if key != "session__master"}
    done = lakesynth(
        "run", seed, "--lake", tmp_path / "lake", "--json", session__remote="local[2]", **given
    )
    assert done.code == 0, done.err
    assert done.json["tables"]["synthetic"]["rows"] == 600
    assert done.json["verdict"] == "published"
