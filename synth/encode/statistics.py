"""What a generator knows of the codes before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synth.encode.counts import CodeCounts
from synth.table.errors import InputError
from synth.table.limits import MIN_ENTITIES
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class CodeStatistics:
    """``counts``: int64 ``(K,)`` per sub-column, over the whole train part.

    ``group_counts``: int64 ``(groups, K)`` per sub-column of the second level, group by group; None
    for the others. ``partners``: for sub-columns of the first level the place of the one with which
    the generator has asked for pair counts; ``pair_counts``: int64 ``(codes of the partner, K)``,
    but 0 for pairs of codes that fewer than ``min_entities`` rows have, as few rows can tell of a
    person. None where there is no partner. ``relations``: JSON that the generator itself has read
    off a bounded sample of the train part's rows.
    """

    counts: tuple[np.ndarray, ...]
    group_counts: tuple[np.ndarray | None, ...]
    partners: tuple[int | None, ...]
    pair_counts: tuple[np.ndarray | None, ...]
    relations: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        *,
        partners: Sequence[int | None] | None = None,
        relations: dict[str, Any] | None = None,
        min_entities: int = MIN_ENTITIES,
    ) -> CodeStatistics:
        """The statistics of int codes ``(rows, S)`` that are all there are."""
        counts = CodeCounts(sub_columns, partners or [None] * len(sub_columns))
        counts.add(list(codes.T))
        return cls.counted(counts, relations, min_entities=min_entities)

    @classmethod
    def counted(
        cls,
        counts: CodeCounts,
        relations: dict[str, Any] | None = None,
        *,
        min_entities: int = MIN_ENTITIES,
    ) -> CodeStatistics:
        """The statistics of codes that have been counted, with their partners."""
        pairs = tuple(
            None if table is None else np.where(table < min_entities, 0, table)
            for table in counts.pair_counts
        )
        return cls(counts.counts, counts.group_counts, counts.partners, pairs, relations or {})

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "counts": [count.tolist() for count in self.counts],
            "group_counts": _lists(self.group_counts),
            "partners": list(self.partners),
            "pair_counts": _lists(self.pair_counts),
            "relations": self.relations,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CodeStatistics:
        """What :meth:`to_json` wrote; InputError where an older version did."""
        if "pair_counts" not in data:
            raise InputError(
                "these code statistics were written by an older version: run encode again, "
                "or install the version that wrote them"
            )
        return cls(
            tuple(np.array(count, np.int64) for count in data["counts"]),
            _arrays(data["group_counts"]),
            tuple(data["partners"]),
            _arrays(data["pair_counts"]),
            data["relations"],
        )


def _lists(tables: Sequence[np.ndarray | None]) -> list[Any]:
    return [None if table is None else table.tolist() for table in tables]


def _arrays(lists: Sequence[Any]) -> tuple[np.ndarray | None, ...]:
    return tuple(None if rows is None else np.array(rows, np.int64) for rows in lists)
