"""How well codes predict one another on rows that were not looked at.

The rows are cut in two halves; what the cells of a source show in one of them predicts the other.
What fits by chance alone then counts as a loss, however many cells there are: mutual information
has no such protection. Shares are moved source by source, each by the ratio of what its cells show
to what was expected of them: one step of iterative proportional fitting (Deming & Stephan 1940),
drawn towards no change where a cell has few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    ``sides`` are two: what is learned from the one half of the rows, and what from the other.
    """

    def __init__(self, bins: np.ndarray, width: int, sides: Sequence[_Side]):
        self.bins, self.width, self.sides = bins, width, tuple(sides)

    @classmethod
    def of(cls, codes: np.ndarray, cardinality: int) -> Prediction:
        """The prediction of codes ``(rows,)`` from no source at all: their shares."""
        bins = coarse(codes, cardinality, TARGET_BINS).astype(np.int64)
        width = int(bins.max(initial=-1)) + 1
        return cls(bins, width, [_alone(bins, width, *half) for half in _halves(len(bins))])

    def conditioned_on(self, source: Source) -> Prediction:
        """The same with what one more source predicts."""
        sides = [side.moved(self.bins, self.width, source) for side in self.sides]
        return Prediction(self.bins, self.width, sides)

    def gain(self, before: Prediction) -> float:
        """Nats per row that unseen rows are predicted better than ``before``; may be negative."""
        gained = 0.0
        for side, other in zip(self.sides, before.sides, strict=True):
            own, others = side.told(self.bins), other.told(self.bins)
            ratio = np.maximum(own, _LEAST) / np.maximum(others, _LEAST)
            gained += float(np.log(ratio).sum(dtype=np.float64))
        return gained / max(len(self.bins), 1)


class _Shares:
    """Shares float32 ``(n, B)``, divided by the sums of their rows once all of them are asked."""

    def __init__(self, shares: np.ndarray, sums: np.ndarray | None = None):
        self._shares, self._sums = shares, sums

    def all(self) -> np.ndarray:
        if self._sums is not None:
            self._shares /= self._sums[:, None]
            self._sums = None
        return self._shares

    def at(self, bins: np.ndarray) -> np.ndarray:
        """``(n,)``: of each row the share of one bin."""
        own: np.ndarray = self._shares[np.arange(len(bins)), bins]
        return own if self._sums is None else own / self._sums


class _Side:
    """What is learned from the rows ``learned``, of these and of those that were not looked at.

    Either is worked out when it is asked for: of what is tried and not taken, the first never is.
    """

    def __init__(self, learned: slice, unseen: slice, shares_of: Callable[[slice], _Shares]):
        self.learned, self.unseen = learned, unseen
        self._shares_of = shares_of

    @cached_property
    def seen(self) -> np.ndarray:
        return self._shares_of(self.learned).all()

    @cached_property
    def others(self) -> _Shares:
        return self._shares_of(self.unseen)

    def told(self, bins: np.ndarray) -> np.ndarray:
        """The shares of the bins that unseen rows lie in."""
        return self.others.at(bins[self.unseen])

    def moved(self, bins: np.ndarray, width: int, source: Source) -> _Side:
        ratio = self._ratio(bins[self.learned], width, source)
        ones = np.ones(width, np.float32)

        def shares_of(rows: slice) -> _Shares:
            moved = ratio.take(source.cells[rows], axis=0)
            moved *= self.seen if rows == self.learned else self.others.all()
            return _Shares(moved, moved @ ones)

        return _Side(self.learned, self.unseen, shares_of)

    def _ratio(self, bins: np.ndarray, width: int, source: Source) -> np.ndarray:
        """float32 ``(size, B)``: what the source's cells show beside what was expected of them."""
        joint = source.cells[self.learned] * width + bins
        shown = np.bincount(joint, minlength=source.size * width)
        expected = source.totals(self.seen, self.learned)
        total = expected.sum(1, keepdims=True)
        prior = np.full_like(expected, PRIOR_ROWS / max(width, 1))
        np.divide(PRIOR_ROWS * expected, total, out=prior, where=total > 0)
        ratio = (shown.reshape(expected.shape) + prior) / (expected + prior)
        found: np.ndarray = ratio.astype(np.float32)
        return found


def _alone(bins: np.ndarray, width: int, learned: slice, unseen: slice) -> _Side:
    """The bins' own shares, the same for every row."""
    counts = np.bincount(bins[learned], minlength=width) + 0.5
    own = (counts / counts.sum()).astype(np.float32)

    def shares_of(rows: slice) -> _Shares:
        return _Shares(np.broadcast_to(own, (len(bins[rows]), width)))  # one row in memory

    return _Side(learned, unseen, shares_of)


def _halves(rows: int) -> tuple[tuple[slice, slice], ...]:
    """What is learned from and what is predicted, and the other way round."""
    first, second = slice(0, rows // 2), slice(rows // 2, rows)
    return (first, second), (second, first)
