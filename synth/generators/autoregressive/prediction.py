"""How well codes predict one another on rows that were not looked at.

The rows are cut in two halves; what the cells of a source show in one of them predicts the other.
What fits by chance alone then counts as a loss, however many cells there are: mutual information
has no such protection. Shares are moved source by source, each by the ratio of what its cells show
to what was expected of them: one step of iterative proportional fitting (Deming & Stephan 1940),
drawn towards no change where a cell has few rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from synth.generators.autoregressive.association import coarse

TARGET_BINS = 32  # what predicts a value to a few minutes is lost in a dozen bins
PRIOR_ROWS = 10.0  # of a cell: how many rows weigh as much as what was expected
KEPT_ROWS = 4096  # at most, of a source that remembers who is in which cell
_LEAST = 1e-30  # of a share: products of many ratios would end at zero


@dataclass(frozen=True)
class Source:
    """What may predict: the cell of each row, int64 ``(rows,)`` in ``[0, size)``."""

    cells: np.ndarray
    size: int

    @classmethod
    def of(cls, *codes: np.ndarray) -> Source:
        """The cells of one code, or of several together; empty cells are left out."""
        cells = np.zeros(len(codes[0]), np.int64)
        for code in codes:
            cells = cells * (int(code.max(initial=0)) + 1) + code
            _, cells = np.unique(cells, return_inverse=True)
        return cls(cells, int(cells.max(initial=-1)) + 1)

    def totals(self, values: np.ndarray, rows: slice) -> np.ndarray:
        """Of values ``(n, B)`` of the named n rows the sums in each cell, ``(size, B)``."""
        few = len(self.cells) <= KEPT_ROWS
        members = self._kept.get((rows.start, rows.stop)) if few else None
        if members is None:
            cells = self.cells[rows]
            ones = np.ones(len(cells), np.float32)
            held = csr_matrix((ones, cells, np.arange(len(cells) + 1)), (len(cells), self.size))
            members = held.T
            if few:
                self._kept[rows.start, rows.stop] = members
        totals: np.ndarray = members @ values
        return totals

    @cached_property
    def _kept(self) -> dict[tuple[int, int], csc_matrix]:
        """Who is in which cell, by the rows: of few rows it takes longer to say so than to add."""
        return {}


class Prediction:
    """The shares of a target's bins for each row, as far as the sources so far predict them.

    ``shares`` are two float32 ``(rows, B)``: what is learned from the one half, and from the other.
    """

    def __init__(self, bins: np.ndarray, width: int, shares: Sequence[np.ndarray]):
        self.bins, self.width, self.shares = bins, width, tuple(shares)

    @classmethod
    def of(cls, codes: np.ndarray, cardinality: int) -> Prediction:
        """The prediction of codes ``(rows,)`` from no source at all: their shares."""
        bins = coarse(codes, cardinality, TARGET_BINS).astype(np.int64)
        width = int(bins.max(initial=-1)) + 1
        shares = []
        for learned, _ in _halves(len(bins)):
            counts = np.bincount(bins[learned], minlength=width) + 0.5
            own = (counts / counts.sum()).astype(np.float32)
            shares.append(np.broadcast_to(own, (len(bins), width)))  # one row in memory
        return cls(bins, width, shares)

    def conditioned_on(self, source: Source) -> Prediction:
        """The same with what one more source predicts."""
        moved = [
            self._moved(shares, source, learned)
            for shares, (learned, _) in zip(self.shares, _halves(len(self.bins)), strict=True)
        ]
        return Prediction(self.bins, self.width, moved)

    def gain(self, before: Prediction) -> float:
        """Nats per row that unseen rows are predicted better than ``before``; may be negative."""
        rows = len(self.bins)
        gained = 0.0
        for own, others, (_, unseen) in zip(self.shares, before.shares, _halves(rows), strict=True):
            at = np.arange(rows)[unseen], self.bins[unseen]
            ratio = np.maximum(own[at], _LEAST) / np.maximum(others[at], _LEAST)
            gained += float(np.log(ratio).sum(dtype=np.float64))
        return gained / max(rows, 1)

    def _moved(self, shares: np.ndarray, source: Source, learned: slice) -> np.ndarray:
        joint = source.cells[learned] * self.width + self.bins[learned]
        seen = np.bincount(joint, minlength=source.size * self.width)
        expected = source.totals(shares[learned], learned)
        total = expected.sum(1, keepdims=True)
        prior = np.full_like(expected, PRIOR_ROWS / max(self.width, 1))
        np.divide(PRIOR_ROWS * expected, total, out=prior, where=total > 0)
        ratio = (seen.reshape(expected.shape) + prior) / (expected + prior)
        moved: np.ndarray = shares * ratio.astype(np.float32)[source.cells]
        moved /= (moved @ np.ones(self.width, np.float32))[:, None]
        return moved


def _halves(rows: int) -> tuple[tuple[slice, slice], ...]:
    """What is learned from and what is predicted, and the other way round."""
    first, second = slice(0, rows // 2), slice(rows // 2, rows)
    return (first, second), (second, first)
