"""From the counts of an ordered column to protected cells: exact values and intervals between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import NumberState


@dataclass(frozen=True)
class Cells:
    """Atoms (``lower == upper``) and intervals ``[lower, upper)``, in the order of their values.

    ``lower`` and ``upper`` are int64 or float64, ``counts`` int64: rows of the train part.
    """

    lower: np.ndarray
    upper: np.ndarray
    counts: np.ndarray

    @property
    def is_atom(self) -> np.ndarray:
        atom: np.ndarray = self.lower == self.upper
        return atom


def protected_cells(state: NumberState, settings: EncoderSettings) -> Cells:
    """Cells in which no value held by fewer than ``min_entities`` rows can be read.

    Values of enough rows are atoms: all of them while the distinct values fit, else the heavy ones.
    The rest falls into intervals of equal mass with at least ``min_entities`` rows each, whose
    edges lie between values; the outermost edges are held by enough rows to be nobody's own.
    """
    frequent = state.frequent
    lossless = frequent.is_exact and len(frequent.values) <= settings.lossless
    least = settings.min_entities
    if not lossless:
        least = max(least, int(np.ceil(settings.heavy * state.count)))
    kept = frequent.counts >= least
    atoms, atom_counts = frequent.values[kept], frequent.counts[kept]
    if lossless:
        values, weights = frequent.values[~kept], frequent.counts[~kept]
    else:
        values, weights = _rest_of_sketch(state, atoms)
    finite = np.isfinite(values)
    lower, upper, counts = _intervals(values[finite], weights[finite], settings)
    lower = np.concatenate([atoms, lower.astype(atoms.dtype)])
    upper = np.concatenate([atoms, upper.astype(atoms.dtype)])
    counts = np.concatenate([atom_counts, counts])
    order = np.lexsort((upper, lower))
    return Cells(lower[order], upper[order], counts[order])


def _rest_of_sketch(state: NumberState, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weighted values of the quantile summary without the atoms, distinct and ascending."""
    items, weights = state.quantiles.items()
    values = items.astype(state.frequent.values.dtype)
    free = ~np.isin(values, atoms)
    unique, place = np.unique(values[free], return_inverse=True)
    return unique, np.bincount(place, weights[free], len(unique)).astype(np.int64)


def _intervals(
    values: np.ndarray, weights: np.ndarray, settings: EncoderSettings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Intervals of equal mass over ascending weighted values: lower, upper, rows."""
    total = int(weights.sum())
    number = min(settings.coarse * settings.fine, total // settings.min_entities)
    empty = np.zeros(0, values.dtype)
    if number < 1:
        return empty, empty, np.zeros(0, np.int64)
    reach = np.cumsum(weights)
    ends = np.searchsorted(reach, np.arange(1, number) / number * total, side="left") + 1
    cuts = _with_enough_rows(np.unique(ends[ends < len(values)]), reach, settings.min_entities)
    between = _between(values[cuts - 1], values[cuts])
    first = values[np.searchsorted(reach, min(settings.min_entities, total), side="left")]
    last = values[np.searchsorted(reach, max(total - settings.min_entities, 0), side="right")]
    first, last = min(first, last), max(first, last)  # few rows: the two bounds may cross
    rows = np.diff(np.concatenate([[0], reach[cuts - 1], [total]]))
    inner = np.clip(between, first, _after(last))
    edges = np.concatenate([[first], inner, [_after(last)]]).astype(values.dtype)
    wide = edges[1:] > edges[:-1]
    return edges[:-1][wide], edges[1:][wide], rows[wide]


def _with_enough_rows(cuts: np.ndarray, reach: np.ndarray, least: int) -> np.ndarray:
    """Cuts between which at least ``least`` rows lie, greedily from below."""
    kept: list[int] = []
    start = 0
    for cut in cuts:
        if reach[cut - 1] - start >= least and reach[-1] - reach[cut - 1] >= least:
            kept.append(int(cut))
            start = int(reach[cut - 1])
    return np.array(kept, np.int64)


def _between(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A point in ``(left, right]`` that is no value of its own: the middle, rounded up if whole."""
    if left.dtype == np.int64:
        middle: np.ndarray = left + (right - left + 1) // 2
        return middle
    half: np.ndarray = left + (right - left) / 2
    return half


def _after(value: np.int64 | np.float64) -> np.int64 | np.float64:
    """The open end just beyond the last value."""
    return value + 1 if isinstance(value, np.int64) else np.nextafter(value, np.inf)
