"""Edges of intervals: round numbers amid the values of enough rows, which are nobody's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.table.round_numbers import round_between

_Number = np.int64 | np.float64
_INT64 = np.iinfo(np.int64)


@dataclass(frozen=True)
class Piece:
    """A run of ascending distinct ``values`` without a gap, and their rows (``weights``, int64).

    ``reach``: rows up to each value. At least ``least`` rows lie at or beyond the values at
    ``first`` and at ``last``; what is further out is counted and not looked at.
    """

    values: np.ndarray
    weights: np.ndarray
    reach: np.ndarray
    least: int
    first: int
    last: int
    type_name: str

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray, least: int, type_name: str) -> Piece:
        """Of few rows the two ends would cross: they are those of the rows between them."""
        reach = np.cumsum(weights)
        total = int(reach[-1])
        first = int(np.searchsorted(reach, min(least, total), side="left"))
        last = int(np.searchsorted(reach, max(total - least, 0), side="right"))
        first, last = min(first, last), max(first, last)
        if first == last and weights[first] <= least // 2:  # of rows in the middle of few
            near = reach[first] - np.array([least // 2 + weights[first], -(least // 2)])
            first, last = np.searchsorted(reach, near, side="left").tolist()
            last = min(last, len(values) - 1)
        return cls(values, weights, reach, least, first, last, type_name)

    @property
    def total(self) -> int:
        """All rows."""
        return int(self.reach[-1])

    def edges(self, number: int) -> np.ndarray:
        """The inner edges of at most ``number`` intervals of about equal mass, ascending.

        Each lies amid ``least`` rows, and so many lie between two of them.
        """
        goals = np.arange(1, number) * self.total // number
        cuts = np.unique(np.searchsorted(self.reach, goals, side="left") + 1)
        cuts = cuts[(cuts > self.first) & (cuts <= self.last)]
        below, half = self.reach[cuts - 1], self.least // 2
        low = np.clip(np.searchsorted(self.reach, below - half), self.first, cuts - 1)
        high = np.clip(np.searchsorted(self.reach, below + half), cuts, self.last)
        found = np.unique(self._rounded(self.values[low], self.values[high]))
        kept: np.ndarray = found[self._with_enough_rows(self.places(found))]
        return kept

    def places(self, edges: np.ndarray) -> np.ndarray:
        """How many values lie below each edge."""
        places: np.ndarray = np.searchsorted(self.values, edges, side="left")
        return places

    def near(self, rows: int) -> _Number:
        """A round number amid ``least`` rows about the one of this rank, from 1 on."""
        first = int(self.reach[self.first])
        rank = min(max(rows, first), int(self.reach[self.last] - self.weights[self.last]) + 1)
        low, high = self._inner(rank - self.least // 2), self._inner(rank + self.least // 2)
        return self._rounded_one(_before(self.values[low]), _after(self.values[high]))

    def start(self, edges: np.ndarray) -> _Number:
        """The lower end of the first interval, before the inner ``edges``."""
        inner = self._inner(self.reach[self.first] + self.least // 2)
        high = max(self.values[inner], _after(self.values[self.first]))
        high = min(high, edges[0]) if len(edges) else high
        return self._rounded_one(_before(self.values[self.first]), high)

    def stop(self, edges: np.ndarray) -> _Number:
        """The open upper end of the last interval, behind the inner ``edges``."""
        inner = self._inner(self.reach[self.last] - self.weights[self.last] - self.least // 2)
        low = self.values[inner] if inner < self.last else _before(self.values[self.last])
        low = max(low, edges[-1] if len(edges) else self.start(edges))
        return self._rounded_one(low, _after(self.values[self.last]))

    def _inner(self, rows: int) -> int:
        """The place that so many rows reach, from the first to the last."""
        return int(np.clip(np.searchsorted(self.reach, rows), self.first, self.last))

    def _rounded_one(self, low: _Number, high: _Number) -> _Number:
        number: _Number = self._rounded(np.array([low]), np.array([high]))[0]
        return number

    def _rounded(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return round_between(low, high, self.type_name, taken=self.values)

    def _with_enough_rows(self, cuts: np.ndarray) -> np.ndarray:
        """Which cuts at least ``least`` rows lie between, greedily from below."""
        kept: list[int] = []
        start = 0
        for place, cut in enumerate(cuts):
            reached = int(self.reach[cut - 1]) if cut else 0
            if reached - start >= self.least and self.total - reached >= self.least:
                kept.append(place)
                start = reached
        return np.array(kept, np.int64)


def _before(value: _Number) -> _Number:
    if isinstance(value, np.int64):
        return np.int64(max(int(value) - 1, _INT64.min))
    below: np.float64 = np.nextafter(value, -np.inf)
    return below


def _after(value: _Number) -> _Number:
    """The open end just beyond a value, where there is one in 64 bits."""
    if isinstance(value, np.int64):
        return np.int64(min(int(value) + 1, _INT64.max))
    above: np.float64 = np.nextafter(value, np.inf)
    return above
