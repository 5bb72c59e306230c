"""What a generator is told of the codes before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class CodeStatistics:
    """``counts``: int64 ``(K,)`` per sub-column, over the whole train part.

    ``association``: ``(S, S)`` mutual information in nats, from a bounded sample of its rows.
    """

    counts: tuple[np.ndarray, ...]
    association: np.ndarray

    @classmethod
    def of(
        cls, codes: np.ndarray, cardinalities: Sequence[int], association: np.ndarray
    ) -> CodeStatistics:
        """The statistics of int codes ``(rows, S)`` that are all there are."""
        counts = tuple(np.bincount(codes[:, i], minlength=k) for i, k in enumerate(cardinalities))
        return cls(counts, association)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": [count.tolist() for count in self.counts],
            "association": self.association.round(6).tolist(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CodeStatistics:
        counts = tuple(np.array(count, np.int64) for count in data["counts"])
        return cls(counts, np.array(data["association"]))
