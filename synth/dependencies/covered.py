"""How many rows have a target that the stored keys of a map have: may these stand in for all?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.settings import DependencySettings
from synth.dependencies.value_counts import dense
from synth.table.learned_values import one_array
from synth.table.schema import type_of_arrow
from synth.table.values import is_ordered, to_numbers

STORED_SHARE = 0.5  # of the rows: stored keys stand in for the rest, as a text column is learned
APART = 0.15  # of two distributions: the targets of stored keys, and those of all rows
OF_NUMBERS = 0.25  # of the rows have stored keys: the targets of fewer are too few numbers


def covered(
    firsts: pa.ChunkedArray,
    counts: pa.Table,
    starts: np.ndarray,
    held: np.ndarray,
    settings: DependencySettings,
) -> int:
    """Rows whose target a stored key has; all rows of a text of which too few share a value.

    Of numbers and times few rows share one: what counts, where enough rows have stored keys, is how
    they lie. The rows are all of them
    where the targets of the stored keys are distributed like those of all, and half of them where
    the two are ``APART`` from each other. ``firsts`` is the usual target of each key, ``starts``
    where the key begins among the ``counts``, ``held`` whether it is stored.
    """
    codes, rows = dense(counts["target"]), np.asarray(counts["rows"])
    totals = np.bincount(codes, weights=rows)
    learned_rows = totals[totals >= settings.min_entities].sum()
    if pa.types.is_string(firsts.type) and learned_rows < STORED_SHARE * totals.sum():
        return int(totals.sum())
    targets = one_array(firsts)
    stored = pc.is_in(counts["target"], value_set=targets.filter(pa.array(held)).unique())
    there = int(rows[np.asarray(stored)].sum())
    type_name = type_of_arrow(firsts.type)
    keyed = np.repeat(held, np.diff(np.r_[starts, len(rows)]))
    if not is_ordered(type_name) or (rows * keyed).sum() < OF_NUMBERS * rows.sum():
        return there
    values, valid = to_numbers(one_array(counts["target"]), type_name)
    apart = _distance(values[valid], rows[valid], rows[valid] * keyed[valid])
    return max(there, int(totals.sum() * max(0.0, 1 - apart / (2 * APART))))


def _distance(values: np.ndarray, rows: np.ndarray, others: np.ndarray) -> float:
    """Kolmogorov and Smirnov's distance of two distributions, as rows of each of some values."""
    if not others.sum() or not rows.sum():
        return 1.0
    order = np.argsort(values, kind="stable")
    ends = np.flatnonzero(np.r_[values[order][1:] != values[order][:-1], True])
    one, other = (np.cumsum(own[order])[ends] / own.sum() for own in (rows, others))
    return float(np.abs(one - other).max())
