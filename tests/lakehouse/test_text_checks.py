"""Checks of texts: what breaks each, and which cannot be made."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.row_checks import RowCheck
from lakehouse.text_checks import Matches, NullMarkers, Trimmed, ValidDate

ROWS = [("a", 1.0), (" b ", 2.0), (None, None)]


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ROWS, "s string, x double").coalesce(1)


@pytest.mark.parametrize(
    ("check", "name", "broken"),
    [
        (Matches("[a-z]"), "s", [False, True, False]),
        (Matches("a|ab"), "s", [False, True, False]),  # of the whole value
        (Trimmed(), "s", [False, True, False]),
        (NullMarkers(("a", "-")), "s", [True, False, False]),
        (ValidDate("yyyy-MM-dd"), "s", [True, True, False]),
    ],
)
def test_what_breaks_a_check_is_true_or_false(
    frame: DataFrame, check: RowCheck, name: str, broken: list[bool]
) -> None:
    check.require("clean.rules.0", name, frame)
    assert [row[0] for row in frame.select(check.broken(name, frame)).collect()] == broken


def test_dates_that_the_calendar_lacks_are_none(spark: SparkSession) -> None:
    rows = [("29.02.2024",), ("29.02.2023",), ("31.04.2024",), ("soon",)]
    frame = spark.createDataFrame(rows, "s string").coalesce(1)
    broken = frame.select(ValidDate("dd.MM.yyyy").broken("s", frame)).collect()
    assert [row[0] for row in broken] == [False, True, True, True]


@pytest.mark.parametrize(
    ("check", "name", "message"),
    [
        (Matches("(a"), "s", r"pattern '\(a', which is no regular expression"),
        (Trimmed(), "x", "'x' of type double; only text has white space"),
        (NullMarkers(("?",)), "x", "only text has words that stand for no value"),
        (ValidDate("qqqqqqqq"), "s", r"format 'qqqqqqqq', which is no pattern"),
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
        (Matches("x|y"), "s: a does not match x|y", "s: *** does not match"),
        (NullMarkers(("a",)), "s: a stands for no value", "s: *** stands for no value"),
    ],
)
def test_sensitive_values_are_masked(
    frame: DataFrame, check: RowCheck, said: str, masked: str
) -> None:
    words = [check.said("s", sensitive=hidden) for hidden in (False, True)]
    row = frame.select(*words).first()
    assert row is not None and tuple(row) == (said, masked)


def test_white_space_is_cut_and_all_else_is_null(frame: DataFrame) -> None:
    checks = (Trimmed(), Matches("x"))
    mended = frame.select(*[check.mended("s", frame) for check in checks]).collect()
    assert [tuple(row) for row in mended] == [("a", None), ("b", None), (None, None)]
