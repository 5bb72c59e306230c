"""The grid on which a column's values lie, but for few rows: a typing error makes no other."""

from __future__ import annotations

from collections import Counter

import numpy as np

from synth.statistics.column_state import FULL_PRECISION, NumberState
from synth.table.values import rounded

RARELY = 0.01  # of the rows may be off the grid, and fewer than are stored
MOST_PARTS, FEWEST_PARTS = 32, 4  # of the values, in most of which there is no error
MOST_TRIED = 6  # decimals: with more a column is hardly one that somebody typed
EXACT = 2.0**53  # below it a float64 holds every whole number
EACH = 8  # values of a part: by chance they have a factor in common in 1 of 250 cases


def usual_grid(state: NumberState, least: int) -> tuple[int, int]:
    """``(step, decimals)``: values are multiples of ``step`` units of the last decimal.

    All are, or all but fewer than ``least`` rows and hardly any. What is off the grid is known only
    where every value is counted; else the grid is that of all values. 1 where there is none.
    """
    own = max(state.step, 1), state.decimals
    values, counts = state.frequent.values, state.frequent.counts
    is_finite = np.isfinite(values)
    values, counts = values[is_finite], counts[is_finite]
    if not state.frequent.is_exact or len(values) < FEWEST_PARTS * EACH:
        return own
    most = min(float(least) - 1, RARELY * float(counts.sum()))
    if values.dtype == np.int64:
        found = _step(values, counts, most)
        return (found, state.decimals) if found > own[0] else own
    decimals = _decimals(values, counts, state.decimals, most)
    if decimals >= FULL_PRECISION:
        return own
    off = (rounded(values, decimals) != values) | (np.abs(values) >= EXACT / 10**decimals)
    if counts[off].sum() > most:
        return own
    units = np.rint(np.where(off, 0.0, values) * 10.0**decimals)
    left = most - float(counts[off].sum())
    found = max(_step(units[~off].astype(np.int64), counts[~off], left), 1)
    return (found, decimals) if decimals < state.decimals or found > own[0] else own


def _decimals(values: np.ndarray, counts: np.ndarray, all_have: int, most: float) -> int:
    """The fewest decimals that all rows but so many have."""
    for decimals in range(min(all_have, MOST_TRIED)):
        if counts[rounded(values, decimals) != values].sum() <= most:
            return decimals
    return all_have


def _step(units: np.ndarray, counts: np.ndarray, most: float) -> int:
    """The divisor of all rows but so many; 0 where there is none beside that of all."""
    parts = min(MOST_PARTS, len(units) // EACH)
    if parts < FEWEST_PARTS:
        return 0
    divisors = Counter(int(np.gcd.reduce(units[place::parts])) for place in range(parts))
    usual = max(divisors.items(), key=lambda item: (item[1], -item[0]))[0]
    if usual <= 1 or counts[units % usual != 0].sum() > most:
        return 0
    return usual
