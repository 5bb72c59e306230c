"""Values of a column in the key of another table, counted by Spark."""

from __future__ import annotations

from pyspark.sql import SparkSession

from lakehouse.inclusion_counts import count_included
from synth.audit.inclusion import InclusionCounts


def test_rows_values_and_parents_are_counted(spark: SparkSession) -> None:
    children = [(1,), (1,), (1,), (2,), (9,), (9,), (8,), (None,)]
    child = spark.createDataFrame(children, "`a.b` int")
    parent = spark.createDataFrame([(1,), (2,), (3,), (4,)], "`i ``d` bigint")
    counts = count_included(child, "a.b", parent, "i `d")
    assert counts == InclusionCounts(3, 2, 4, 2, 3, 4, repeated=False)
    twice = count_included(child, "a.b", parent.union(parent.limit(1)), "i `d")
    assert twice.repeated
    none = count_included(child.limit(0), "a.b", parent, "i `d")
    assert (none.orphans, none.values, none.most, none.keys) == (0, 0, 0, 4)
