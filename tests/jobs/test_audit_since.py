"""A profile of the rows added since a version, by command: the sum is that of the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from lakehouse.tables import current_version, write
from tests.lakes import lakesynth_here
from tests.synth.audit.tables import applicants


def profiled(spark: SparkSession, table: Path, out: Path, *more: object) -> dict[str, Any]:
    done = lakesynth_here(spark, "profile", table, "--out", out, *map(str, more), "--json")
    assert done.code == 0, done.err
    told: dict[str, Any] = json.loads((out / "profile.json").read_text("utf-8"))
    return {**told, "printed": done.json}


def columns(told: dict[str, Any]) -> dict[str, Any]:
    return {c["name"]: {**c, "histogram": None} for c in told["columns"] if not c["sensitive"]}


def test_states_add_and_tell_no_value_of_who_is_identified(
    spark: SparkSession, tmp_path: Path
) -> None:
    states, table = tmp_path / "states", tmp_path / "people"
    frame = applicants(900)
    frame["mail"] = [f"olena{i}@example.org" for i in range(900)]
    write(spark.createDataFrame(frame.head(600)), str(table), app_id="first")
    version = current_version(spark, str(table))
    profiled(spark, table, tmp_path / "a", "--states", states)
    spark.createDataFrame(frame.tail(300)).write.format("delta").mode("append").save(str(table))
    since = profiled(spark, table, tmp_path / "b", "--states", states, "--since", version)
    whole = profiled(spark, table, tmp_path / "c")
    assert since["rows"] == whole["rows"] == 900
    assert columns(since) == columns(whole)
    assert since["sensitive_content"] == whole["sensitive_content"]
    assert any(f"300 rows were added since version {version}" in note for note in since["notes"])
    stored = pq.read_table([str(p) for p in states.glob("*.parquet")])
    assert not any(b"olena" in state.as_py() for state in stored["state"])
    again = lakesynth_here(spark, "profile", table, "--states", states, "--since", 7)
    assert again.code == 2 and "no state of table" in again.err
