"""Between which edges a value lies, guessed on an even grid in place of being searched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

STRIDES = 2**14  # of a grid: as many int32 stay in the CPU's cache
FEWEST = 2**12  # values for which a grid pays
CROWD = 3  # edges of one stride that are compared one by one; among more is searched
CROWDED = 0.2  # of the edges, at most, in such strides: else all is searched


@dataclass(frozen=True)
class EdgeSearch:
    """Ascending ``edges`` (int64 or float64, finite or not), ready to be searched often.

    A stride of the grid tells how many edges are before it, so that only those within it are
    compared. That is exact, whatever is rounded: where a value lies on the grid never falls as
    values rise, so that an edge of an earlier stride is below it and one of a later stride above.
    """

    edges: np.ndarray

    def last_below(self, values: np.ndarray) -> np.ndarray:
        """int64, the place of the last edge that is at most each value, -1 where none is.

        ``values`` are of the edges' dtype, none of them NaN.
        """
        if len(values) < FEWEST or self._grid is None:
            return np.searchsorted(self.edges, values, side="right") - 1
        before, within = self._grid
        stride = self._stride_of(values)
        found = before.take(stride)
        edges = np.append(self.edges, self.edges[-1])  # whose last is never passed
        for _ in range(min(int(within.max()), CROWD)):
            found += (edges.take(found + 1) <= values) & (found < len(self.edges) - 1)
        crowded = np.flatnonzero(within.take(stride) > CROWD)
        found[crowded] = np.searchsorted(self.edges, values[crowded], side="right") - 1
        return found

    @cached_property
    def _span(self) -> tuple[float, float]:
        """Where the grid starts, and how many strides there are to a unit; 0 where it is none."""
        finite = self.edges[np.isfinite(self.edges)].astype(np.float64)
        if len(finite) < 2:
            return 0.0, 0.0
        with np.errstate(over="ignore", divide="ignore"):
            scale = STRIDES / (finite[-1] - finite[0])
        return float(finite[0]), float(scale) if 0 < scale < np.inf else 0.0

    @cached_property
    def _grid(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The last edge before each stride, and how many edges lie in it; None for no grid."""
        if not self._span[1]:
            return None
        within = np.bincount(self._stride_of(self.edges), minlength=STRIDES)
        if within[within > CROWD].sum() > CROWDED * len(self.edges):
            return None
        return np.cumsum(within) - within - 1, within

    def _stride_of(self, values: np.ndarray) -> np.ndarray:
        first, scale = self._span
        with np.errstate(over="ignore"):
            place = (values.astype(np.float64) - first) * scale
        return np.clip(place, 0, STRIDES - 1).astype(np.intp)
