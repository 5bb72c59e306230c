"""How many rows hold each combination of some columns' values, counted by the values' places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from synth.dependencies.chunk import Places

SPARE_LINES = 2  # times as many as there may be wait to be added up: memory for time


class PlacedCounts:
    """How many rows hold each combination of places, a combination as one number.

    Given up beyond ``most`` combinations.
    """

    def __init__(self, columns: Mapping[str, Places], most: int):
        if most ** len(columns) >= 2**63:
            raise ValueError(f"{len(columns)} columns of {most} values are too many for a number")
        self.columns, self.most = dict(columns), most
        self._keys, self._rows = list[np.ndarray](), list[np.ndarray]()

    def update(self, rows: Sequence[np.ndarray]) -> bool:
        """Add rows by their places, a column each; False where there are too many now."""
        sizes = [column.size for column in self.columns.values()]
        few = math.prod(sizes) <= len(rows[0])
        keys = _in_one(rows, sizes if few else [self.most] * len(rows))
        if few:
            counts = np.bincount(keys)
            at = np.flatnonzero(counts)
            found = _in_one(_apart(at, sizes), [self.most] * len(rows)), counts[at]
        else:
            counted = pa.array(keys).value_counts()
            found = np.asarray(counted.field(0)), np.asarray(counted.field(1))
        self._keys.append(found[0])
        self._rows.append(found[1])
        if sum(map(len, self._keys)) > SPARE_LINES * self.most:
            self._settle()
        return len(self._keys[0]) <= self.most

    def table(self) -> pa.Table:
        """The values of the columns, and ``rows``, a line for each combination."""
        self._settle()
        places = _apart(self._keys[0], [self.most] * len(self.columns))
        pairs = zip(self.columns.values(), places, strict=True)
        values = [column.values.take(pa.array(place)) for column, place in pairs]
        return pa.table([*values, self._rows[0]], names=[*self.columns, "rows"])

    def _settle(self) -> None:
        keys, at = np.unique(np.concatenate(self._keys), return_inverse=True)
        rows = np.bincount(at, np.concatenate(self._rows)).astype(np.int64)
        self._keys, self._rows = [keys], [rows]


def _in_one(places: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    keys = places[0]
    for column, size in zip(places[1:], sizes[1:], strict=True):
        keys = keys * size + column
    return keys


def _apart(keys: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    found = list[np.ndarray]()
    for size in reversed(sizes):
        keys, place = np.divmod(keys, size)
        found.append(place)
    return found[::-1]
