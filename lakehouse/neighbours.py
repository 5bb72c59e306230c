"""How many rows of one table are exact copies of rows of another."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.scan import row_hash
from lakehouse.schemas import in_types


def exact_copy_rate(
    candidate: DataFrame, train: DataFrame, columns: Sequence[str]
) -> tuple[int, int]:
    """Rows of the candidate that equal some train row on all these columns, and its rows in all.

    Null equals null, NaN equals NaN. Rows are joined by two 64-bit hashes of their values: among a
    billion rows on either side a false copy has a chance below 1e-20. One scan of each table, one
    action. ValueError where a column is missing.
    """
    if not columns:
        raise ValueError("no column to compare: name at least one")
    for role, frame in (("candidate", candidate), ("train", train)):
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise ValueError(f"the {role} table lacks the columns {', '.join(map(repr, missing))}")
    # An int and a bigint of equal value have different hashes.
    types = train.schema
    alike = in_types(candidate, {name: types[name].dataType for name in columns})
    known = _hashes(train, columns).distinct().withColumn("is_copy", F.lit(1))
    found = _hashes(alike, columns).join(known, ["one", "two"], "left")
    counts = found.agg(F.count("is_copy"), F.count(F.lit(1))).first()
    return (0, 0) if counts is None else (int(counts[0]), int(counts[1]))


def _hashes(frame: DataFrame, columns: Sequence[str]) -> DataFrame:
    # The second one runs through the columns the other way round, so that it is another function.
    return frame.select(
        row_hash(columns, "one").alias("one"), row_hash(list(columns)[::-1], "two").alias("two")
    )
