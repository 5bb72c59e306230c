"""What a generator is told of the codes before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.encode.counts import CodeCounts
from synth.encode.settings import MIN_ENTITIES
from synth.generators.autoregressive.relations import Relations, partners
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class CodeStatistics:
    """``counts``: int64 ``(K,)`` per sub-column, over the whole train part.

    ``within``: int64 ``(groups, K)`` per sub-column of the second level, the counts group by group;
    None for the others. ``relations``: what they tell of each other, from a bounded sample of the
    train part's rows. ``partners``: for sub-columns of the first level the place of the one with
    which they are counted (``partners`` of the relations); ``beside``: int64 ``(codes of
    the partner, K)``, those counts, but 0 for pairs of codes that fewer than ``min_entities`` rows
    have, as few rows can tell of a person. None where there is no partner.
    """

    counts: tuple[np.ndarray, ...]
    within: tuple[np.ndarray | None, ...]
    relations: Relations
    partners: tuple[int | None, ...]
    beside: tuple[np.ndarray | None, ...]

    @classmethod
    def of(
        cls,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        relations: Relations,
        *,
        min_entities: int = MIN_ENTITIES,
    ) -> CodeStatistics:
        """The statistics of int codes ``(rows, S)`` that are all there are."""
        counts = CodeCounts(sub_columns, partners(relations, sub_columns))
        counts.add(list(codes.T))
        return cls.counted(counts, relations, min_entities=min_entities)

    @classmethod
    def counted(
        cls, counts: CodeCounts, relations: Relations, *, min_entities: int = MIN_ENTITIES
    ) -> CodeStatistics:
        """The statistics of codes that have been counted with the partners of the relations."""
        beside = tuple(
            None if table is None else np.where(table < min_entities, 0, table)
            for table in counts.beside
        )
        return cls(counts.counts, counts.within, relations, counts.partners, beside)

    def to_json(self) -> dict[str, Any]:
        return {
            "counts": [count.tolist() for count in self.counts],
            "within": _lists(self.within),
            "relations": self.relations.to_json(),
            "partners": list(self.partners),
            "beside": _lists(self.beside),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CodeStatistics:
        """What :meth:`to_json` wrote; ValueError where an older version did."""
        if "beside" not in data:
            raise InputError(
                "these code statistics were written by an older version: run encode again, "
                "or install the version that wrote them"
            )
        return cls(
            tuple(np.array(count, np.int64) for count in data["counts"]),
            _arrays(data["within"]),
            Relations.from_json(data["relations"]),
            tuple(data["partners"]),
            _arrays(data["beside"]),
        )


def _lists(tables: Sequence[np.ndarray | None]) -> list[Any]:
    return [None if table is None else table.tolist() for table in tables]


def _arrays(lists: Sequence[Any]) -> tuple[np.ndarray | None, ...]:
    return tuple(None if rows is None else np.array(rows, np.int64) for rows in lists)
