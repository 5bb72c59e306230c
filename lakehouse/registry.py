"""The registry: Delta tables to which every run adds its row and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from lakehouse.schemas import quote
from lakehouse.tables import TableNotFound, TableRef, read, sql_name, write
from synth.metrics.catalogue import area_of
from synth.metrics.metric import Metric

_RUNS = T.StructType(
    [
        T.StructField("run_id", T.StringType(), nullable=False),
        T.StructField("table", T.StringType(), nullable=False),
        T.StructField("candidate", T.StringType()),
        T.StructField("verdict", T.StringType()),
        T.StructField("finished", T.TimestampType()),
        T.StructField("lineage", T.MapType(T.StringType(), T.StringType())),
    ]
)
_METRICS = T.StructType(
    [
        T.StructField("run_id", T.StringType(), nullable=False),
        T.StructField("candidate", T.StringType()),
        T.StructField("measured", T.TimestampType()),
        T.StructField("name", T.StringType(), nullable=False),
        T.StructField("scope", T.StringType(), nullable=False),
        T.StructField("columns", T.ArrayType(T.StringType())),
        T.StructField("value", T.DoubleType()),
        T.StructField("interval_low", T.DoubleType()),
        T.StructField("interval_high", T.DoubleType()),
        T.StructField("reference", T.DoubleType()),
        T.StructField("higher_is_better", T.BooleanType()),
        T.StructField("gate_kind", T.StringType()),
        T.StructField("gate_bound", T.DoubleType()),
        T.StructField("passed", T.BooleanType()),
        T.StructField("area", T.StringType()),
        T.StructField("detail", T.StringType()),
        T.StructField("slice", T.StringType()),
        T.StructField("gate_amber", T.DoubleType()),
        T.StructField("status", T.StringType()),
    ]
)
_APPEND_ONLY = {"delta.appendOnly": "true"}


class Registry:
    """The tables ``runs`` and ``metrics`` of a lake; they are made when the first row is added."""

    def __init__(self, spark: SparkSession, runs_name: str, metrics_name: str) -> None:
        self._spark, self._runs, self._metrics = spark, runs_name, metrics_name

    def record_run(self, row: Mapping[str, Any], app_id: str) -> TableRef:
        """Add a run's row, at most once for each ``app_id``; ``finished`` is an ISO time.

        ValueError names a key that is no column.
        """
        unknown = sorted(set(row) - set(_RUNS.fieldNames()))
        if unknown:
            raise ValueError(
                f"table {self._runs} has no column {', '.join(map(repr, unknown))}; "
                f"it has {', '.join(_RUNS.fieldNames())}"
            )
        known = {**row, "finished": _time(row.get("finished"))}
        values = tuple(known.get(name) for name in _RUNS.fieldNames())
        return self._append([values], _RUNS, self._runs, app_id)

    def record_metrics(
        self,
        run_id: str,
        metrics: Sequence[Metric],
        app_id: str,
        *,
        candidate: str | None = None,
    ) -> TableRef:
        """Add the figures of a run's table, ``candidate``, at most once for each ``app_id``.

        A run may make several tables, and judge one of them again.
        """
        measured = datetime.now(UTC)
        rows = [(run_id, candidate, measured, *_figures(metric)) for metric in metrics]
        return self._append(rows, _METRICS, self._metrics, app_id)

    def runs(self) -> DataFrame:
        """Every run so far; TableNotFound where there is none."""
        return read(self._spark, TableRef(self._runs))

    def metrics(self) -> DataFrame:
        """Every figure so far; TableNotFound where there is none."""
        return read(self._spark, TableRef(self._metrics))

    def _append(
        self, rows: list[tuple[Any, ...]], schema: T.StructType, name: str, app_id: str
    ) -> TableRef:
        self._widen(schema, name)
        # As an Arrow table: a wide table has 100,000 figures, and Spark checks each cell of a list.
        columns = [[row[place] for row in rows] for place in range(len(schema))]
        table = pa.table(columns, schema=to_arrow_schema(schema))
        frame = self._spark.createDataFrame(table, schema).coalesce(1)
        return write(frame, name, app_id=app_id, mode="append", properties=_APPEND_ONLY)

    def _widen(self, schema: T.StructType, name: str) -> None:
        """Add the columns that a registry of an earlier version lacks."""
        try:
            known = {column.lower() for column in read(self._spark, TableRef(name)).columns}
        except TableNotFound:
            return
        new = [field for field in schema.fields if field.name.lower() not in known]
        if new:
            columns = ", ".join(f"{quote(f.name)} {f.dataType.simpleString()}" for f in new)
            self._spark.sql(f"ALTER TABLE {sql_name(name)} ADD COLUMNS ({columns})")


def _figures(metric: Metric) -> tuple[Any, ...]:
    low, high = metric.interval or (None, None)
    gate = metric.gate
    return (
        metric.name,
        metric.scope,
        list(metric.columns),
        _number(metric.value),
        _number(low),
        _number(high),
        _number(metric.reference),
        metric.higher_is_better,
        gate.kind if gate else None,
        _number(gate.bound) if gate else None,
        None if metric.passed is None else bool(metric.passed),
        area_of(metric.name),
        metric.detail or None,
        metric.slice or None,
        _number(gate.amber) if gate else None,
        metric.status,
    )


def _number(value: float | None) -> float | None:
    """A plain float: Spark takes no numpy number."""
    return None if value is None else float(value)


def _time(value: str | datetime | None) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value
