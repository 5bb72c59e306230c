"""Whether values lie within what was learned of an ordered column, and what to say if not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.encode.cells import Cells
from synth.encode.labels import show
from synth.table.schema import Column
from synth.table.values import to_numbers


def outside_objection(
    column: Column, cells: Cells, values: pa.Array, *, has_nan: bool, decimals: int
) -> str | None:
    """What to say of a number, date or time beyond the cells; NaN is, unless it was learned."""
    numbers, valid = to_numbers(values, column.type)
    ends = np.where(cells.is_atom, cells.upper, _just_below(cells.upper))
    first, last = cells.lower.min(), ends.max()
    if has_nan:
        valid = valid & ~(numbers != numbers)
    outside = valid & ~((numbers >= first) & (numbers <= last))
    if not outside.any():
        return None
    if column.sensitive:
        return "the value lies outside what the model has learned: give another"
    value, low, high = (
        show(column, number, decimals) for number in (numbers[outside][0], first, last)
    )
    return f"{value} lies outside what the model has learned: give a value from {low} to {high}"


def _just_below(upper: np.ndarray) -> np.ndarray:
    """The last value of intervals that end before ``upper``."""
    below: np.ndarray = upper - 1 if upper.dtype == np.int64 else np.nextafter(upper, -np.inf)
    return below
