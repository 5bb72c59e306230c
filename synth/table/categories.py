"""The vocabulary of a categorical column: which values its type names, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.learned_values import one_array
from synth.table.schema import type_of_arrow
from synth.table.values import is_ordered, to_numbers

CLOSED_SHARE = 0.5  # of the rows that shared values hold: below, values are made up, not categories


@dataclass(frozen=True)
class Categories:
    """``values``: distinct, in the type's order, as they are learned."""

    values: pa.Array

    def protected(self, rows: pa.ChunkedArray, least: int) -> np.ndarray:
        """The places of all but those that some rows hold, but fewer than ``least``; int64.

        A category that no row holds is part of the type and says nothing of a row, unless the
        values are too many to be shared: then only those of enough rows stay.
        """
        held = np.zeros(len(self.values), np.int64)
        found = pc.index_in(rows, value_set=self.values).drop_null()
        for chunk in found.chunks:
            held += np.bincount(np.asarray(chunk), minlength=len(held))
        shared = held >= least
        closed = held[shared].sum() >= CLOSED_SHARE * held.sum()
        kept: np.ndarray = np.flatnonzero(shared | ((held == 0) & closed))
        return kept

    def find(self, rows: pa.ChunkedArray) -> np.ndarray:
        """int64 ``(rows,)``: of each value its number among ``values``, of a null -1.

        Of a number or a moment that is none of them, the nearest; of a text, those of new texts in
        their alphabetical order, from ``len(values)`` on (:meth:`new`).
        """
        plain = one_array(rows.cast(self.values.type))
        at = np.asarray(pc.fill_null(pc.index_in(plain, value_set=self.values), -1)).astype(
            np.int64
        )
        other = np.asarray(plain.is_valid()) & (at < 0)
        if not other.any():
            return at
        name = type_of_arrow(self.values.type)
        if is_ordered(name) and len(self.values):
            at[other] = _nearest(
                to_numbers(self.values, name)[0], to_numbers(plain.filter(pa.array(other)), name)[0]
            )
            return at
        found = pc.index_in(plain.filter(pa.array(other)), value_set=self.new(rows))
        at[other] = len(self.values) + np.asarray(found)
        return at

    def new(self, rows: pa.ChunkedArray) -> pa.Array:
        """The texts among the rows that are no category, in alphabetical order."""
        if is_ordered(type_of_arrow(self.values.type)) and len(self.values):
            return self.values.slice(0, 0)
        unique = rows.cast(self.values.type).unique().drop_null()
        new = unique.filter(pc.invert(pc.is_in(unique, value_set=self.values)))
        return new.take(pc.array_sort_indices(new))


def _nearest(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    right = np.clip(np.searchsorted(ordered, values), 0, len(ordered) - 1)
    left = np.maximum(right - 1, 0)
    nearer = values - ordered[left] < ordered[right] - values
    result: np.ndarray = order[np.where(nearer, left, right)]
    return result
