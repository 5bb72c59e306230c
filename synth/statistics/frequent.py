"""Frequent values with their counts: exact while the distinct values fit, bounded beyond.

Misra-Gries summaries and their merge: Agarwal et al., "Mergeable Summaries" (PODS 2012). With a
capacity of k, a value's true count lies in ``[count, count + error]``, ``error <= rows / (k + 1)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

CAPACITY = 8192  # columns of up to this many distinct values are encoded without loss


@dataclass
class FrequentNumbers:
    """Counts of numbers, kept sorted by value; ``values`` is int64 or float64."""

    values: np.ndarray
    counts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    error: int = 0
    capacity: int = CAPACITY

    @property
    def is_exact(self) -> bool:
        """Whether every value that was seen is here with its true count."""
        return self.error == 0

    @property
    def highest(self) -> int:
        """The rows of the most frequent value, 0 where there is none."""
        return int(self.counts.max(initial=0))

    def add(self, values: np.ndarray, counts: np.ndarray) -> None:
        """Add distinct values with their counts."""
        both = np.concatenate([self.values, values])
        merged, place = np.unique(both, return_inverse=True)
        total = np.bincount(place, np.concatenate([self.counts, counts]), len(merged))
        self.values, self.counts = merged, total.astype(np.int64)
        if len(merged) > self.capacity:
            cut, keep = _cut(self.counts, self.capacity)
            self.values, self.counts = self.values[keep], self.counts[keep] - cut
            self.error += cut

    def merge(self, other: FrequentNumbers) -> None:
        """Add the counts of another summary; the errors add too."""
        self.add(other.values, other.counts)
        self.error += other.error


@dataclass
class FrequentTexts:
    """Counts of texts, in no order."""

    counts: dict[str, int] = field(default_factory=dict)
    error: int = 0
    capacity: int = CAPACITY

    @property
    def is_exact(self) -> bool:
        """Whether every value that was seen is here with its true count."""
        return self.error == 0

    @property
    def highest(self) -> int:
        """The rows of the most frequent value, 0 where there is none."""
        return max(self.counts.values(), default=0)

    def add(self, values: list[str], counts: list[int]) -> None:
        """Add distinct values with their counts."""
        known = self.counts
        for value, count in zip(values, counts, strict=True):
            known[value] = known.get(value, 0) + count
        if len(known) > self.capacity:
            cut, _ = _cut(np.fromiter(known.values(), np.int64, len(known)), self.capacity)
            self.counts = {value: count - cut for value, count in known.items() if count > cut}
            self.error += cut

    def merge(self, other: FrequentTexts) -> None:
        """Add the counts of another summary; the errors add too."""
        self.add(list(other.counts), list(other.counts.values()))
        self.error += other.error

    def ranked(self) -> list[tuple[str, int]]:
        """Values by falling count, then by name, so that the order is the same everywhere."""
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))


def _cut(counts: np.ndarray, capacity: int) -> tuple[int, np.ndarray]:
    """The count to take from all so that at most ``capacity`` stay positive, and which stay."""
    cut = int(np.partition(counts, len(counts) - capacity - 1)[len(counts) - capacity - 1])
    return cut, counts > cut
