"""Conditions in SQL: those on one row hold or not; others are refused before any scan."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.expressions import Expression, mentions


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    rows = [(0, None), (0, "clerk"), (5, None), (None, "clerk")]
    return spark.createDataFrame(rows, "hours int, `the job` string").coalesce(1)


def test_a_row_breaks_what_is_false_and_not_what_is_null(frame: DataFrame) -> None:
    check = Expression("hours > 0 OR `the job` IS NULL")
    check.require("clean.rules.0", "", frame)
    broken = [row[0] for row in frame.select(check.broken("", frame)).collect()]
    assert broken == [False, True, False, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours >", r"clean\.rules\.3: the expression 'hours >' cannot be used: .*write a cond"),
        ("hour > 0", r"`hour` cannot be resolved"),
        ("hours + 1", r"FILTER_NOT_BOOLEAN|not a boolean"),
        ("max(hours) > 0", "aggregate|WHERE"),
        ("row_number() over (order by hours) > 1", "cannot be used"),
        ("rand() > 0.5", "draws by chance"),
        ("hours < year(current_date())", "current_date has another value in the next run"),
        ("hours IN (SELECT 1)", "another table is not pinned"),
    ],
)
def test_what_is_no_condition_on_one_row_is_refused(
    frame: DataFrame, text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Expression(text).require("clean.rules.3", "", frame)


def test_words_in_quotes_and_names_of_columns_are_no_functions(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, "x")], "now int, s string")
    text = "now > 0 AND s <> 'select user'"
    Expression(text).require("clean.rules.0", "", frame)
    assert frame.where(text).count() == 1


def test_an_expression_of_a_sensitive_column_is_said_to_nobody(frame: DataFrame) -> None:
    check = Expression("`the job` <> 'Alice' AND (", names_sensitive=True)
    with pytest.raises(ValueError, match="'an expression of a sensitive column'") as refused:
        check.require("clean.rules.0", "", frame)
    assert "Alice" not in str(refused.value) and "Alice" not in check.what(sensitive=False)


def test_names_are_whole_words_in_any_case() -> None:
    assert mentions("upper(Salary) > 3", ["salary"])
    assert mentions("`the job` = 1", ["the job"])
    assert not mentions("salary_band = 'a'", ["salary"])
