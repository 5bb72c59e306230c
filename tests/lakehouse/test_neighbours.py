"""Exact copies, with nulls and NaNs."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from lakehouse.neighbours import count_copies

NAN = float("nan")


def test_copies_are_equal_in_every_column(spark: SparkSession) -> None:
    train = spark.createDataFrame(
        [(1, None, NAN), (None, "1", 0.0), (2, "b", 1.0), (2, "b", 1.0)],
        "`a.b` bigint, s string, d double",
    )
    candidate = spark.createDataFrame(
        [
            (1, None, NAN),  # a copy
            (None, "1", -0.0),  # a copy: both zeros are one value
            (2, "b", 1.0),  # one copy, though train has the row twice
            (2, "b", 1.0),  # and a second one
            (None, None, NAN),
            (1, "", NAN),
            (2, "b", 2.0),
        ],
        "`a.b` int, s string, d double",
    )
    both = {"synthetic": candidate, "holdout": train.limit(2), "none": candidate.limit(0)}
    found = count_copies(train, both, ["a.b", "s", "d"])
    assert found == {"synthetic": (4, 7), "holdout": (2, 2), "none": (0, 0)}
    assert count_copies(train, {"made": candidate}, ["a.b", "s"]) == {"made": (5, 7)}
    assert count_copies(train.limit(0), {"made": candidate}, ["s"]) == {"made": (0, 7)}
    nothing = {"made": candidate.limit(0)}
    assert count_copies(train.limit(0), nothing, ["s"]) == {"made": (0, 0)}
    with pytest.raises(ValueError, match="the made table lacks the columns 's'"):
        count_copies(train, {"made": candidate.drop("s")}, ["s"])
    with pytest.raises(ValueError, match="no column to compare"):
        count_copies(train, {"made": candidate}, [])
