"""Points of a grid that an interval is drawn from: those that have no code of their own.

An interval goes on over the values that have codes: of clock times 6:50 to 6:55 perhaps 6:50
itself, and 6:53, of which there are many. A row is in the interval since its value is none of
these. Drawn from all points of the interval, such values would come out more often than in the
train part, and what is rare beside them less often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST = 2  # points that remain: a single one would be that value of a few rows
LARGEST_SUM = 2.0**62  # of all points of intervals: places are counted in int64


@dataclass(frozen=True)
class FreePoints:
    """Of the cells of a column, by their place: ``first`` point and number of ``free`` ones.

    int64 ``(cells,)``; ``free`` is 0 where an interval has no value of another code in it, or too
    few others. ``base`` is where a cell begins on an axis of the free points of all cells, and
    ``skipped`` the places on it before which a point is passed over, ascending.
    """

    first: np.ndarray
    free: np.ndarray
    base: np.ndarray
    skipped: np.ndarray

    @classmethod
    def among(
        cls, first: np.ndarray, end: np.ndarray, points: np.ndarray, may: np.ndarray
    ) -> FreePoints | None:
        """Those of intervals ``[first, end)`` of grid points, int64, without ``points``, ascending.

        ``may`` tells which cells are intervals that are drawn evenly. None where nothing is
        passed over.
        """
        places = np.flatnonzero(may)
        low = np.searchsorted(points, first[places], side="left")
        high = np.searchsorted(points, end[places], side="left")
        left = np.maximum(end[places] - first[places], 1) - (high - low)
        known = (high > low) & (left >= FEWEST)
        if not known.any() or left[known].sum(dtype=np.float64) > LARGEST_SUM:
            return None
        cells, low, high = places[known], low[known], high[known]
        free, base = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
        free[cells] = left[known]
        # One place more than there are points, so that what ends a cell lies before the next one.
        base[cells] = np.r_[0, np.cumsum(left[known] + 1)[:-1]]
        inside = high - low
        within = np.arange(inside.sum()) - np.repeat(np.cumsum(inside) - inside, inside)
        at = points[np.repeat(low, inside) + within]
        owner = np.repeat(cells, inside)
        return cls(first, free, base, at - first[owner] - within + base[owner])

    def drawn(self, cell: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """int64, a free point of each cell that has some, each as likely, by numbers in [0, 1)."""
        chosen = np.floor(uniform * self.free[cell]).astype(np.int64)
        chosen = np.minimum(chosen, self.free[cell] - 1)
        base = self.base[cell]
        before = np.searchsorted(self.skipped, base + chosen, side="right")
        passed = before - np.searchsorted(self.skipped, base, side="left")
        point: np.ndarray = self.first[cell] + chosen + passed
        return point
