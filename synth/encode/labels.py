"""Texts for the bins of a column, safe to print: values of sensitive columns are masked."""

from __future__ import annotations

import numpy as np

from synth.encode.cells import Cells
from synth.statistics.column_state import FULL_PRECISION
from synth.table.bins import Unit
from synth.table.schema import Column, decimal_parts
from synth.table.values import is_whole

MOST_PLAIN = 1e15  # from here on a float has no digits after the point to show
NAMED = 10  # steps: an interval of so many is shown with its last value


def unit_of(column: Column) -> Unit:
    """How a column's values are shown."""
    if column.type == "date":
        return "date"
    if column.type.startswith("timestamp"):
        return "timestamp"
    return "boolean" if column.type == "boolean" else "number"


def range_labels(column: Column, cells: Cells, step: int, decimals: int) -> list[str]:
    """``"39"`` for an exact value, ``"40 to 44"`` for an interval, ``"range 3"`` when sensitive.

    An interval of many values ends before the second number, as one of reals does: the last value
    below a round number may be somebody's own.
    Where a law leads on from the outmost interval, ``"88 and more"`` or ``"3 and less"``.
    """
    if column.sensitive:
        return [f"range {place + 1}" for place in range(len(cells.lower))]
    labels = []
    for lower, upper in zip(cells.lower, cells.upper, strict=True):
        low = show(column, lower, decimals)
        if lower == upper:
            labels.append(low)
            continue
        is_named = cells.lower.dtype == np.int64 and float(upper) - float(lower) <= NAMED * step
        last = upper - step if is_named else upper
        high = show(column, max(lower, last), decimals)
        labels.append(low if low == high else f"{low} to {high}")
    if cells.tails is not None and len(labels):
        if cells.tails.side[0] < 0:
            labels[0] = f"{show(column, cells.upper[0], decimals)} and less"
        if cells.tails.side[-1] > 0:
            labels[-1] = f"{show(column, cells.lower[-1], decimals)} and more"
    return labels


def show(column: Column, value: float, decimals: int = FULL_PRECISION) -> str:
    """One value of the numeric domain as a person reads it."""
    unit = unit_of(column)
    if unit == "date":
        return str(np.datetime64(int(value), "D"))
    if unit == "timestamp":  # by numpy, which knows years beyond 9999 as well
        return str(np.datetime64(int(value), "us").astype("datetime64[s]")).replace("T", " ")
    parts = decimal_parts(column.type)
    if parts and is_whole(column.type):
        return f"{int(value) / 10 ** parts[1]:.{parts[1]}f}"
    if is_whole(column.type):
        return str(int(value))
    plain = decimals <= 4 and abs(value) < MOST_PLAIN
    return f"{value:.{decimals}f}" if plain else f"{value:.6g}"
