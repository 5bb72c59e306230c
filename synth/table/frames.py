"""Tables that come to the synthesizer in memory: Arrow, pandas, or what speaks Arrow's protocol.

No message holds a value of the table: Arrow's own errors do, so they are never passed on.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)


def as_arrow(table: Any) -> tuple[pa.Table, bool]:
    """The rows, and whether they came as a pandas DataFrame (its index is left out).

    Takes an Arrow table or record batch, a pandas DataFrame, and every object with
    ``__arrow_c_stream__`` (the Arrow PyCapsule interface: Polars, DuckDB). TypeError for anything
    else; InputError names a column that appears twice or mixes types.
    """
    if isinstance(table, pa.Table):
        return table, False
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table]), False
    import pandas as pd  # late: who works in Arrow does not wait for it

    if isinstance(table, pd.DataFrame):
        return _of_pandas(table), True
    if hasattr(table, "__arrow_c_stream__") and not isinstance(table, pa.ChunkedArray | pd.Series):
        return pa.table(table), False
    raise TypeError(
        f"a table must be a pandas DataFrame or an Arrow table, however: {type(table).__name__}; "
        "pandas.DataFrame(...) makes one of a dict, pandas.read_csv(...) of a file"
    )


def learnable(rows: pa.Table, schema: TableSchema | None) -> tuple[pa.Table, TableSchema]:
    """The rows in their schema, which is Arrow's where none is given.

    InputError names a column of an unsupported type or with nulls where it may have none, and says
    where there is nothing to learn.
    """
    schema = schema or TableSchema.from_arrow(rows.schema)
    for column in schema.unsupported:
        raise InputError(
            f"column {column.name!r} is of type {column.type}, which is not supported: "
            "leave it out or convert it"
        )
    if not len(schema) or not len(rows):
        empty = "rows" if len(schema) else "columns"
        raise InputError(f"the table has no {empty}: there is nothing to learn")
    rows = with_schema(rows, schema, owner="the schema")
    for column in schema:
        if not column.nullable and rows[column.name].null_count:
            raise InputError(
                f"column {column.name!r} has missing values, which its schema rules out: "
                "fill them in, or make it nullable"
            )
    return rows, schema


def with_schema(rows: pa.Table, schema: TableSchema, *, owner: str) -> pa.Table:
    """The schema's columns of the rows, in its order and types; one chunk per column.

    ``owner`` says in errors whose schema it is. InputError names a column that is missing, or whose
    values are not of the type. What is finer than a microsecond is cut, as Spark does, with a log
    warning.
    """
    missing = [name for name in schema.names if name not in rows.column_names]
    if missing:
        raise InputError(f"the table lacks {', '.join(map(repr, missing))}, which {owner} knows")
    columns = [_typed(rows[column.name], column, owner) for column in schema]
    fields = [pa.field(column.name, column.arrow_type) for column in schema]
    return pa.table(columns, schema=pa.schema(fields)).combine_chunks()


def _of_pandas(frame: pd.DataFrame) -> pa.Table:
    names = [str(name) for name in frame.columns]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"column {twice[0]!r} appears twice: rename one of them")
    columns = [_of_series(name, frame.iloc[:, place]) for place, name in enumerate(names)]
    return pa.table(columns, names=names)


def _of_series(name: str, values: pd.Series) -> pa.Array | pa.ChunkedArray:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        raise InputError(
            f"column {name!r} mixes types, or holds objects that Arrow has no type for: make it "
            "one type before fit"
        ) from None


def _typed(values: pa.ChunkedArray, column: Column, owner: str) -> pa.ChunkedArray:
    wanted = column.arrow_type
    try:
        return values.cast(wanted)
    except pa.ArrowException:
        if pa.types.is_timestamp(wanted) and str(values.type).startswith("timestamp[ns"):
            logger.warning(
                "column %r: times are cut to microseconds, as Spark knows none finer", column.name
            )
            return pc.floor_temporal(values, unit="microsecond").cast(wanted)
        raise InputError(
            f"column {column.name!r} is of type {values.type} and holds values that are no "
            f"{column.type}, as which {owner} knows it: convert it, or leave those rows out"
        ) from None
