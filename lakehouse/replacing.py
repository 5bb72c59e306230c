"""One statement that makes a table and its rows: CREATE OR REPLACE TABLE AS SELECT.

One commit, where CREATE TABLE and an overwrite are two, and no reader meets a table without rows.
The statement loses NOT NULL, generated columns and identities.
"""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, DataFrameWriterV2
from pyspark.sql import types as T

from lakehouse.declarations import CHAR, COMMENT, DEFAULT, Declared
from lakehouse.definitions import Definition
from lakehouse.schemas import column, quote


def takes_steps(schema: T.StructType, declared: Declared) -> bool:
    """Whether columns are NOT NULL, or filled by Delta: then one statement does not do."""
    told = declared.columns
    strict = any(not column.nullable or column.generated or column.identity for column in told)
    return strict or any(not field.nullable for field in schema.fields)


def described(frame: DataFrame, definition: Definition) -> DataFrame:
    """The frame whose columns carry comments, lengths and defaults into the table."""
    columns = []
    for name in frame.columns:
        told = definition.declared.find(name)
        words = {COMMENT: definition.column_comments.get(name)}
        if told is not None:
            words[DEFAULT] = told.default
            words[CHAR] = told.type if told.type.startswith(("char", "varchar")) else None
        metadata = {key: text for key, text in words.items() if text is not None}
        columns.append(column(name).alias(name, metadata=metadata))
    return frame.select(columns)


def replacing(
    writer: DataFrameWriterV2, definition: Definition, partitions: tuple[str, ...]
) -> DataFrameWriterV2:
    """The writer of a :func:`described` frame, told of properties, comment and partitions."""
    writer = writer.using("delta")
    for key, value in definition.all_properties().items():
        writer = writer.tableProperty(key, value)
    if definition.comment is not None:
        writer = writer.tableProperty("comment", definition.comment)
    return writer.partitionedBy(*map(_parsed_twice, partitions)) if partitions else writer


def _parsed_twice(name: str) -> SparkColumn:
    """A column for the writer's clauses: Spark prints its name and parses it once more.

    In the print it quotes a name only where that holds a dot.
    """
    return column(name if "." in name else quote(name))
