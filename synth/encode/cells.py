"""From the counts of an ordered column to protected cells: exact values and intervals between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth.encode.intervals import Bounds, Intervals, intervals
from synth.encode.settings import EncoderSettings
from synth.encode.tails import Tails, heaviest_shape, natural_bounds
from synth.statistics.column_state import FULL_PRECISION, NumberState
from synth.statistics.entities import rows_amid, shared_from
from synth.statistics.spread import spread

MOSTLY = 0.5  # of the rows in intervals, for a column to be one of ranks


@dataclass(frozen=True)
class Cells:
    """Atoms (``lower == upper``) and intervals ``[lower, upper)``, in the order of their values.

    ``lower`` and ``upper`` are int64 or float64, ``counts`` int64: rows of the train part. Values
    lie even in an interval, but as ``tails`` say where these are given.
    """

    lower: np.ndarray
    upper: np.ndarray
    counts: np.ndarray
    tails: Tails | None = None

    @property
    def is_atom(self) -> np.ndarray:
        atom: np.ndarray = self.lower == self.upper
        return atom

    @property
    def pieces(self) -> np.ndarray:
        """Numbers of the runs of cells between gaps, int64; an atom is of that before it."""
        intervals = np.flatnonzero(~self.is_atom)
        starts = np.zeros(len(self.lower), np.int64)
        starts[intervals[1:]] = self.lower[intervals[1:]] > self.upper[intervals[:-1]]
        return np.cumsum(starts)

    def intervals(self, step: int) -> tuple[tuple[int, float] | None, ...] | None:
        """Of each cell ``(position, width)``; None for atoms and for fitted ends.

        Positions ascend by one from cell to cell and skip one at a gap; widths are in values, of
        whole numbers in multiples of ``step``. None of any if most rows are in atoms: what is left
        between these has no density of its own.
        """
        atom = self.is_atom
        if self.counts[~atom].sum() < MOSTLY * self.counts.sum() or atom.all():
            return None
        with np.errstate(over="ignore", invalid="ignore"):  # infinite atoms, and most of all floats
            width = self.upper - self.lower
        if self.lower.dtype == np.int64:
            width = np.maximum(-(-self.upper // step) - -(-self.lower // step), 1)
        bent = np.zeros(len(atom), bool) if self.tails is None else self.tails.side != 0
        wide = ~atom & ~bent & np.isfinite(width)
        position = np.cumsum(~atom) + self.pieces
        return tuple(
            (int(place), float(f"{own:.6g}")) if known else None
            for place, own, known in zip(position, width, wide, strict=True)
        )

    def places(self, cell: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Where in the cells values lie, in [0, 1), by as many numbers that lie even there."""
        return uniform if self.tails is None else self.tails.bent(cell, uniform)


def protected_cells(state: NumberState, settings: EncoderSettings, *, tails: bool = True) -> Cells:
    """Cells in which no value held by fewer than ``min_entities`` rows can be read.

    Values of enough rows are atoms: all of them while the distinct values fit, else the heavy ones.
    The rest falls into intervals of equal mass with at least ``min_entities`` rows each, whose
    edges are round numbers amid so many. No interval spans a gap of the values. Where a run of
    values ends, the outmost interval reaches as far as a law says that is fitted to the rows before
    it (``tails``); else enough rows lie at or beyond its edge.
    """
    frequent = state.frequent
    lossless = frequent.is_exact and len(frequent.values) <= settings.lossless
    least = shared_from(state, settings.min_entities)
    amid = replace(settings, min_entities=rows_amid(state, settings.min_entities))
    if not lossless:
        least = max(least, int(np.ceil(settings.heavy * state.count)))
    kept = frequent.counts >= least
    atoms, atom_counts = frequent.values[kept], frequent.counts[kept]
    if lossless:
        values, weights = frequent.values[~kept], frequent.counts[~kept]
    else:
        values, weights = spread(state)
        free = ~np.isin(values, atoms)
        values, weights = values[free], weights[free]
    finite = np.isfinite(values)
    values, weights = values[finite], weights[finite]
    bounds = _bounds(state, atoms, values) if tails else None
    found = intervals(
        values, weights, amid, type_name=state.column.type, grid=_grid(state), bounds=bounds
    )
    return _with_atoms(found, atoms, atom_counts)


def _with_atoms(found: Intervals, atoms: np.ndarray, counts: np.ndarray) -> Cells:
    lower = np.concatenate([atoms, found.lower.astype(atoms.dtype)])
    upper = np.concatenate([atoms, found.upper.astype(atoms.dtype)])
    order = np.lexsort((upper, lower))
    tails = Tails.joined([Tails.none(len(atoms)), found.tails]).at(order)
    return Cells(lower[order], upper[order], np.concatenate([counts, found.rows])[order], tails)


def _grid(state: NumberState) -> float:
    """The least distance of two values of the column, 0 where it has no grid."""
    if state.frequent.values.dtype == np.int64:
        return float(max(state.step, 1))
    return 0.0 if state.decimals >= FULL_PRECISION else max(state.step, 1) * 10.0**-state.decimals


def _bounds(state: NumberState, atoms: np.ndarray, values: np.ndarray) -> Bounds:
    every = [part[[0, -1]].astype(np.float64) for part in (atoms, values) if len(part)]
    ends = np.concatenate([*every, np.zeros(0)])
    least, greatest = (ends.min(), ends.max()) if len(ends) else (0.0, 0.0)
    low, high = natural_bounds(state.column.type, least, greatest)
    heaviest = heaviest_shape(state.column.type)
    return Bounds(low, high, atoms.astype(np.float64), _grid(state), heaviest)
