"""How many values of a column stand in the key of another table: exact counts of both."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.schemas import column
from synth.audit.inclusion import InclusionCounts


def count_included(child: DataFrame, name: str, parent: DataFrame, key: str) -> InclusionCounts:
    """One scan of one column of each table, and a join of their different values."""
    own = child.select(column(name).alias("value")).dropna().groupBy("value")
    theirs = parent.select(column(key).alias("key")).dropna().groupBy("key")
    rows = own.agg(F.count(F.lit(1)).alias("rows"))
    held = theirs.agg(F.count(F.lit(1)).alias("held"))
    both = rows.join(held, F.col("value") == F.col("key"), "full")
    orphan, has_parent = F.col("held").isNull(), F.col("held").isNotNull()
    found = both.agg(
        F.sum(F.when(orphan, F.col("rows"))),
        F.count(F.when(orphan, F.col("rows"))),
        F.count("rows"),
        F.count(F.when(has_parent, F.col("rows"))),
        F.max(F.when(has_parent, F.col("rows"))),
        F.count("held"),
        F.max("held"),
    ).first()
    assert found is not None  # an aggregate of no rows is one row
    orphans, orphan_values, values, parents, most, keys, held_most = (int(n or 0) for n in found)
    repeated = held_most > 1
    return InclusionCounts(orphans, orphan_values, values, parents, most, keys, repeated)
