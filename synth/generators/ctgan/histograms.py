"""How far two sets of rows are apart by the histograms of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

PAIRS = 50  # of sub-columns, drawn once
LARGEST_SIDE = 64  # of a pair's histogram: codes beyond share cells with those beside them


class Histograms:
    """Counts of each of F sub-columns' codes, and of pairs of them; counts of all workers add."""

    def __init__(self, cardinalities: Sequence[int], seed: int):
        size = len(cardinalities)
        pairs = np.stack(np.triu_indices(size, 1), 1)
        rng = np.random.default_rng([seed, 5])
        chosen = rng.permutation(len(pairs))[:PAIRS]
        self.cardinalities, self.pairs = tuple(cardinalities), pairs[np.sort(chosen)]

    def counted(self, batches: Iterable[np.ndarray]) -> np.ndarray:
        """float64: all histograms of codes ``(n, F)``, one after another."""
        total = np.zeros(sum(self.sizes))
        for codes in batches:
            parts = [
                np.bincount(own, minlength=k)
                for own, k in zip(codes.T, self.cardinalities, strict=True)
            ]
            folded = [
                own.astype(np.int64) * side // k
                for own, k, side in zip(codes.T, self.cardinalities, self._sides, strict=True)
            ]
            for one, other in self.pairs:
                cells = folded[one] * self._sides[other] + folded[other]
                parts.append(np.bincount(cells, minlength=self._sides[one] * self._sides[other]))
            total += np.concatenate(parts)
        return total

    def distance(self, one: np.ndarray, other: np.ndarray) -> float:
        """Half the summed differences of shares, 0 to 1, as a mean over histograms."""
        ends = np.cumsum(self.sizes)[:-1]
        found = [
            np.abs(a / max(a.sum(), 1) - b / max(b.sum(), 1)).sum() / 2
            for a, b in zip(np.split(one, ends), np.split(other, ends), strict=True)
        ]
        return float(np.mean(found))

    @property
    def sizes(self) -> list[int]:
        """Cells of each histogram."""
        sides = self._sides
        return [*self.cardinalities, *(sides[one] * sides[other] for one, other in self.pairs)]

    @property
    def _sides(self) -> list[int]:
        return [min(k, LARGEST_SIDE) for k in self.cardinalities]
