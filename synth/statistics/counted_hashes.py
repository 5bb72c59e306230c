"""Groups of equal values with their exact sizes: those of the k smallest hashes.

The sketch of distinct values (:mod:`synth.statistics.distinct`) with a count beside each hash,
which makes it a uniform sample of the *groups* of a table with their true sizes: Cohen & Kaplan,
"Summarizing Data using Bottom-k Sketches" (PODC 2007).
"""

from __future__ import annotations

import numpy as np


class CountedHashes:
    """The ``kept`` smallest distinct 64-bit hashes seen, ascending, and how often each was seen.

    Law: exactly commutative and associative, and every count is exact. For a group that is kept in
    the end is among the ``kept`` smallest of all hashes; so it is among the ``kept`` smallest of
    any part of the rows that holds it, since a part has no hash that the whole lacks. It was thus
    kept from its first row on, in every part, and each of its rows was counted. Conversely a group
    that is dropped once, or passed over since its hash is beyond ``kept`` others, can never come
    back.
    """

    def __init__(
        self, kept: int, hashes: np.ndarray | None = None, counts: np.ndarray | None = None
    ):
        self.kept = kept
        self.hashes = np.zeros(0, np.uint64) if hashes is None else hashes
        self.counts = np.zeros(0, np.int64) if counts is None else counts

    @property
    def is_full(self) -> bool:
        """Whether there may be groups that are not here."""
        return len(self.hashes) >= self.kept

    def add(self, hashes: np.ndarray) -> None:
        """Add rows by their hashes, uint64, in any order and number."""
        if self.is_full:  # before they are sorted: of many groups nearly all rows end here
            hashes = hashes[hashes <= self.hashes[-1]]
        if not len(hashes):
            return
        ordered = np.sort(hashes)
        is_first = np.ones(len(ordered) + 1, bool)  # and the end, as if another group began there
        np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:-1])
        starts = np.flatnonzero(is_first)
        self._join(ordered[starts[:-1]], np.diff(starts))

    def merge(self, other: CountedHashes) -> None:
        """Add the rows that another state has seen; ValueError where it keeps another number."""
        if other.kept != self.kept:
            raise ValueError(f"{self.kept} and {other.kept} kept hashes do not add")
        self._join(other.hashes, other.counts)

    def _join(self, hashes: np.ndarray, counts: np.ndarray) -> None:
        """Add distinct hashes, ascending, with their counts."""
        place = np.searchsorted(self.hashes, hashes)
        known = place < len(self.hashes)
        known[known] = self.hashes[place[known]] == hashes[known]
        self.counts[place[known]] += counts[known]
        if known.all():
            return
        new = ~known
        hashes = np.concatenate([self.hashes, hashes[new]])
        counts = np.concatenate([self.counts, counts[new]])
        order = np.argsort(hashes, kind="stable")[: self.kept]  # of two runs: merged, not sorted
        self.hashes, self.counts = hashes[order], counts[order]
