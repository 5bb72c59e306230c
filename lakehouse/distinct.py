"""Exact counts of distinct values, by 128 bits of hashes.

Spark's own count of several distinct sets deals every row, with all columns, once for each set.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.scan import row_hash
from lakehouse.schemas import column

_LOOKED_BITS = 6  # of a hash that are zero where a repeat is looked for first: one of 64 values


def count_distinct(frame: DataFrame, names: Sequence[str]) -> dict[str, int]:
    """Distinct non-null values of each column: one scan, one shuffle of their hashes."""
    return dict(zip(names, count_distinct_rows(frame, [(name,) for name in names]), strict=True))


def count_distinct_rows(
    frame: DataFrame, groups: Sequence[Sequence[str]], *, all_or_none: bool = False
) -> list[int]:
    """Combinations of values, none of them null, of each group of columns.

    One scan of these columns, and a shuffle of two hashes a row and group. ``all_or_none``: it
    matters only whether all rows differ. Then a scan of a 64th of the combinations comes first, and
    a group that repeats one is given up: it has 0. Of the others all are counted.
    """
    counts = [0] * len(groups)
    left = list(range(len(groups)))
    if all_or_none and groups:
        left = _without_repeats(frame, groups)
    if left:
        hashed = _hashed(frame, [groups[place] for place in left]).distinct()
        for place, count in hashed.groupBy("place").count().collect():
            counts[left[place]] = int(count)
    return counts


def _without_repeats(frame: DataFrame, groups: Sequence[Sequence[str]]) -> list[int]:
    """The places of the groups of which a 64th of the combinations has no repeat."""
    looked = _hashed(frame, groups).where(F.shiftrightunsigned("one", 64 - _LOOKED_BITS) == 0)
    times = looked.groupBy("place", "one", "two").count().groupBy("place").agg(F.max("count"))
    repeat = {int(place) for place, most in times.collect() if most > 1}
    return [place for place in range(len(groups)) if place not in repeat]


def _hashed(frame: DataFrame, groups: Sequence[Sequence[str]]) -> DataFrame:
    """A row for each row and group without a null: the group's ``place``, and two hashes."""
    cells = []
    for place, names in enumerate(groups):
        there = F.lit(True)
        for name in names:
            there = there & column(name).isNotNull()
        one, two = (F.when(there, row_hash(names, salt)) for salt in ("one", "two"))
        cells += [F.lit(place), one, two]
    stacked = F.stack(F.lit(len(groups)), *cells).alias("place", "one", "two")
    return frame.select(stacked).where(F.col("one").isNotNull())
