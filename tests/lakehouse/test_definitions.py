"""What a Delta table is before it has rows, and how an existing one is brought up to it."""

from pathlib import Path

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.declarations import (
    Declared,
    DeclaredColumn,
    Identity,
    differences,
    read_declared,
    same_structure,
)
from lakehouse.definitions import Definition, alter_properties, create, redefine, settle
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


COUNTED = Declared(
    (
        DeclaredColumn("n", "bigint", nullable=False, identity=Identity(10, -5, always=False)),
        DeclaredColumn("the word", "varchar(4)", default="'it\\'s'"),
        DeclaredColumn("size", "int", generated="char_length(`the word`)"),
    ),
    checks={"short": "size < 5"},
    clustered_by=("the word",),
    properties={"delta.columnMapping.mode": "name", "delta.enableChangeDataFeed": "true"},
)
COUNTED_SCHEMA = T.StructType([*SCHEMA.fields, T.StructField("size", T.IntegerType())])


def test_a_table_declares_what_it_was_told_and_goes_on_so_after_an_overwrite(
    spark: SparkSession, lake: Path
) -> None:
    name = f"{lake}/t"
    definition = Definition(COUNTED_SCHEMA, declared=COUNTED)
    create(spark, sql_name(name), definition)
    assert read_declared(spark, sql_name(name)) == COUNTED
    redefine(spark, sql_name(name), definition, replace=True)
    assert current_version(spark, name) == 0
    settle(spark, sql_name(name), COUNTED, COUNTED.clustered_by)
    assert current_version(spark, name) == 0
    rows = spark.sql("SELECT 10L AS n, 'ab' AS `the word`, 2 AS size")
    rows.writeTo(sql_name(name)).overwrite(F.lit(True))
    for _ in range(2):
        settle(spark, sql_name(name), COUNTED, COUNTED.clustered_by)
    assert [one["operation"] for one in history(spark, name)[:2]] == ["CHANGE COLUMN", "CLUSTER BY"]
    assert read_declared(spark, sql_name(name)) == COUNTED
    spark.sql(f"INSERT INTO {sql_name(name)} (`the word`) VALUES (DEFAULT)")
    found = spark.sql(f"SELECT * FROM {sql_name(name)} ORDER BY n").collect()
    assert [tuple(row) for row in found] == [(5, "it's", 4), (10, "ab", 2)]


def test_other_rules_replace_a_table_and_less_than_was_asked_is_made(
    spark: SparkSession, lake: Path
) -> None:
    name = f"{lake}/t"
    create(spark, sql_name(name), Definition(COUNTED_SCHEMA, declared=COUNTED))
    asked = Declared(
        (
            DeclaredColumn("n", "bigint", nullable=False),
            DeclaredColumn("the word", "string collate UTF8_LCASE"),
            DeclaredColumn("size", "int"),
        ),
        checks={"low": "`the word` <> 'x'"},
        partitioned_by=("size",),
    )
    redefine(spark, sql_name(name), Definition(COUNTED_SCHEMA, declared=asked), replace=True)
    made = read_declared(spark, sql_name(name))
    refused = (
        "column 'the word': type string collate UTF8_LCASE (it is string) is not kept",
        "partitioning by 'size' is not kept",  # Delta's rule where a table has been clustered
    )
    assert differences(asked, made) == refused
    # What was made can be made again as it is, and nothing declared takes rules away.
    redefine(spark, sql_name(name), Definition(COUNTED_SCHEMA, declared=made), replace=True)
    assert current_version(spark, name) == 1
    redefine(spark, sql_name(name), Definition(COUNTED_SCHEMA), replace=True)
    assert current_version(spark, name) == 2
    bare = tuple(DeclaredColumn(c.name, c.type, c.nullable) for c in made.columns)
    assert same_structure(read_declared(spark, sql_name(name)), Declared(bare))


def test_of_properties_only_the_one_that_is_not_known_is_left_out(
    spark: SparkSession, lake: Path
) -> None:
    known = {"delta.enableChangeDataFeed": "true", "owned.by": "us"}
    columns = (DeclaredColumn("n", "bigint"),)
    asked = Declared(columns, properties={"delta.targetFileSize": "10mb", **known})
    create(spark, sql_name(f"{lake}/t"), Definition(PLAIN, declared=asked))
    assert read_declared(spark, sql_name(f"{lake}/t")).properties == known
