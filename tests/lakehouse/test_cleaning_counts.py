"""Counts by rule: what each touches, repairs and sets aside, and that rows balance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.across_rules import AcrossRule, Unique
from lakehouse.checks import CleanRules
from lakehouse.cleaning_counts import CleanCounts, RuleCount, count_cleaning
from lakehouse.row_checks import InRange, InSet
from lakehouse.row_rules import RowRule
from lakehouse.rules import REASON, RULE, RUN, apply_rules
from lakehouse.text_checks import Matches

RULES = CleanRules(
    not_null=("city",),
    rows=(
        RowRule("r0", "in_range", ("age",), InRange(0, 120), "repair"),
        RowRule("r1", "in_set", ("city",), InSet(("Rome", "Oslo")), reason="not ours"),
        RowRule("r2", "matches", ("city",), Matches("[A-Z]\\w+"), "keep"),
    ),
    across=(AcrossRule("r3", "unique", ("id",), Unique()),),
)


@pytest.fixture(scope="module")
def people(spark: SparkSession) -> DataFrame:
    rows = [
        (1, 30, "Rome"), (1, 30, " Rome"),  # equal once they are cut
        (1, 31, "Rome"),  # another of the same id
        (2, 400, "Oslo"), (3, 20, "oslo"), (4, None, None),
    ]  # fmt: skip
    return spark.createDataFrame(rows, "id int, age int, city string")


def test_each_rule_is_counted_and_rows_balance(people: DataFrame) -> None:
    counts = count_cleaning(people, RULES)
    counts.check()
    assert counts == CleanCounts(
        rows_in=6,
        clean=2,
        quarantined=3,
        duplicates=1,
        reasons={"city: null": 1, "city: not allowed": 1, "id: not unique": 1},
        repairs={"city": {"trimmed": 1}, "age": {"outside range: set to null": 1}},
    )
    assert counts.rules == (
        RuleCount("trimmed", ("city",), "repair", "trimmed", 1, 1),
        RuleCount("in_range", ("age",), "repair", "is outside 0..120", 1, 1),
        RuleCount("not_null", ("city",), "quarantine", "null", 1, 0, 1),
        RuleCount("in_set", ("city",), "quarantine", "not ours", 1, 0, 1),
        RuleCount("matches", ("city",), "keep", "does not match [A-Z]\\w+", 1),
        RuleCount("unique", ("id",), "quarantine", "id: not unique", 1, 0, 1),
    )
    assert counts.balance == "6 rows in = 2 clean + 3 quarantined + 1 duplicates"


def test_the_tables_have_what_was_counted_and_the_quarantine_rows_as_they_came(
    people: DataFrame,
) -> None:
    cleaned = apply_rules(people, RULES, run="people-1")
    rows = {tuple(row) for row in cleaned.clean.collect()}
    assert len(rows) == 2 and (2, None, "Oslo") in rows
    aside = cleaned.quarantine
    assert aside.columns == ["id", "age", "city", REASON, RULE, RUN]
    found = {tuple(row) for row in aside.where("id > 1").collect()}
    assert found == {
        (3, 20, "oslo", "not ours", "r1: city", "people-1"),
        (4, None, None, "city: is null", "clean.not_null: city", "people-1"),
    }
    second = aside.where("id = 1").collect()
    assert [(row[REASON], row[RULE]) for row in second] == [("id: not unique", "r3: id")]


def test_equal_rows_that_stay_are_not_unique(people: DataFrame) -> None:
    counts = count_cleaning(people, replace(RULES, drop_duplicates=False))
    counts.check()
    assert (counts.clean, counts.quarantined, counts.duplicates) == (2, 4, 0)
    assert counts.reasons["id: not unique"] == 2
