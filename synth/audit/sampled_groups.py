"""What the sizes of a uniform sample of groups tell of all rows, with standard errors.

Each group is in the sample with the same, known probability, so sums over all groups are those over
the sample, divided by it (Horvitz & Thompson 1952), and their errors are those of the k smallest
hashes (Cohen & Kaplan 2007): no two groups' errors are correlated, and each adds
``size^2 (1 - p) / p^2`` to the variance.

Only groups of bounded size are summed up. A sum over all sizes would be at the mercy of a few large
groups, most likely not in the sample, whose absence no standard error would show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.statistics.counted_hashes import CountedHashes


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error, 0 where the figure is exact."""

    value: float
    standard_error: float = 0.0


@dataclass(frozen=True)
class SampledGroups:
    """Groups of equal values: ``counts`` int64, the rows of each one in the sample.

    ``rows`` of the whole table; ``inclusion``: the probability with which a group is in the sample,
    1.0 where all are.
    """

    rows: int
    counts: np.ndarray
    inclusion: float = 1.0

    @classmethod
    def of(cls, groups: CountedHashes, rows: int) -> SampledGroups:
        """All groups while there are fewer than are kept; else those below the largest kept hash.

        Given that hash, all smaller ones are uniform below it (Beyer et al. 2007).
        """
        if not groups.is_full:
            return cls(rows, groups.counts)
        return cls(rows, groups.counts[:-1], float(groups.hashes[-1]) / 2.0**64)

    @property
    def is_exact(self) -> bool:
        """Whether every group is here."""
        return self.inclusion >= 1.0

    @property
    def distinct(self) -> Estimate:
        """How many groups there are: distinct combinations of values."""
        return Estimate(len(self.counts) / self.inclusion, self._error(float(len(self.counts))))

    def share(self, fewest: int, most: int) -> Estimate:
        """The share of rows that are in groups of ``fewest`` to ``most`` rows, in [0, 1].

        The error counts one group of ``most`` rows more than the sample has, so that it is not 0
        where the sample has none.
        """
        if not self.rows:
            return Estimate(0.0)
        own = self.counts[(self.counts >= fewest) & (self.counts <= most)].astype(np.float64)
        value = float(own.sum()) / self.inclusion / self.rows
        error = self._error(float((own**2).sum()) + most**2) / self.rows
        return Estimate(min(value, 1.0), error)

    @property
    def alike(self) -> float:
        """About how likely two rows taken at random are in one group; large ones may be missed."""
        own = self.counts.astype(np.float64)
        pairs = float((own * (own - 1)).sum()) / self.inclusion
        return min(1.0, pairs / max(self.rows * (self.rows - 1.0), 1.0))

    def _error(self, squares: float) -> float:
        """The standard error of a sum over groups, by the sampled summands' sum of squares."""
        return float(np.sqrt(squares * (1.0 - self.inclusion))) / self.inclusion
