"""The points on which a column's values lie: multiples of a step, of a last decimal, of minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.encode.clock import minutes_of, time_of
from synth.encode.usual_grid import EXACT
from synth.statistics.column_state import FULL_PRECISION
from synth.table.values import rounded


@dataclass(frozen=True)
class Grid:
    """Points are numbered: the number is that of steps from zero, of the values' own dtype.

    ``step`` counts whole numbers, units of the last of ``decimals``, or minutes where values are
    ``clock`` times. ``is_whole``: values are int64, else float64.
    """

    is_whole: bool
    step: int
    decimals: int
    clock: bool

    @property
    def is_dense(self) -> bool:
        """Whether floats lie anywhere: then there are no points."""
        return not self.is_whole and not self.clock and self.decimals >= FULL_PRECISION

    def first(self, values: np.ndarray) -> np.ndarray:
        """The number of the first point at or above each value."""
        if self.clock:
            with np.errstate(invalid="ignore"):  # an infinite atom: not used
                times = np.ceil(values).astype(np.int64)
            return -(-minutes_of(times) // self.step)
        if self.is_whole:
            return -(-values // self.step)
        units: np.ndarray = np.ceil(np.round(values * 10.0**self.decimals, 3))
        return -(-units // self.step)

    def at(self, points: np.ndarray) -> np.ndarray:
        """The values of points."""
        if self.clock:
            return time_of(points * self.step).astype(np.int64 if self.is_whole else np.float64)
        if self.is_whole:
            whole: np.ndarray = points * self.step
            return whole
        return rounded(points * self.step / 10.0**self.decimals, self.decimals)

    def is_exact(self, values: np.ndarray) -> np.ndarray:
        """Whether a float64 tells each point from the next one there, bool."""
        if self.is_whole or self.clock:
            finite: np.ndarray = np.isfinite(values)
            return finite
        exact: np.ndarray = np.abs(values) < EXACT / 10.0**self.decimals
        return exact

    def between(self, lower: np.ndarray, upper: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """A value of each ``[lower, upper)``, by a number in [0, 1): each point as likely."""
        if self.is_whole or self.clock:
            return self._point_between(lower, upper, uniform)
        with np.errstate(invalid="ignore", over="ignore"):  # an infinite atom: not used
            value: np.ndarray = lower + uniform * (upper - lower)
            if self.is_dense:
                return value
            drawn = self._point_between(lower, upper, uniform)
        if self.step > 1:
            return drawn
        known = self.is_exact(lower) & self.is_exact(upper)
        return np.where(known, drawn, rounded(value, self.decimals))

    def _point_between(
        self, lower: np.ndarray, upper: np.ndarray, uniform: np.ndarray
    ) -> np.ndarray:
        first = self.first(lower)
        choices = np.maximum(self.first(upper) - first, 1)
        return self.at(first + np.floor(uniform * choices).astype(first.dtype))
