"""What a Delta table is before it has rows, and how an existing one is brought up to it."""

from pathlib import Path

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.definitions import Definition, alter_properties, create, redefine
from lakehouse.tables import current_version, properties, sql_name
from tests.commits import history

SCHEMA = T.StructType(
    [T.StructField("n", T.LongType(), nullable=False), T.StructField("the word", T.StringType())]
)
PLAIN = T.StructType([T.StructField("n", T.LongType())])


def test_the_house_adds_what_readers_need_and_what_is_given_wins() -> None:
    assert Definition(PLAIN).all_properties() == {"delta.enableDeletionVectors": "false"}
    named = Definition(SCHEMA, {"delta.enableDeletionVectors": "true", "a": "b"}).all_properties()
    assert named == {
        "delta.enableDeletionVectors": "true",
        "delta.columnMapping.mode": "name",
        "a": "b",
    }


def test_a_table_is_created_once_with_all_of_it(spark: SparkSession, lake: Path) -> None:
    name = f"{lake}/t"
    definition = Definition(SCHEMA, {"lakesynth.a": "it's"}, "a table's", {"the word": "said"})
    create(spark, sql_name(name), definition)
    frame = spark.table(sql_name(name))
    assert [(f.name, f.dataType, f.nullable) for f in frame.schema.fields] == [
        (f.name, f.dataType, f.nullable) for f in SCHEMA.fields
    ]
    assert frame.schema["the word"].metadata["comment"] == "said"
    assert properties(spark, name)["lakesynth.a"] == "it's"
    create(spark, sql_name(name), Definition(PLAIN))  # a second writer goes on with what it finds
    assert current_version(spark, name) == 0
    with pytest.raises(AnalysisException):
        spark.sql(f"INSERT INTO {sql_name(name)} VALUES (NULL)")


def test_what_is_so_already_makes_no_commit(spark: SparkSession, lake: Path) -> None:
    name = f"{lake}/t"
    definition = Definition(SCHEMA, {"lakesynth.a": "1"}, "all", {"n": "a number"})
    create(spark, sql_name(name), definition)
    redefine(spark, sql_name(name), definition, replace=True)
    assert current_version(spark, name) == 0
    # Comments and properties that are not given stay.
    redefine(spark, sql_name(name), Definition(SCHEMA, {"lakesynth.b": "2"}), replace=False)
    found = properties(spark, name)
    assert (found["lakesynth.a"], found["lakesynth.b"]) == ("1", "2")
    assert spark.table(sql_name(name)).schema["n"].metadata["comment"] == "a number"
    alter_properties(spark, sql_name(name), {"lakesynth.a": "3"})
    assert properties(spark, name)["lakesynth.a"] == "3"
    assert current_version(spark, name) == 2


def test_other_columns_replace_the_table_by_an_empty_one(spark: SparkSession, lake: Path) -> None:
    name = f"{lake}/t"
    create(spark, sql_name(name), Definition(PLAIN))
    spark.range(3).selectExpr("id AS n").write.format("delta").mode("append").save(name)
    redefine(spark, sql_name(name), Definition(PLAIN), replace=True)
    assert spark.table(sql_name(name)).count() == 3  # of the same columns: the rows stay
    redefine(spark, sql_name(name), Definition(SCHEMA), replace=True)
    assert spark.table(sql_name(name)).columns == ["n", "the word"]
    assert spark.table(sql_name(name)).count() == 0
    assert history(spark, name)[0]["operation"] == "REPLACE TABLE"
