"""Counts over three columns at a time, as a mergeable state."""

from __future__ import annotations

import zlib
from math import prod

import numpy as np
import numpy.typing as npt

from synth.metrics.histograms import Counts
from synth.metrics.triple_plan import TriplePlan

ROWS_PER_CHUNK = 65_536


class TripleCounts:
    """Mergeable counts of the cells of each triple; its size depends on the plan alone.

    Law: counts of ``a`` merged with those of ``b`` equal those of ``a and b``, exactly.
    """

    def __init__(self, plan: TriplePlan):
        self.plan = plan
        self.rows = 0
        self._groups = [
            [np.asarray(own, np.int64) for own in triple.groups] for triple in plan.triples
        ]
        self.cells: list[Counts] = [np.zeros(prod(t.shape), np.int64) for t in plan.triples]

    def update_bins(self, matrix: npt.NDArray[np.integer]) -> None:
        """Add rows given as fine bins: integers of shape ``(rows, n_columns)``."""
        for start in range(0, len(matrix), ROWS_PER_CHUNK):
            chunk = np.asarray(matrix[start : start + ROWS_PER_CHUNK])
            for place, triple in enumerate(self.plan.triples):
                joint = np.zeros(len(chunk), np.int64)
                for column, groups, size in zip(
                    triple.places, self._groups[place], triple.shape, strict=True
                ):
                    joint = joint * size + groups[chunk[:, column]]
                self.cells[place] += np.bincount(joint, minlength=len(self.cells[place]))
        self.rows += len(matrix)

    def merge(self, other: TripleCounts) -> None:
        """Add the rows of another state; ValueError where its plan differs."""
        if other.plan != self.plan:
            raise ValueError("counts of different triples do not add: use one plan for both")
        self.rows += other.rows
        for mine, theirs in zip(self.cells, other.cells, strict=True):
            mine += theirs

    def to_bytes(self) -> bytes:
        """All counts as little-endian int64, compressed; the plan is not part of them."""
        counts = np.concatenate([np.array([self.rows], np.int64), *self.cells])
        return zlib.compress(counts.astype("<i8").tobytes(), level=1)

    @classmethod
    def from_bytes(cls, data: bytes, plan: TriplePlan) -> TripleCounts:
        """What :meth:`to_bytes` wrote; ValueError where the plan has another number of cells."""
        state = cls(plan)
        counts = np.frombuffer(zlib.decompress(data), "<i8").astype(np.int64)
        sizes = [len(own) for own in state.cells]
        if len(counts) != 1 + sum(sizes):
            raise ValueError("counts of other triples: pass the plan of their run")
        state.rows = int(counts[0])
        ends = np.cumsum(sizes) + 1
        state.cells = [
            counts[end - size : end].copy() for end, size in zip(ends, sizes, strict=True)
        ]
        return state
