"""How many rows of one table are exact copies of rows of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.scan import row_hash
from lakehouse.schemas import in_types


def count_copies(
    train: DataFrame, others: Mapping[str, DataFrame], columns: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """By role the rows that equal some train row on all these columns, and its rows in all.

    Null equals null, NaN equals NaN. Rows are told by two 64-bit hashes of their values: among a
    billion rows a false copy has a chance below 1e-20. One scan of each table, one shuffle of the
    hashes of all, one action. ValueError where a column is missing.
    """
    if not columns:
        raise ValueError("no column to compare: name at least one")
    for role, frame in (("train", train), *others.items()):
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise ValueError(f"the {role} table lacks the columns {', '.join(map(repr, missing))}")
    # An int and a bigint of equal value have different hashes.
    types = {name: train.schema[name].dataType for name in columns}
    marked = _hashes(train, columns).withColumn("role", F.lit(-1))
    for place, frame in enumerate(others.values()):
        own = _hashes(in_types(frame, types), columns).withColumn("role", F.lit(place))
        marked = marked.unionByName(own)
    rows = [F.count_if(F.col("role") == place).alias(f"r{place}") for place in range(len(others))]
    known = F.max(F.col("role") == -1).alias("known")
    alike = marked.groupBy("one", "two").agg(known, *rows)
    sums = []
    for place in range(len(others)):
        count = F.col(f"r{place}")
        sums += [F.sum(F.when(F.col("known"), count).otherwise(0)), F.sum(count)]
    found = alike.agg(*sums).first()
    counts = [0 if one is None else int(one) for one in found or [None] * len(sums)]
    return {role: (counts[2 * k], counts[2 * k + 1]) for k, role in enumerate(others)}


def _hashes(frame: DataFrame, columns: Sequence[str]) -> DataFrame:
    # The second one runs through the columns the other way round, so that it is another function.
    return frame.select(
        row_hash(columns, "one").alias("one"), row_hash(list(columns)[::-1], "two").alias("two")
    )
