"""Rules on a row: what they are called, what they write, and in which order repairs are made."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.expressions import Expression
from lakehouse.row_checks import InRange, InSet
from lakehouse.row_rules import RowRule, layers, repaired_by
from lakehouse.text_checks import NullMarkers, Trimmed

RANGE = RowRule("clean.rules.0", "in_range", ("a", "b"), InRange(0, 9), "repair")
ROW = RowRule("clean.rules.1", "expression", ("b",), Expression("a < b"), "repair")


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([(1, 20), (30, 3)], "a int, b int").coalesce(1)


def test_a_rule_of_columns_is_one_for_each_and_one_of_the_row_is_one() -> None:
    assert [one.name for one in RANGE.alone()] == ["a: outside range", "b: outside range"]
    assert [one.name for one in ROW.alone()] == ["clean.rules.1: does not hold"]


def test_repairs_are_grouped_as_far_as_none_reads_what_another_writes() -> None:
    again = RowRule("clean.rules.2", "in_set", ("a",), InSet((1,)), "repair")
    found = layers([RANGE, again, ROW, RANGE])
    assert [[(one.kind, one.columns) for one in group] for group in found] == [
        [("in_range", ("a",)), ("in_range", ("b",))],
        [("in_set", ("a",))],
        [("expression", ("b",)), ("in_range", ("a",))],
        [("in_range", ("b",))],
    ]


def test_a_repair_writes_null_or_the_replacement(frame: DataFrame) -> None:
    given = RowRule("clean.rules.0", "in_range", ("b",), InRange(0, 9), "repair", replacement="7")
    (group,) = layers([RowRule("x", "in_range", ("a",), InRange(0, 9), "repair"), given])
    new = repaired_by(frame, group, F.lit(True))
    assert [tuple(row) for row in frame.withColumns(new).collect()] == [(1, 7), (None, 3)]
    untouched = repaired_by(frame, group, F.lit(False))  # a broken line
    assert frame.withColumns(untouched).collect() == frame.collect()


def test_repairs_are_called_by_what_they_write() -> None:
    trimmed = RowRule("x", "trimmed", ("a",), Trimmed(), "repair")
    markers = RowRule("x", "null_markers", ("a",), NullMarkers(("?",)), "repair")
    kinds = [one.repair_kind for one in (RANGE, trimmed, markers)]
    assert kinds == ["outside range: set to null", "trimmed", "set to null"]


def test_the_reason_in_a_list_of_rules_is_the_users_or_the_checks() -> None:
    own = RowRule("x", "in_range", ("a",), InRange(0, 9), reason="ages of people")
    assert own.told(frozenset()) == "ages of people"
    listed = RowRule("x", "in_set", ("a",), InSet(("secret",)))
    assert listed.told(frozenset({"a"})) == "is not allowed"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            RowRule("clean.rules.4", "in_range", ("c",), InRange(0)),
            r"clean\.rules\.4 names col.*'c'",
        ),
        (
            RowRule("clean.rules.4", "in_range", ("a",), InRange(0), "repair", replacement="none"),
            r"replaces values of column 'a', of type int, by what is none of that type",
        ),
    ],
)
def test_what_the_table_cannot_have_is_refused(
    frame: DataFrame, rule: RowRule, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rule.require(frame)
