from pyspark.sql import SparkSession

from lakehouse.occurrence import OCCURRENCE, with_occurrence


def test_equal_rows_are_numbered_from_one(spark: SparkSession) -> None:
    rows = [("a", 1.0), ("a", 1.0), ("a", None), ("b", 1.0), ("a", 1.0), ("a", None)]
    numbered = with_occurrence(spark.createDataFrame(rows, "`a.b` string, d double"))
    assert numbered.columns == ["a.b", "d", OCCURRENCE]
    found = sorted(map(tuple, numbered.collect()), key=str)
    assert found == sorted(
        [
            ("a", 1.0, 1),
            ("a", 1.0, 2),
            ("a", 1.0, 3),
            ("a", None, 1),
            ("a", None, 2),
            ("b", 1.0, 1),
        ],
        key=str,
    )


def test_numbers_do_not_depend_on_partitions(spark: SparkSession) -> None:
    frame = spark.range(300).selectExpr("id % 40 AS v")
    first, second = (
        sorted(map(tuple, with_occurrence(frame.repartition(parts)).collect())) for parts in (1, 7)
    )
    assert first == second
    assert len(set(first)) == 300  # a row and its number are there once
