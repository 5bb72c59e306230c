"""Rules and repairs as expressions: what each says of one row, and which cannot hold."""

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.checks import CleanRules, check_rules, repaired_columns, repairs_of, rules_of
from lakehouse.text_files import BROKEN_LINE


def people(spark: SparkSession) -> DataFrame:
    rows = [(30.0, " M ", date(1990, 1, 1), None), (130.0, "?", None, "130,?")]
    return spark.createDataFrame(
        rows, f"age double, `the sex` string, born date, {BROKEN_LINE} string"
    )


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (CleanRules(not_null=("ag",)), r"clean\.not_null names column 'ag'.*'age', 'the sex'"),
        (CleanRules(replace={"x": {}}), r"clean\.replace names column 'x'"),
        (CleanRules(replace={"age": {"1": "2"}}), r"'age' of type double"),
        (CleanRules(ranges={"born": ("yesterday", None)}), r"'born' of type date.*'yesterday'"),
        (CleanRules(ranges={"the sex": (0, 1)}), r"'the sex' of type string.*0"),
    ],
)
def test_rules_that_cannot_hold_are_named(
    spark: SparkSession, rules: CleanRules, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        check_rules(people(spark), rules)


def test_bounds_of_the_columns_own_type_are_taken(spark: SparkSession) -> None:
    ranges = {"born": ("1900-01-01", None), "the sex": ("A", "Z"), "age": (0, "120.5")}
    check_rules(people(spark), CleanRules(ranges=ranges))


def test_repairs_follow_each_other_and_count_what_they_change(spark: SparkSession) -> None:
    frame = people(spark)
    rules = CleanRules(null_markers=("?",), replace={"the sex": {"M": "male", "male": "man"}})
    steps = list(repairs_of(frame, rules))
    assert [(step.column, step.kind) for step in steps] == [
        ("the sex", "trimmed"),
        ("the sex", "set to null"),
        ("the sex", "replaced"),
    ]
    changed = frame.select([step.changed.alias(step.kind) for step in steps]).collect()
    assert [tuple(row) for row in changed] == [(True, False, True), (False, True, False)]
    repaired = frame.select(repaired_columns(frame, rules))
    assert repaired.columns == frame.columns
    # In one step: M becomes male, and not the man that male becomes.
    assert [row["the sex"] for row in repaired.collect()] == ["male", None]
    assert [row[BROKEN_LINE] for row in repaired.collect()] == [None, "130,?"]  # as it was


def test_a_broken_line_is_judged_no_further(spark: SparkSession) -> None:
    frame = people(spark)
    rules = CleanRules(not_null=("born",), allowed={"the sex": ("F",)}, ranges={"age": (0, 40)})
    found = list(rules_of(frame, rules, frozenset({"the sex"})))
    assert [rule.name for rule in found] == [
        "broken line",
        "born: null",
        "the sex: not allowed",
        "age: outside range",
    ]
    said = frame.select([F.when(rule.broken, rule.reason) for rule in found]).collect()
    assert list(said[0]) == [None, None, "the sex: *** is not allowed", None]
    assert list(said[1]) == ["broken line", None, None, None]


def test_a_row_breaks_a_rule_or_it_does_not_even_where_values_are_null(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(None, None, None)], "age double, s string, born date")
    rules = CleanRules(
        allowed={"s": ("a",)}, ranges={"age": (0, None), "born": (None, "2000-01-01")}
    )
    row = frame.select([rule.broken for rule in rules_of(frame, rules, frozenset())]).first()
    assert row is not None and list(row) == [False, False, False]
