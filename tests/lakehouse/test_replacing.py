"""Rows and table in one commit: what the statement carries, and when it does not do."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.declarations import NOTHING, Declared, DeclaredColumn
from lakehouse.definitions import Definition
from lakehouse.replacing import described, replacing, takes_steps
from lakehouse.tables import OWN, detail_of, read, sql_name, write

NAMES = ["a b", "c.d", "back`tick"]


@pytest.mark.parametrize("nullable", [True, False])
def test_what_is_not_null_takes_steps(nullable: bool) -> None:
    schema = T.StructType([T.StructField("n", T.IntegerType(), nullable)])
    assert takes_steps(schema, NOTHING) == (not nullable)
    told = Declared(columns=(DeclaredColumn("n", "int", nullable=nullable),))
    free = T.StructType([T.StructField("n", T.IntegerType())])
    assert takes_steps(free, told) == (not nullable)


def test_names_comments_properties_and_partitions_are_there(
    spark: SparkSession, lake: Path
) -> None:
    frame = spark.createDataFrame([(1, 2, "x"), (3, 4, "y")], NAMES)
    definition = Definition(frame.schema, {OWN: "true"}, "all of it", {"a b": "first"}, NOTHING)
    name = str(lake / "odd")
    writer = described(frame, definition).writeTo(sql_name(name))
    replacing(writer, definition, ("back`tick",)).createOrReplace()
    detail = detail_of(spark, name)
    assert detail is not None and detail["partitionColumns"] == ["back`tick"]
    assert detail["properties"][OWN] == "true" and detail["description"] == "all of it"
    found = spark.table(sql_name(name))
    assert found.columns == NAMES and found.count() == 2
    assert found.schema["a b"].metadata["comment"] == "first"


def test_a_new_table_is_one_commit_and_a_broken_one_is_made_again(
    spark: SparkSession, lake: Path
) -> None:
    """A write that breaks in its rows leaves no table, and files of it stand in no one's way."""
    name = str(lake / "new")
    broken = spark.sql("SELECT 1 / (id - 40) AS n FROM range(0, 80, 1, 8)")
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        write(broken, name, app_id="first")
    assert detail_of(spark, name) is None
    numbers = spark.sql("SELECT nullif(id, 9) AS id FROM range(5)")
    done = write(numbers, name, app_id="second", comment="five")
    assert (done.version, done.rows) == (0, 5)
    assert read(spark, done).count() == 5
    assert write(numbers, name, app_id="second") == done
