from pyspark.sql import SparkSession

from lakehouse.schemas import column
from lakehouse.text import WHITE_SPACE, trimmed, without_markers


def repaired(spark: SparkSession, values: list[str | None], markers: tuple[str, ...]) -> list[str]:
    frame = spark.createDataFrame([(value,) for value in values], "`a.b` string")
    value = without_markers(trimmed(column("a.b")), markers)
    return [row[0] for row in frame.select(value).collect()]


def test_white_space_of_every_kind_is_cut_at_both_ends_alone(spark: SparkSession) -> None:
    around = [f"{sign}two  words{sign}{sign}" for sign in WHITE_SPACE]
    assert repaired(spark, around, ()) == ["two  words"] * len(WHITE_SPACE)
    assert repaired(spark, [" ", "", None], ()) == ["", "", None]


def test_words_that_mean_null_are_null_only_as_the_whole_value(spark: SparkSession) -> None:
    found = repaired(spark, [" ? ", "NA", "", "NAN", "what?", None], ("?", "NA", ""))
    assert found == [None, None, None, "NAN", "what?", None]
