"""Counts over three columns at a time, as a mergeable state."""

from __future__ import annotations

import zlib
from math import prod

import numpy as np
import numpy.typing as npt

from synth.metrics.histograms import Counts
from synth.metrics.joint_cells import JointCells
from synth.metrics.triple_plan import Triple, TriplePlan

ROWS_PER_CHUNK = 32_768


class TripleCounts:
    """Mergeable counts of the cells of each triple; its size depends on the plan alone.

    Law: counts of ``a`` merged with those of ``b`` equal those of ``a and b``, exactly.
    """

    def __init__(self, plan: TriplePlan):
        self.plan = plan
        self.rows = 0
        # A column has the same groups in many triples: rows are put in them once.
        keys = dict.fromkeys(key for triple in plan.triples for key in _keys(triple))
        at = {key: place for place, key in enumerate(keys)}
        self._parts = [tuple(at[key] for key in _keys(triple)) for triple in plan.triples]
        self._shapes = [triple.shape for triple in plan.triples]
        self._joint = JointCells(self._shapes)
        self._groups = [(column, np.asarray(groups, self._joint.kind)) for column, groups in keys]
        self.cells: list[Counts] = [np.zeros(prod(own), np.int64) for own in self._shapes]

    def update_bins(self, matrix: npt.NDArray[np.integer]) -> None:
        """Add rows given as fine bins: integers of shape ``(rows, n_columns)``."""
        for start in range(0, len(matrix), ROWS_PER_CHUNK):
            chunk = np.asarray(matrix[start : start + ROWS_PER_CHUNK])
            grouped = [groups.take(chunk[:, column]) for column, groups in self._groups]
            for cells, parts, shape in zip(self.cells, self._parts, self._shapes, strict=True):
                cells += self._joint.count([grouped[part] for part in parts], shape).ravel()
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


def _keys(triple: Triple) -> list[tuple[int, tuple[int, ...]]]:
    """Each column of a triple with the groups that it has there."""
    return list(zip(triple.places, triple.groups, strict=True))
