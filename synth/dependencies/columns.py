"""Columns of rows as the rules see them, and what is done with them row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.chunk import Chunk

T = TypeVar("T")
Columns = Mapping[str, pa.Array]
Rows = np.ndarray  # bool, one entry per row
Fixed = Mapping[str, Rows]  # column -> the rows whose value nothing may change
NOTHING: Fixed = {}


def equal(left: pa.Array, right: pa.Array) -> Rows:
    """Where two arrays of one type are equal; null equals null."""
    same = np.asarray(pc.fill_null(pc.equal(left, right), False))
    none = np.asarray(pc.and_(left.is_null(), right.is_null()))
    both: Rows = same | none
    return both


def present(columns: Columns, names: Collection[str]) -> Rows:
    """Where all of these columns have a value: neither null nor NaN."""
    found = np.ones(len(columns[next(iter(names))]), bool)
    for name in names:
        found &= once(columns, name, _present)
    return found


def _present(array: pa.Array) -> Rows:
    there: Rows = np.asarray(array.is_valid())
    if pa.types.is_floating(array.type):
        there = there & ~np.asarray(pc.fill_null(pc.is_nan(array), False))
    return there


def once(columns: Columns, name: str, worked_out: Callable[..., T], *arguments: Hashable) -> T:
    """What a function gives of a column and ``arguments``; a chunk of rows is asked once."""
    if isinstance(columns, Chunk):
        return columns.once(name, worked_out, *arguments)
    return worked_out(columns[name], *arguments)


def by_value(
    columns: Columns, name: str, worked_out: Callable[..., pa.Array], *arguments: Hashable
) -> pa.Array:
    """As :func:`once`, of a function that works row by row: a chunk may do so value by value."""
    if isinstance(columns, Chunk):
        return columns.by_value(name, worked_out, *arguments)
    return worked_out(columns[name], *arguments)


def choose_rows(mask: np.ndarray, yes: pa.Array, no: pa.Array) -> pa.Array:
    """``yes`` where the mask is true, else ``no``; nulls are values."""
    both = pa.concat_arrays([yes, no.cast(yes.type)])
    at = np.arange(len(mask))
    return both.take(pa.array(np.where(mask, at, at + len(mask))))


def first_present(columns: Columns, names: Sequence[str]) -> pa.Array:
    """In each row the value of the first of the columns that is not null.

    All are of one type, or dates and timestamps: a date is its midnight then.
    """
    if len(names) == 1:
        return columns[names[0]]
    arrays = [columns[name] for name in names]
    finest = next((a.type for a in arrays if pa.types.is_timestamp(a.type)), arrays[0].type)
    return pc.coalesce(*(array.cast(finest) for array in arrays))


def first_of(columns: Columns, names: Sequence[str]) -> list[tuple[str, Rows]]:
    """Each column with the rows in which it is the first that is there, or where none is."""
    left, found = np.ones(len(columns[names[0]]), bool), []
    for name in names:
        here = left & np.asarray(columns[name].is_valid())
        found.append((name, here))
        left = left & ~here
    return [(name, here | left if name == names[0] else here) for name, here in found]


def of_type(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The array in a column's type; of timestamps their dates in UTC."""
    if pa.types.is_date(kind) and pa.types.is_timestamp(array.type):
        return pc.floor_temporal(array, unit="day").cast(pa.timestamp("us")).cast(kind)
    return array.cast(kind)


def where(mask: np.ndarray, array: pa.Array) -> pa.Array:
    """The values where the mask is true, null elsewhere.

    By places: with a null in the place of an array Arrow 14 makes broken texts of a slice.
    """
    return array.take(pa.array(np.arange(len(mask)), mask=~mask))


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A table's column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def fixed_rows(name: str, array: pa.Array, fixed: Fixed) -> Rows:
    """The rows in which nothing may change a column."""
    return fixed.get(name, np.zeros(len(array), bool))


def without_fixed(changed: Columns, columns: Columns, fixed: Fixed) -> dict[str, pa.Array]:
    """The changes, but for fixed values: these are as they were."""
    return {
        name: choose_rows(fixed[name], columns[name], new) if name in fixed else new
        for name, new in changed.items()
    }
