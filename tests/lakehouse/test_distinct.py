from pyspark.sql import SparkSession

from lakehouse.distinct import count_distinct, count_distinct_rows


def test_values_are_counted_exactly_and_nulls_are_none(spark: SparkSession) -> None:
    frame = spark.range(5000).selectExpr(
        "id % 700 AS `a.b`", "IF(id % 2 = 0, 'x', NULL) AS `half`", "CAST(NULL AS int) AS nothing"
    )
    found = count_distinct(frame, ["nothing", "a.b", "half"])
    assert found == {"nothing": 0, "a.b": 700, "half": 1}


def test_no_rows_have_no_values(spark: SparkSession) -> None:
    assert count_distinct(spark.range(0), ["id"]) == {"id": 0}


def test_combinations_of_columns_are_counted_in_one_scan(spark: SparkSession) -> None:
    frame = spark.range(600).selectExpr("id % 20 AS a", "id % 30 AS `b.c`", "id AS d")
    assert count_distinct_rows(frame, [("a", "b.c"), ("a", "d")]) == [60, 600]
    assert count_distinct_rows(frame, []) == []


def test_a_group_that_repeats_itself_is_given_up_where_only_keys_matter(
    spark: SparkSession,
) -> None:
    frame = spark.range(6000).selectExpr(
        "id AS `a.b`", "id % 5900 AS c", "IF(id > 0, id, NULL) AS d"
    )
    groups = [("a.b",), ("c",), ("c", "a.b"), ("d",)]
    assert count_distinct_rows(frame, groups) == [6000, 5900, 6000, 5999]
    given_up = count_distinct_rows(frame, groups, all_or_none=True)
    assert given_up == [6000, 0, 6000, 5999]
