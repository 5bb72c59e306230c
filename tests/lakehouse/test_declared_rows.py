"""Rows are made as a table declares them, and its rules are SQL that tells which ones it takes."""

from dataclasses import replace
from datetime import date

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.declarations import Declared, DeclaredColumn, Identity
from lakehouse.declared_rows import can_evaluate, computed_columns, finished, rules_of

DECLARED = Declared(
    (
        DeclaredColumn("day", "date", generated="CAST(ts AS DATE)", nullable=False),
        DeclaredColumn("id", "bigint", identity=Identity(-5, -2, always=False)),
        DeclaredColumn("a word", "char(3)", nullable=False),
        DeclaredColumn("ts", "timestamp"),
        DeclaredColumn("low", "string collate UTF8_LCASE"),
    ),
    checks={"lows": "low = 'AB'"},
)
ROWS = "id BIGINT, `a word` STRING, ts TIMESTAMP, low STRING, n INT"


def test_rows_come_as_they_are_declared(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [(1, "ab", None, "ab", 7), (2, "abc", None, "x", 8), (3, None, None, None, 9)], ROWS
    ).selectExpr("id", "`a word`", "timestamp'2024-02-03 10:00:00' AS ts", "low", "n")
    made = finished(rows, DECLARED, beside=["n"])
    assert made.columns == ["day", "id", "a word", "ts", "low", "n"]
    assert made.schema["low"].dataType == T.StringType("UTF8_LCASE")
    (rule,) = rules_of(replace(DECLARED, columns=())).values()
    found = made.selectExpr("day", "id", "`a word`", "n", rule).orderBy("n").collect()
    assert [tuple(row) for row in found] == [
        (date(2024, 2, 3), -5, "ab ", 7, True),
        (date(2024, 2, 3), -7, "abc", 8, False),
        (date(2024, 2, 3), -9, None, 9, False),  # Delta takes null for broken
    ]


def test_not_null_is_a_rule_where_it_can_be_broken() -> None:
    assert list(rules_of(DECLARED)) == ["CHECK constraint 'lows'", "NOT NULL of column 'day'"]
    more = rules_of(DECLARED, may_be_null=["a word", "ts"])
    assert more["NOT NULL of column 'a word'"] == "`a word` IS NOT NULL"
    assert "NOT NULL of column 'ts'" not in more


def test_a_generated_column_is_computed_only_from_columns_that_are_there(
    spark: SparkSession,
) -> None:
    types = {"day": T.DateType(), "id": T.LongType(), "ts": T.TimestampType()}
    fields = [T.StructField(name, kind) for name, kind in types.items()]
    schema = T.StructType([*fields, T.StructField("low", T.StringType())])
    assert [c.name for c in computed_columns(spark, DECLARED, schema)] == ["day"]
    without = T.StructType([field for field in schema.fields if field.name != "ts"])
    assert computed_columns(spark, DECLARED, without) == ()
    assert can_evaluate(spark, "low = 'x' OR id > 3", schema)
    assert not can_evaluate(spark, "low = 'x' OR other > 3", schema)
