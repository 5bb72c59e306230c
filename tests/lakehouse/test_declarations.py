"""What tables declare is read whole, at a version, and described apart from them."""

import json
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse import declarations
from lakehouse.declarations import (
    NOTHING,
    Declared,
    DeclaredColumn,
    Identity,
    differences,
    of_schema,
    read_declared,
    same_structure,
    says_more,
)
from lakehouse.tables import sql_name

COLUMNS = (
    DeclaredColumn(
        "an id",
        "bigint",
        nullable=False,
        identity=Identity(100, 5, always=True),
        comment="it's one",
    ),
    DeclaredColumn("c", "char(3)", nullable=False, default="'x'"),
    DeclaredColumn("v", "varchar(9)", comment="a\nword"),
    DeclaredColumn("ts", "timestamp", default="current_timestamp()"),
    DeclaredColumn("day", "date", generated="CAST(ts AS DATE)"),
)
DECLARED = Declared(
    COLUMNS,
    comment="all of it",
    checks={"in reach": "c <> 'zz' OR `an id` > 3", "said": "v IS NOT NULL"},
    clustered_by=("day", "an id"),
    properties={
        "delta.columnMapping.mode": "name",
        "delta.checkpointInterval": "20",
        "owned.by": "x",
    },
)


@pytest.fixture(scope="module")
def table(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A table that declares this, in the SQL that a person would write."""
    table = sql_name(str(tmp_path_factory.mktemp("declared") / "the t"))
    spark.sql(
        f"CREATE TABLE {table} (`an id` BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH "
        "100 INCREMENT BY 5) COMMENT 'it\\'s one', c CHAR(3) NOT NULL DEFAULT 'x', "
        "v VARCHAR(9) COMMENT 'a\\nword', ts TIMESTAMP DEFAULT current_timestamp(), "
        "day DATE GENERATED ALWAYS AS (CAST(ts AS DATE))) USING delta CLUSTER BY (day, `an id`) "
        "COMMENT 'all of it' TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported', "
        "'delta.columnMapping.mode' = 'name', 'delta.checkpointInterval' = '20', 'owned.by' = 'x')"
    )
    spark.sql(f"ALTER TABLE {table} ADD CONSTRAINT said CHECK (v IS NOT NULL)")
    spark.sql(f"ALTER TABLE {table} ADD CONSTRAINT `in reach` CHECK (c <> 'zz' OR `an id` > 3)")
    return table


def test_all_that_a_table_declares_is_read_at_its_version(spark: SparkSession, table: str) -> None:
    assert read_declared(spark, table) == DECLARED
    assert read_declared(spark, table, 1) == replace(DECLARED, checks={"said": "v IS NOT NULL"})


def test_it_equals_itself_through_json() -> None:
    assert Declared.from_json(json.loads(json.dumps(DECLARED.to_json()))) == DECLARED
    assert Declared.from_json(json.loads(json.dumps(NOTHING.to_json()))) == NOTHING


def test_where_the_log_is_out_of_reach_what_is_hidden_is_said(
    spark: SparkSession, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no right on the folder")

    monkeypatch.setattr(declarations, "read_metadata", refuse)
    found = read_declared(spark, table)
    plain = [replace(c, identity=None, generated=None) for c in COLUMNS]
    assert found == replace(DECLARED, columns=tuple(plain), notes=found.notes)
    (note,) = found.notes
    assert "generatedColumns and identityColumns are not carried over" in note
    assert "no right on the folder" in note


def test_rules_of_before_check_constraints_and_metadata_of_others() -> None:
    rule = {"delta.invariants": '{"expression":{"expression":"n > 3"}}', "pii": "yes"}
    schema = T.StructType([T.StructField("n", T.IntegerType(), True, rule)])
    found = of_schema(schema)
    assert found.checks == {"invariant_n": "n > 3"}
    assert found.columns == (DeclaredColumn("n", "int", other=("pii",)),)


def test_plain_columns_say_no_more_than_a_type() -> None:
    assert not says_more(DeclaredColumn("n", "int"))
    assert not says_more(DeclaredColumn("s", "string"))
    for told in (*COLUMNS, DeclaredColumn("s", "string collate UNICODE")):
        assert says_more(told), told


def test_what_a_table_lacks_is_named() -> None:
    assert differences(DECLARED, DECLARED) == ()
    bare = Declared(tuple(DeclaredColumn(c.name, "string") for c in COLUMNS))
    lines = differences(DECLARED, bare)
    assert "column 'c': type char(3) (it is string) is not kept" in lines
    assert "column 'c': NOT NULL is not kept" in lines
    assert "column 'an id': that it is an identity column is not kept" in lines
    assert "column 'day': that it is generated is not kept" in lines
    assert "column 'ts': its DEFAULT is not kept" in lines
    assert "CHECK constraint 'in reach' is not kept" in lines
    assert "clustering by 'day', 'an id' is not kept" in lines
    assert "table property 'owned.by' is not kept" in lines
    moved = replace(DECLARED, partitioned_by=("c",), clustered_by=())
    assert differences(moved, DECLARED)[0] == "partitioning by 'c' is not kept"


def test_comments_and_properties_are_no_structure() -> None:
    assert same_structure(DECLARED, replace(DECLARED, comment=None, properties={}, notes=("a",)))
    assert not same_structure(DECLARED, replace(DECLARED, checks={}))
    assert not same_structure(DECLARED, replace(DECLARED, columns=COLUMNS[:-1]))
