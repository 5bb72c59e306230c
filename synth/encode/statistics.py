"""What a generator is told of the codes before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.encode.counts import CodeCounts
from synth.encode.relations import Relations
from synth.encode.settings import SubColumn


@dataclass(frozen=True)
class CodeStatistics:
    """``counts``: int64 ``(K,)`` per sub-column, over the whole train part.

    ``within``: int64 ``(groups, K)`` per sub-column of the second level, the counts group by group;
    None for the others. ``relations``: what they tell of each other, from a bounded sample of the
    train part's rows.
    """

    counts: tuple[np.ndarray, ...]
    within: tuple[np.ndarray | None, ...]
    relations: Relations

    @classmethod
    def of(
        cls, codes: np.ndarray, sub_columns: Sequence[SubColumn], relations: Relations
    ) -> CodeStatistics:
        """The statistics of int codes ``(rows, S)`` that are all there are."""
        counts = CodeCounts(sub_columns)
        counts.add(list(codes.T))
        return cls(counts.counts, counts.within, relations)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": [count.tolist() for count in self.counts],
            "within": [None if table is None else table.tolist() for table in self.within],
            "relations": self.relations.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CodeStatistics:
        """What :meth:`to_json` wrote; ValueError where an older version did."""
        if "relations" not in data:
            raise ValueError(
                "these code statistics were written by an older version: run encode again, "
                "or install the version that wrote them"
            )
        within = [None if table is None else np.array(table, np.int64) for table in data["within"]]
        return cls(
            tuple(np.array(count, np.int64) for count in data["counts"]),
            tuple(within),
            Relations.from_json(data["relations"]),
        )
