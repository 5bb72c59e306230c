"""Exact counts of distinct values."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.schemas import column


def count_distinct(frame: DataFrame, names: Sequence[str]) -> dict[str, int]:
    """Distinct non-null values of each column: one scan, one shuffle of those columns."""
    counted = frame.agg(*[F.count_distinct(column(name)) for name in names]).first()
    return {} if counted is None else dict(zip(names, map(int, counted), strict=True))


def count_distinct_rows(frame: DataFrame, groups: Sequence[Sequence[str]]) -> list[int]:
    """Combinations of values, none of them null, of each group of columns: one scan."""
    if not groups:
        return []
    counts = [F.count_distinct(*map(column, names)) for names in groups]
    counted = frame.agg(*counts).first()
    return [0] * len(groups) if counted is None else [int(count) for count in counted]
