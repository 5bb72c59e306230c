"""The registry: each run and its figures once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from lakehouse import tables
from lakehouse.registry import Registry
from synth.metrics.metric import Gate, Metric

ROW = {
    "run_id": "r1",
    "table": "adult",
    "verdict": "published",
    "finished": "2026-11-24T10:00:00+00:00",
    "lineage": {"lakesynth.run_id": "r1"},
}
METRICS = [
    Metric("column_similarity", "table", float(np.float64(0.99)), gate=Gate("quality", 0.98)),
    Metric("pair", "pair", 0.5, ("a b", "c"), interval=(0.4, 0.6), reference=0.7),
]


def registry(spark: SparkSession, lake: Path) -> Registry:
    return Registry(spark, str(lake / "runs"), str(lake / "metrics"))


def test_a_run_is_recorded_once(spark: SparkSession, lake: Path) -> None:
    found = registry(spark, lake)
    first = found.record_run(ROW, "r1/run")
    assert found.record_run({**ROW, "verdict": "other"}, "r1/run") == first
    found.record_run({**ROW, "run_id": "r2"}, "r2/run")
    rows = {row.run_id: row for row in found.runs().collect()}
    assert set(rows) == {"r1", "r2"}
    assert rows["r1"].verdict == "published" and rows["r1"].lineage == {"lakesynth.run_id": "r1"}
    assert found.runs().where("finished = timestamp'2026-11-24 10:00:00Z'").count() == 2
    with pytest.raises(PySparkException, match="DELTA_CANNOT_MODIFY_APPEND_ONLY"):
        spark.sql(f"DELETE FROM {tables.sql_name(str(lake / 'runs'))}")
    with pytest.raises(ValueError, match="no column 'rows'; it has run_id, table"):
        found.record_run({**ROW, "rows": 3}, "r3/run")


def test_figures_are_recorded_once(spark: SparkSession, lake: Path) -> None:
    found = registry(spark, lake)
    for _ in range(2):
        found.record_metrics("r1", METRICS, "r1/metrics")
    rows = {row.name: row for row in found.metrics().collect()}
    assert found.metrics().count() == 2
    assert rows["pair"].columns == ["a b", "c"]
    assert (rows["pair"].interval_low, rows["pair"].reference) == (0.4, 0.7)
    assert rows["pair"].passed is None
    table = rows["column_similarity"]
    assert (table.gate_kind, table.gate_bound, table.passed) == ("quality", 0.98, True)
    found.record_metrics("r2", [], "r2/metrics")
    assert found.metrics().count() == 2


def test_a_registry_of_an_earlier_version_gets_the_columns_that_it_lacks(
    spark: SparkSession, lake: Path
) -> None:
    found = registry(spark, lake)
    earlier = spark.createDataFrame(
        [("r0", "adult", "published")],
        "run_id string NOT NULL, `table` string NOT NULL, verdict string",
    )
    tables.write(earlier, str(lake / "runs"), app_id="r0/run", mode="append")
    found.record_run({**ROW, "candidate": "/lake/c"}, "r1/run")
    rows = {row.run_id: row for row in found.runs().collect()}
    assert rows["r0"].candidate is None and rows["r1"].candidate == "/lake/c"
    assert rows["r1"].lineage == {"lakesynth.run_id": "r1"}
