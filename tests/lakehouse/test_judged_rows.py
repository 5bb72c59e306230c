"""Rows on their way through the rules: repaired with what happened, then judged among others."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.across_rules import OUT, AcrossRule, Unique
from lakehouse.checks import CleanRules
from lakehouse.judged_rows import EVENTS, MARKS, ORIGINAL, ROW, across_rows, repaired_with_events
from lakehouse.row_checks import InRange, InSet
from lakehouse.row_rules import RowRule


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    rows = [(1, " x "), (1, "x"), (99, "y")]
    return spark.createDataFrame(rows, "a int, `b.c` string").coalesce(1)


def test_each_repair_has_its_number_and_the_row_is_kept_as_it_came(frame: DataFrame) -> None:
    rules = CleanRules(
        rows=(
            RowRule("r0", "in_range", ("a",), InRange(0, 9), "repair", replacement=5),
            RowRule("r1", "in_set", ("a",), InSet((1,)), "repair"),  # of what r0 has left
        )
    )
    rows = repaired_with_events(frame, rules, first=10).collect()
    assert [(row["a"], row["b.c"]) for row in rows] == [(1, "x"), (1, "x"), (None, "y")]
    assert [tuple(row[ORIGINAL]) for row in rows] == [(1, " x "), (1, "x"), (99, "y")]
    # 10 is the cut of b.c; 11 and 12 a row and a cell of r0, 13 and 14 of r1.
    assert [row[EVENTS] for row in rows] == [[ROW, 10], [ROW], [ROW, 11, 12, 13, 14]]


def test_equal_rows_are_dropped_before_others_are_judged(frame: DataFrame) -> None:
    rules = CleanRules(across=(AcrossRule("r", "unique", ("a",), Unique()),))
    judged = across_rows(repaired_with_events(frame, rules, first=0), rules).collect()
    assert [(row["a"], row[MARKS], row[OUT]) for row in sorted(judged)] == [
        (1, [], False),
        (99, [], False),
    ]


def test_what_is_only_told_of_a_row_leaves_it_in(frame: DataFrame) -> None:
    rules = CleanRules(
        drop_duplicates=False,
        across=(
            AcrossRule("r", "unique", ("a",), Unique(), "keep"),
            AcrossRule("s", "unique", ("a",), Unique()),
        ),
    )
    judged = across_rows(repaired_with_events(frame, rules, first=0), rules).collect()
    assert sorted(row[MARKS] for row in judged) == [[], [], [0, 1]]
    assert sorted(row[OUT] for row in judged) == [False, False, True]
