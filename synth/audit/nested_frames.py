"""Frames in memory whose nested columns are looked at by their leaves."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pyarrow as pa

from synth.table.leaves import Unlearned, needs_leaves, with_leaves
from synth.table.polars_frames import is_polars

_NESTED = (dict, list, tuple, np.ndarray, bytes, bytearray)


def in_leaves(table: Any) -> tuple[Any, tuple[Unlearned, ...]]:
    """The table with its nested columns, and those of bytes, in leaves; the same where it has none.

    Its structs have been taken apart (:func:`synth.table.frames.in_fields`).

    Of Arrow tables, Polars and pandas DataFrames; Arrow's columns stay in their place, those of
    pandas come last. Values of one column that are not of one type are left to the reader of the
    table, which says so.
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(table, pandas.DataFrame):
        return _of_pandas(table)
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    rows = table.to_arrow() if is_polars(table) and hasattr(table, "to_arrow") else table
    if not isinstance(rows, pa.Table) or len(set(rows.column_names)) < rows.num_columns:
        return table, ()
    if not any(needs_leaves(field.type) for field in rows.schema):
        return table, ()
    return with_leaves(rows)


def _of_pandas(frame: Any) -> tuple[Any, tuple[Unlearned, ...]]:
    import pandas as pd

    found = {}
    for place in range(frame.shape[1]):
        values = frame.iloc[:, place]
        if not _may_nest(values):
            continue
        try:
            arrow = _of_objects(values)
        except (pa.ArrowException, TypeError, ValueError):
            return frame, ()
        if needs_leaves(arrow.type):
            found[place] = arrow
    names = [str(frame.columns[place]) for place in found]
    if not found or len(set(names)) < len(names):
        return frame, ()
    leaves, unlearned = with_leaves(pa.table(dict(zip(names, found.values(), strict=True))))
    rest = frame.iloc[:, [place for place in range(frame.shape[1]) if place not in found]]
    if set(leaves.column_names) & set(map(str, rest.columns)):
        return frame, ()
    new = {
        name: pd.Series(pd.arrays.ArrowExtensionArray(leaves[name]), index=frame.index)
        for name in leaves.column_names
    }
    return rest.assign(**new), unlearned


def _may_nest(values: Any) -> bool:
    kind = getattr(values.dtype, "pyarrow_dtype", None)
    if kind is not None:
        return needs_leaves(kind)
    if values.dtype != object:
        return False
    return next((isinstance(own, _NESTED) for own in values if not _is_missing(own)), False)


def _of_objects(values: Any) -> pa.Array:
    """Values as Arrow's; dictionaries that are no structs as maps, whose keys are in no name."""
    if all(isinstance(own, dict) or _is_missing(own) for own in values):
        rows = [None if _is_missing(own) else [(str(key), None) for key in own] for own in values]
        return pa.array(rows, pa.map_(pa.string(), pa.null()))
    return pa.array(values, from_pandas=True)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))
