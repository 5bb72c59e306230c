"""Cleaning: every row goes somewhere, and the counts say where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.files import BROKEN_LINE
from lakehouse.rules import REASON, CleanCounts, CleanRules, apply_rules, count_cleaning

RULES = CleanRules(
    null_markers=("?",),
    replace={"the sex": {"M": "male", "male": "man"}},
    allowed={"the sex": ("male", "female"), "grade": (1, 2.5)},
    ranges={"age": (0, 120), "born": ("1900-01-01", None)},
    not_null=("age",),
)


def people(spark: SparkSession) -> DataFrame:
    rows = [
        (30.0, " M ", 2.5, date(1990, 1, 1), None),
        (30.0, "male", 2.5, date(1990, 1, 1), None),  # after repair "man": not allowed
        (30.0, "M", 2.5, date(1990, 1, 1), None),  # after repair the first row again
        (130.0, "female", 1.0, None, None),
        (None, "?", 1.0, date(1800, 1, 1), None),  # two reasons
        (40.0, "?", None, None, None),
        (float("nan"), "female", None, None, "40,broken"),
        (40.0, None, None, None, None),  # equals the row with the marker
        (float("nan"), "female", None, None, None),  # above every bound
    ]
    return spark.createDataFrame(
        rows, f"age double, `the sex` string, grade double, born date, {BROKEN_LINE} string"
    )


def test_counts_balance_and_agree_with_the_tables(spark: SparkSession) -> None:
    frame = people(spark)
    cleaned = apply_rules(frame, RULES)
    counts = count_cleaning(frame, RULES)
    counts.check()
    assert counts == CleanCounts(
        rows_in=9,
        clean=2,
        quarantined=5,
        duplicates=2,
        reasons={
            "broken line": 1,
            "age: null": 1,
            "the sex: not allowed": 1,
            "age: outside range": 2,
            "born: outside range": 1,
        },
        repairs={"the sex": {"trimmed": 1, "set to null": 2, "replaced": 3}},
    )
    assert cleaned.clean.count() == counts.clean
    assert cleaned.quarantine.count() == counts.quarantined
    assert cleaned.clean.columns == ["age", "the sex", "grade", "born"]
    assert cleaned.quarantine.columns == [*frame.columns, REASON]


def test_reasons_name_column_value_and_rule(spark: SparkSession) -> None:
    reasons = {row[REASON] for row in apply_rules(people(spark), RULES).quarantine.collect()}
    assert reasons == {
        "broken line",
        "the sex: man is not one of male, female",
        "age: 130.0 is outside 0..120",
        "age: NaN is outside 0..120",
        "age: is null; born: 1800-01-01 is outside 1900-01-01..",
    }


def test_sensitive_values_are_masked(spark: SparkSession) -> None:
    cleaned = apply_rules(people(spark), RULES, sensitive=frozenset({"age", "born"}))
    reasons = {row[REASON] for row in cleaned.quarantine.collect()}
    assert "age: *** is outside 0..120" in reasons
    assert not any("130" in reason or "1800" in reason for reason in reasons)


def test_duplicates_may_stay(spark: SparkSession) -> None:
    rules = replace(RULES, drop_duplicates=False)
    counts = count_cleaning(people(spark), rules)
    counts.check()
    assert (counts.clean, counts.duplicates) == (4, 0)
    assert apply_rules(people(spark), rules).clean.count() == 4


def test_without_rules_nothing_goes_to_quarantine(spark: SparkSession) -> None:
    frame = people(spark).drop(BROKEN_LINE)
    rules = CleanRules(trim=False)
    cleaned, counts = apply_rules(frame, rules), count_cleaning(frame, rules)
    counts.check()
    assert (counts.rows_in, counts.clean, counts.quarantined, counts.repairs) == (9, 8, 0, {})
    assert cleaned.clean.count() == 8
    assert cleaned.quarantine.count() == 0
    assert cleaned.quarantine.columns == [*frame.columns, REASON]


def test_counts_that_do_not_balance_raise() -> None:
    with pytest.raises(ValueError, match="10 came in, but 5 are clean, 3 quarantined and 1 dup"):
        CleanCounts(10, 5, 3, 1, {}, {}).check()
