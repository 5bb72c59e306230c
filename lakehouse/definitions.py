"""What a Delta table is before it has rows: columns, NOT NULL, comments, properties.

All of it is SQL, which also works on Spark Connect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.schemas import literal, needs_column_mapping, quote


@dataclass(frozen=True)
class Definition:
    """The table as it is to be; comments that are not given are left as they are."""

    schema: T.StructType
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str | None = None
    column_comments: Mapping[str, str] = field(default_factory=dict)

    def all_properties(self) -> dict[str, str]:
        """The properties given, and those without which Delta or its readers could not do."""
        house = {"delta.enableDeletionVectors": "false"}  # the widest choice of readers
        if needs_column_mapping(tuple(self.schema.fieldNames())):
            house["delta.columnMapping.mode"] = "name"
        return {**house, **self.properties}


def create(spark: SparkSession, table: str, definition: Definition) -> None:
    """Create the table, without rows; ``table`` is a SQL name."""
    # IF NOT EXISTS: of two writers that both found no table, the second one goes on.
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} {_clauses(definition)}")


def redefine(spark: SparkSession, table: str, definition: Definition, *, replace: bool) -> None:
    """Make an existing table fit the definition; no commit where nothing differs.

    With ``replace`` a table of other columns is replaced by an empty one; one of the same columns
    keeps its rows.
    """
    found = spark.sql(f"SELECT * FROM {table}").schema
    if replace and not _same_columns(found, definition.schema):
        # Not CREATE OR REPLACE: for a folder Delta takes that for CREATE and compares the schemas.
        spark.sql(f"REPLACE TABLE {table} {_clauses(definition)}")
        return
    _change(spark, table, found, definition)


def alter_properties(spark: SparkSession, table: str, properties: Mapping[str, str]) -> None:
    """Set properties of an existing table in one commit; ``table`` is a SQL name."""
    spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES {_pairs(properties)}")


def _same_columns(found: T.StructType, wanted: T.StructType) -> bool:
    def columns(schema: T.StructType) -> list[tuple[str, str, bool]]:
        return [(f.name, f.dataType.simpleString(), f.nullable) for f in schema.fields]

    return columns(found) == columns(wanted)


def _clauses(definition: Definition) -> str:
    columns = ", ".join(
        f"{quote(f.name)} {f.dataType.simpleString()}"
        f"{'' if f.nullable else ' NOT NULL'}"
        f"{_comment(definition.column_comments.get(f.name))}"
        for f in definition.schema.fields
    )
    return (
        f"({columns}) USING delta{_comment(definition.comment)} "
        f"TBLPROPERTIES {_pairs(definition.all_properties())}"
    )


def _comment(text: str | None) -> str:
    return "" if text is None else f" COMMENT {literal(text)}"


def _pairs(properties: Mapping[str, str]) -> str:
    pairs = (f"{literal(key)} = {literal(value)}" for key, value in properties.items())
    return f"({', '.join(pairs)})"


def _change(spark: SparkSession, table: str, found: T.StructType, definition: Definition) -> None:
    """Bring properties and comments of an existing table up to the definition."""
    detail = spark.sql(f"DESCRIBE DETAIL {table}").select("properties", "description").first()
    known = dict(detail[0]) if detail is not None else {}
    changed = {k: v for k, v in definition.properties.items() if known.get(k) != v}
    if changed:
        alter_properties(spark, table, changed)
    if definition.comment is not None and (detail is None or detail[1] != definition.comment):
        spark.sql(f"COMMENT ON TABLE {table} IS {literal(definition.comment)}")
    comments = {f.name: (f.metadata or {}).get("comment") for f in found.fields}
    for name, text in definition.column_comments.items():
        if name in comments and comments[name] != text:
            spark.sql(f"ALTER TABLE {table} ALTER COLUMN {quote(name)} COMMENT {literal(text)}")
