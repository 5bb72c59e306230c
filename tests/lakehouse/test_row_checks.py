"""Checks of one value: what breaks each, what is said of it, and which cannot be made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.row_checks import InRange, InSet, NotNull, Outlier, RowCheck

ROWS = [("a", 1.0, date(2024, 1, 31)), (" b ", float("nan"), None), (None, None, None)]


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ROWS, "s string, x double, d date").coalesce(1)


@pytest.mark.parametrize(
    ("check", "name", "broken"),
    [
        (NotNull(), "s", [False, False, True]),
        (InSet(("a", "c")), "s", [False, True, False]),
        (InSet((1, "no number")), "x", [False, True, False]),
        (InRange(0, 3), "x", [False, True, False]),  # NaN is above every bound
        (InRange("2024-02-01", None), "d", [True, False, False]),
        (Outlier("iqr", 3.0, low=2.0, high=5.0), "x", [True, False, False]),  # NaN says nothing
        (Outlier("iqr", 3.0), "x", [False, False, False]),
    ],
)
def test_what_breaks_a_check_is_true_or_false(
    frame: DataFrame, check: RowCheck, name: str, broken: list[bool]
) -> None:
    check.require("clean.rules.0", name, frame)
    assert [row[0] for row in frame.select(check.broken(name, frame)).collect()] == broken


@pytest.mark.parametrize(
    ("check", "name", "message"),
    [
        (InRange("yesterday", None), "d", r"clean\.rules\.0 gives column 'd'.*'yesterday'"),
        (Outlier("iqr", 3.0), "s", "'s' of type string; only numbers have outliers"),
    ],
)
def test_a_check_that_cannot_be_made_is_refused(
    frame: DataFrame, check: RowCheck, name: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        check.require("clean.rules.0", name, frame)


@pytest.mark.parametrize(
    ("check", "said", "masked"),
    [
        (InSet(("x",)), "s: a is not one of x", "s: *** is not allowed"),
        (NotNull(), "s: is null", "s: is null"),
    ],
)
def test_sensitive_values_are_masked(
    frame: DataFrame, check: RowCheck, said: str, masked: str
) -> None:
    words: list[Any] = [check.said("s", sensitive=hidden) for hidden in (False, True)]
    row = frame.select(*words).first()
    assert row is not None and tuple(row) == (said, masked)
