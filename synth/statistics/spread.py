"""How a column's numbers are spread: its distinct values with their rows."""

from __future__ import annotations

import numpy as np

from synth.statistics.column_state import NumberState


def spread(state: NumberState) -> tuple[np.ndarray, np.ndarray]:
    """``(values, rows)``: finite, ascending and distinct; int64, as the quantiles know them.

    Of a value that too few entities hold there are no more rows than its count has.
    """
    values, weights = state.quantiles.items_of(state.frequent.values.dtype)
    found, place = np.unique(values, return_inverse=True)
    rows = np.bincount(place, weights, len(found)).astype(np.int64)
    if state.by_entity is not None and len(found):
        few = state.frequent.counts < state.by_entity.least
        values, counts = state.frequent.values[few], state.frequent.counts[few]
        here = np.minimum(np.searchsorted(found, values), len(found) - 1)
        known = found[here] == values
        rows[here[known]] = np.minimum(rows[here[known]], counts[known])
    return found, rows
