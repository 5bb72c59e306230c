"""Tables that come to the synthesizer in memory: Arrow, pandas, or what speaks Arrow's protocol.

No message holds a value of the table: Arrow's own errors do, so they are never passed on.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Hashable, Iterable
from typing import Any

import pyarrow as pa

from synth.table import arrow_structs, duckdb_frames, polars_frames
from synth.table.duckdb_frames import DuckFrames, is_duckdb
from synth.table.errors import InputError, InputTypeError
from synth.table.frame_type import ArrowFrames, FrameType, arrow_frames
from synth.table.known_names import nearest
from synth.table.learned_values import learned, require_learnable
from synth.table.polars_frames import PolarsFrames, is_polars, require_collected
from synth.table.schema import Column, TableSchema, type_of_arrow

logger = logging.getLogger(__name__)


def as_arrow(table: Any, names: Iterable[str] | None = None) -> tuple[pa.Table, FrameType]:
    """The rows in the types in which they are learned, and how the table looked.

    Takes an Arrow table or record batch, a pandas or Polars DataFrame, a DuckDB relation, and every
    other object with ``__arrow_c_stream__`` (the Arrow PyCapsule interface). Only ``names`` are
    taken, if given. InputTypeError for anything else; InputError names a column that appears twice,
    mixes types, or is of one that cannot be learned.
    """
    if isinstance(table, pa.Table):
        return arrow_frames(_distinct(table), names)
    if isinstance(table, pa.RecordBatch):
        return arrow_frames(_distinct(pa.Table.from_batches([table])), names)
    require_collected(table)
    if is_polars(table):
        return polars_frames.polars_frames(table, names)
    if is_duckdb(table):
        return duckdb_frames.duckdb_frames(table, names)
    if _is_pandas(table):
        from synth.table.pandas_frames import pandas_frames

        return pandas_frames(table, names)
    if hasattr(table, "__arrow_c_stream__") and not _is_column(table):
        known = f"{type(table).__module__}.{type(table).__name__}"
        note = f"a {known} cannot be made anew: synthetic tables come as Arrow tables"
        return arrow_frames(_distinct(pa.table(table)), names, notes=(note,))
    raise InputTypeError(
        "a table must be a pandas or Polars DataFrame or an Arrow table, however: "
        f"{type(table).__name__}; pandas.DataFrame(...) makes one of a dict, pandas.read_csv(...) "
        "of a file"
    )


def in_fields(table: Any, *, with_maps: bool = False) -> Any:
    """The same table with its structs as columns of their fields; others stay as they are.

    InputError names a column of dictionaries whose keys are no columns, as those of a map, unless
    it may come ``with_maps``: these stay as they are. So does a table two of whose columns have one
    name, which its reader names.
    """
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    labels = list(map(str, labels_of(table)))
    if len(set(labels)) < len(labels):
        return table
    if isinstance(table, pa.Table):
        return arrow_structs.in_fields(table, arrow_structs.structs_of(table.schema))
    if is_polars(table):
        return polars_frames.in_fields(table, polars_frames.structs_of(table))
    if is_duckdb(table):
        return duckdb_frames.in_fields(table, duckdb_frames.structs_of(table))
    if _is_pandas(table):
        from synth.table import pandas_structs

        found = pandas_structs.structs_of(table, with_maps=with_maps)
        return pandas_structs.in_fields(table, found)
    return table


def read_twice(table: Any) -> Any:
    """The same table, of a type of frame that is known: all other Arrow streams as Arrow tables.

    Some of them can be read once only.
    """
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    is_known = isinstance(table, pa.Table) or is_polars(table) or is_duckdb(table)
    if is_known or not hasattr(table, "__arrow_c_stream__") or _is_pandas(table):
        return table
    return pa.table(table)


def frame_type_from_json(data: dict[str, Any] | None) -> FrameType:
    """The type of frame that a saved model keeps; Arrow's where it keeps none.

    A log warning says where the library of the frame is not installed.
    """
    kind = (data or {}).get("kind", ArrowFrames.kind)
    try:
        return _kind_of(kind).from_json(data or {"columns": {}})
    except ImportError as error:
        logger.warning(
            "the model was fitted on a %s table, but %s is not installed: synthetic tables come as "
            "Arrow tables",
            kind,
            error.name,
        )
        return ArrowFrames()


def _kind_of(kind: str) -> type[FrameType]:
    """The class of a kind of frame; ImportError where its library is not installed."""
    if kind == "pandas":
        from synth.table.pandas_frames import PandasFrames

        return PandasFrames
    if kind == PolarsFrames.kind:
        import polars  # noqa: F401

        return PolarsFrames
    if kind == DuckFrames.kind:
        import duckdb  # noqa: F401

        return DuckFrames
    return ArrowFrames


def _is_pandas(table: Any) -> bool:
    """Whether it is a DataFrame; who works in Arrow does not wait for pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(table, pandas.DataFrame)


def _is_column(table: Any) -> bool:
    """Whether it is one column, whose stream is no table."""
    return isinstance(table, pa.ChunkedArray) or type(table).__name__ == "Series"


def _distinct(table: pa.Table) -> pa.Table:
    names = table.column_names
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InputError(f"column {name!r} appears twice: rename one of them")
    return table


def learnable(rows: pa.Table, schema: TableSchema | None) -> tuple[pa.Table, TableSchema]:
    """The rows in their schema, which is Arrow's where none is given.

    A type of Arrow's own in a given schema (a time of day) stands for that in which it is learned.

    InputError names a column of an unsupported type or with nulls where it may have none, and says
    where there is nothing to learn.
    """
    schema = schema or TableSchema.from_arrow(rows.schema)
    for column in schema.unsupported:
        require_learnable(rows.schema.field(column.name).type, column.name)
        schema = schema.retyped(column.name, type_of_arrow(rows.schema.field(column.name).type))
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


def labels_of(table: Any) -> list[Hashable]:
    """The labels of a table's columns; none where it does not tell them."""
    name = "column_names" if hasattr(table, "column_names") else "columns"  # Arrow's, all others'
    labels: Iterable[Hashable] = getattr(table, name, ())
    return list(labels)


def with_schema(
    rows: pa.Table, schema: TableSchema, *, owner: str, labels: Iterable[Hashable] = ()
) -> pa.Table:
    """The schema's columns of the rows, in its order and types; one chunk per column.

    ``owner`` says in errors whose schema it is, ``labels`` are those of all columns that the table
    has. InputError names a column that is missing, or whose
    values are not of the type. What is finer than a microsecond is cut, as Spark does, with a log
    warning.
    """
    missing = [name for name in schema.names if name not in rows.column_names]
    if missing:
        others = [label for label in labels if label not in schema.names]
        near = {name: nearest(name, others) for name in missing}
        hints = [f"{name!r} be {own!r}" for name, own in near.items() if own is not None]
        asked = f"; may {', '.join(hints)}? Rename it" if hints else ""
        lacked = ", ".join(map(repr, missing))
        raise InputError(f"the table lacks {lacked}, which {owner} knows{asked}")
    columns = [_typed(rows[column.name], column, owner) for column in schema]
    fields = [pa.field(column.name, column.arrow_type) for column in schema]
    return pa.table(columns, schema=pa.schema(fields)).combine_chunks()


def _typed(values: pa.ChunkedArray, column: Column, owner: str) -> pa.ChunkedArray:
    try:
        return learned(values, column.name).cast(column.arrow_type)
    except pa.ArrowException:
        raise InputError(
            f"column {column.name!r} is of type {values.type} and holds values that are no "
            f"{column.type}, as which {owner} knows it: convert it, or leave those rows out"
        ) from None
