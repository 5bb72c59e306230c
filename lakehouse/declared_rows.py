"""Rows as a table with declarations takes them: computed columns, and rules that rows keep.

Expressions are the table's own SQL, evaluated by Spark as Delta evaluates them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from lakehouse.declarations import Declared, DeclaredColumn
from lakehouse.schemas import quote, spark_type

_CHAR = re.compile(r"char\((\d+)\)")


def can_evaluate(spark: SparkSession, sql: str, schema: T.StructType) -> bool:
    """Whether the columns of a schema are all that an expression needs; no job."""
    nulls = ", ".join(
        f"CAST(NULL AS {f.dataType.simpleString()}) AS {quote(f.name)}" for f in schema.fields
    )
    try:
        # As SQL: where a frame's expression is refused, Spark writes the trace to the terminal.
        _ = spark.sql(f"SELECT ({sql}) FROM (SELECT {nulls or 1})").schema
    except AnalysisException:
        return False
    return True


def computed_columns(
    spark: SparkSession, declared: Declared, schema: T.StructType
) -> tuple[DeclaredColumn, ...]:
    """The generated columns of a schema that follow from its other columns.

    Delta lets no generated column follow from another one.
    """
    generated = {c.name for c in declared.columns if c.generated is not None}
    others = T.StructType([f for f in schema.fields if f.name not in generated])
    return tuple(
        column
        for column in declared.columns
        if column.name in schema.names
        and column.generated is not None
        and can_evaluate(spark, column.generated, others)
    )


def finished(frame: DataFrame, declared: Declared, *, beside: Iterable[str] = ()) -> DataFrame:
    """The rows with all columns that are declared, in their order, then those ``beside``.

    Generated columns are computed. Identity columns come as 1, 2, 3 and leave as their declaration
    counts. Char(n) is filled with blanks, as Delta stores it.
    """
    there = set(frame.columns)
    given = [c for c in declared.columns if c.name in there]
    more = [quote(name) for name in beside]
    made = frame.selectExpr(*[f"{_stored(c)} AS {quote(c.name)}" for c in given], *more)
    computed = [c for c in declared.columns if c.name not in there]
    whole = made.selectExpr("*", *[f"{_computed(c)} AS {quote(c.name)}" for c in computed])
    return whole.selectExpr(*[quote(c.name) for c in declared.columns], *more)


def rules_of(declared: Declared, *, may_be_null: Iterable[str] = ()) -> dict[str, str]:
    """What every row must keep, as SQL that is true or false, by what it is called in a message.

    CHECK constraints (Delta takes null for broken), and NOT NULL where a column is computed, or one
    of ``may_be_null``.
    """
    rules = {
        f"CHECK constraint {k!r}": f"coalesce(({v}), false)" for k, v in declared.checks.items()
    }
    doubtful = set(may_be_null)
    for column in declared.columns:
        if not column.nullable and (column.generated is not None or column.name in doubtful):
            rules[f"NOT NULL of column {column.name!r}"] = f"{quote(column.name)} IS NOT NULL"
    return rules


def _stored(column: DeclaredColumn) -> str:
    name = quote(column.name)
    if column.identity is not None:
        start, step = column.identity.start, column.identity.step
        return f"{start}L + ({name} - 1L) * {step}L"
    width = _CHAR.fullmatch(column.type)
    if width:
        return f"if(char_length({name}) < {width[1]}, rpad({name}, {width[1]}, ' '), {name})"
    return f"CAST({name} AS {column.type})" if " collate " in column.type else name


def _computed(column: DeclaredColumn) -> str:
    kind = column.type if " collate " in column.type else spark_type(column.type).simpleString()
    return f"CAST(({column.generated}) AS {kind})"
