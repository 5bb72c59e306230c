"""In which cell a value lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.encode.cells import Cells
from synth.encode.edge_search import EdgeSearch

MOST_LISTED = 2**17  # whole numbers of which each has its cell in a table
LISTED_A_VALUE = 4  # at most, for each value that is looked up: a table must pay


@dataclass(frozen=True)
class CellSearch:
    """The cells of a column, ready to be searched."""

    cells: Cells

    def cell_of(self, values: np.ndarray) -> np.ndarray:
        """int64, the cell of each value: that which holds it, else the nearest one.

        ``values`` are of the cells' dtype, none of them NaN.
        """
        if self._listed > min(MOST_LISTED, LISTED_A_VALUE * len(values)):
            return self._searched(values)
        first = self.cells.lower.min()
        place = values - first  # whatever overflows is beyond the table as well
        inside = place.view(np.uint64) < len(self._table)
        found: np.ndarray = self._table[np.where(inside, place, 0)]
        if not inside.all():
            found[~inside] = self._searched(values[~inside])
        return found

    @cached_property
    def _listed(self) -> float:
        """How many whole numbers there are from the first cell to the last, inf if not whole."""
        if self.cells.lower.dtype != np.int64:
            return np.inf
        return float(int(self.cells.upper.max()) - int(self.cells.lower.min()) + 1)

    @cached_property
    def _table(self) -> np.ndarray:
        """The cell of each of those."""
        return self._searched(self.cells.lower.min() + np.arange(int(self._listed)))

    @cached_property
    def _kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """Cell ids of the atoms and of the intervals, each ascending by value."""
        atom = self.cells.is_atom
        return np.flatnonzero(atom), np.flatnonzero(~atom)

    @cached_property
    def _edges(self) -> tuple[EdgeSearch, EdgeSearch]:
        """The values of the atoms, and the lower edges of the intervals."""
        atoms, intervals = self._kinds
        return EdgeSearch(self.cells.lower[atoms]), EdgeSearch(self.cells.lower[intervals])

    def _searched(self, values: np.ndarray) -> np.ndarray:
        atoms, intervals = self._kinds
        points, edges = self._edges
        found = np.zeros(len(values), np.int64)
        held = np.zeros(len(values), bool)
        if len(intervals):
            lower, upper = self.cells.lower[intervals], self.cells.upper[intervals]
            at = np.maximum(edges.last_below(values), 0)
            held = (values >= lower[at]) & (values < upper[at])
            found = intervals[at]
        if len(atoms):
            place = np.maximum(points.last_below(values), 0)
            is_atom = points.edges[place] == values
            found[is_atom] = atoms[place[is_atom]]
            held |= is_atom
        if not held.all():  # of the rows that the cells were made of none
            found[~held] = self._nearest_outside(values[~held])
        return found

    def _nearest_outside(self, values: np.ndarray) -> np.ndarray:
        atoms, intervals = self._kinds
        if not len(intervals):
            nearest: np.ndarray = atoms[_nearest_point(self.cells.lower[atoms], values)[0]]
            return nearest
        lower, upper = self.cells.lower[intervals], self.cells.upper[intervals]
        last = len(intervals) - 1
        at = np.clip(np.searchsorted(lower, values, side="right") - 1, 0, last)
        after = np.minimum(at + 1, last)
        gap = _gap(values, lower[at], upper[at])
        gap_after = _gap(values, lower[after], upper[after])
        interval = np.where(gap <= gap_after, intervals[at], intervals[after])
        if not len(atoms):
            return interval
        place, distance = _nearest_point(self.cells.lower[atoms], values)
        # What is no atom has been counted to an interval, and lies beside it within its width.
        beside = np.minimum(gap, gap_after) < _width(
            lower, upper, np.where(gap <= gap_after, at, after)
        )
        closer = (distance == 0) | ((distance < np.minimum(gap, gap_after)) & ~beside)
        return np.where(closer, atoms[place], interval)


def _nearest_point(points: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place of the nearest of ascending points, and the distance to it."""
    right = np.clip(np.searchsorted(points, values), 0, len(points) - 1)
    left = np.maximum(right - 1, 0)
    to_left, to_right = _distance(values, points[left]), _distance(values, points[right])
    place = np.where(to_left < to_right, left, right)
    return place, np.minimum(to_left, to_right)


def _distance(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # an infinity less itself; equal values: 0 below
        distance: np.ndarray = np.abs(values.astype(np.float64) - points)
    return np.where(values == points, 0.0, np.maximum(distance, np.finfo(np.float64).tiny))


def _width(lower: np.ndarray, upper: np.ndarray, place: np.ndarray) -> np.ndarray:
    width: np.ndarray = upper[place].astype(np.float64) - lower[place]
    return width


def _gap(values: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """How far a value lies outside ``[lower, upper)``; 0 inside."""
    below = lower.astype(np.float64) - values
    above = np.where(values >= upper, values.astype(np.float64) - upper + 1e-9, 0.0)
    outside: np.ndarray = np.maximum(np.maximum(below, above), 0.0)
    return outside
