"""Exact copies, with nulls and NaNs."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from lakehouse.neighbours import exact_copy_rate

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
    assert exact_copy_rate(candidate, train, ["a.b", "s", "d"]) == (4, 7)
    assert exact_copy_rate(candidate, train, ["a.b", "s"]) == (5, 7)
    assert exact_copy_rate(candidate.limit(0), train, ["s"]) == (0, 0)
    with pytest.raises(ValueError, match="candidate table lacks the columns 'x'"):
        exact_copy_rate(candidate, train, ["s", "x"])
