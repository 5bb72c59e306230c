"""Between Spark's schemas and ours, and names that may hold any character."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.schemas import (
    all_names,
    column,
    in_types,
    literal,
    needs_column_mapping,
    quote,
    schema_of,
    spark_type,
    to_spark,
    type_text,
)
from synth.table.schema import Column, TableSchema
from tests.lakehouse.names import BAD_NAMES

TYPES = ["boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "date"]
TYPES += ["timestamp", "timestamp_ntz", "decimal(10,2)", "decimal(38,18)"]


@pytest.mark.parametrize("type_name", TYPES)
def test_every_supported_type_is_one_of_sparks(type_name: str) -> None:
    assert spark_type(type_name).simpleString() == type_name


@pytest.mark.parametrize("type_name", ["varchar(20)", "char(2)", "string collate UTF8_LCASE"])
def test_texts_of_every_kind_are_strings(type_name: str) -> None:
    assert spark_type(type_name) == T.StringType()


@pytest.mark.parametrize("type_name", ["binary", "array<int>", "decimal", "number"])
def test_other_types_are_refused_with_the_way_out(type_name: str) -> None:
    with pytest.raises(ValueError, match=r"not supported: use .*, or leave the column out"):
        spark_type(type_name)


def test_only_some_signs_need_stand_in_names() -> None:
    assert needs_column_mapping(("plain", "a b"))
    assert all(needs_column_mapping((f"a{sign}b",)) for sign in " ,;{}()\n\t=")
    assert not needs_column_mapping(("a.b", "ü", "a`b", "it's"))


def test_names_of_fields_are_names_too() -> None:
    lists = T.ArrayType(T.StructType([T.StructField("b c", T.IntegerType())]))
    maps = T.MapType(T.StringType(), T.StructType([T.StructField("d", T.IntegerType())]))
    schema = T.StructType([T.StructField("a", lists), T.StructField("m", maps)])
    assert all_names(schema) == ("a", "b c", "m", "d")
    assert needs_column_mapping(all_names(schema))


def test_types_are_written_as_sql_takes_them(spark: SparkSession) -> None:
    text = "struct<`a b`: array<struct<`c``d`: int>>, `e`: map<string, struct<`f>`: decimal(9,2)>>>"
    kind = spark.sql(f"SELECT CAST(NULL AS {text}) AS x").schema["x"].dataType
    assert type_text(kind) == text


def test_quotes_inside_names_and_texts_are_doubled_or_led() -> None:
    assert quote("a`b") == "`a``b`"
    assert literal("it's a \\ sign") == "'it\\'s a \\\\ sign'"


def test_a_literal_is_read_as_it_was_written(spark: SparkSession) -> None:
    texts = ["it's", "back\\slash", "\\'", 'a "quote"', "two\nlines", "größe", ""]
    row = spark.sql(f"SELECT {', '.join(map(literal, texts))}").first()
    assert row is not None and list(row) == texts


def test_quoted_names_are_one_name(spark: SparkSession) -> None:
    frame = spark.range(1).selectExpr(*(f"id AS {quote(name)}" for name in BAD_NAMES))
    assert frame.select([column(name) for name in BAD_NAMES]).columns == list(BAD_NAMES)


def test_a_cast_of_any_name_keeps_it(spark: SparkSession) -> None:
    frame = spark.range(1).select(*[F.lit(i).alias(name) for i, name in enumerate(BAD_NAMES)])
    found = in_types(frame, {name: T.DecimalType(10, 2) for name in BAD_NAMES})
    assert schema_of(found).names == tuple(BAD_NAMES)
    assert {one.type for one in schema_of(found)} == {"decimal(10,2)"}
    assert [int(value) for value in found.first() or ()] == list(range(len(BAD_NAMES)))


def test_any_type_is_cast_to(spark: SparkSession) -> None:
    """Also a collated text, which a train table may have: the same type, nulls stay null."""
    kinds = {name: spark_type(name) for name in TYPES} | {"nocase": T.StringType("UTF8_LCASE")}
    frame = spark.range(2).select(
        *[F.when(F.col("id") == 1, F.lit("1")).alias(name) for name in kinds]
    )
    found = in_types(frame.where(F.col("int").isNull()), kinds)
    assert {field.name: field.dataType for field in found.schema.fields} == kinds
    assert [tuple(row) for row in found.collect()] == [(None,) * len(kinds)]


def test_a_schema_survives_spark(spark: SparkSession) -> None:
    columns = (
        Column(name, TYPES[place % len(TYPES)], nullable=place % 2 == 0)
        for place, name in enumerate(BAD_NAMES)
    )
    schema = TableSchema(tuple(columns))
    assert schema_of(spark.createDataFrame([], to_spark(schema))) == schema
