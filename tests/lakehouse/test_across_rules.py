"""Rules across rows: which of equal rows stays, and which values another table has."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.across_rules import MARK, OUT, AcrossRule, ForeignKey, Unique, with_order

ROWS = [(1, "a", 1), (1, "a", 2), (1, "b", 3), (None, "a", 4), (None, "a", 5), (2, "c", 6)]


def ready(frame: DataFrame, out: str = "false") -> DataFrame:
    """The frame as a rule across rows gets it."""
    original = frame.withColumn("_original", F.struct(*frame.columns))
    return with_order(original, "_original").withColumn(OUT, F.expr(out))


def marked(frame: DataFrame, rule: AcrossRule) -> dict[int, bool]:
    rows = rule.check.marked(frame, rule.columns).select("n", MARK).collect()
    return {row["n"]: row[MARK] for row in rows}


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(ROWS, "id int, s string, n int")


def test_one_of_equal_rows_stays_and_rows_with_a_null_do(frame: DataFrame) -> None:
    rule = AcrossRule("clean.rules.0", "unique", ("id", "s"), Unique())
    found = marked(ready(frame), rule)
    assert len(found) == len(ROWS)
    assert sorted([found[1], found[2]]) == [False, True]
    assert [found[n] for n in (3, 4, 5, 6)] == [False] * 4


def test_which_one_stays_follows_from_the_values_alone(frame: DataFrame) -> None:
    rule = AcrossRule("clean.rules.0", "unique", ("id",), Unique())
    again = frame.orderBy(F.desc("n")).repartition(3, "n")
    assert marked(ready(frame), rule) == marked(ready(again), rule)


def test_a_row_that_is_out_takes_nobodys_place(frame: DataFrame) -> None:
    rule = AcrossRule("clean.rules.0", "unique", ("id", "s"), Unique())
    assert not any(marked(ready(frame, "n = 1"), rule).values())


def test_values_that_the_other_table_lacks_break_a_foreign_key(
    spark: SparkSession, frame: DataFrame
) -> None:
    parents = spark.createDataFrame([("1",), ("1",), ("x",), (None,)], "key string")
    rule = AcrossRule("r", "foreign_key_exists", ("id",), ForeignKey("/p", ("key",), parents))
    rule.require(frame)
    found = marked(ready(frame), rule)  # two equal parents make no second row
    assert found == {1: False, 2: False, 3: False, 4: False, 5: False, 6: True}
    assert not any(marked(ready(frame, "n = 6"), rule).values())
    assert rule.name == rule.said == "id: not in /p"


def test_a_column_that_either_table_lacks_is_refused(spark: SparkSession, frame: DataFrame) -> None:
    key = ForeignKey("/p", ("k",), spark.createDataFrame([("1",)], "key string"))
    with pytest.raises(ValueError, match=r"r refers to column 'k' of /p, .*it has 'key'"):
        AcrossRule("r", "foreign_key_exists", ("id",), key).require(frame)
    with pytest.raises(ValueError, match="r names column 'idd', which the table lacks"):
        AcrossRule("r", "unique", ("idd",), Unique()).require(frame)
