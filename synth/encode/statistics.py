"""What a generator knows of the codes before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synth.encode.coarse_pairs import CoarsePairs, coarse_pairs
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
    person. None where there is no partner. ``coarse_pairs``: the same in ranges of the codes, from
    coarse to fine, where both have an order; none of any where it is empty. ``relations``: JSON
    that the generator itself has read off a bounded sample of the train part's rows.
    ``score_products``: int64 ``(s, s)``, sums over all rows of the products of the scores that the
    generator has given the codes of s sub-columns; None where it has given none.
    """

    counts: tuple[np.ndarray, ...]
    group_counts: tuple[np.ndarray | None, ...]
    partners: tuple[int | None, ...]
    pair_counts: tuple[np.ndarray | None, ...]
    relations: dict[str, Any] = field(default_factory=dict)
    coarse_pairs: tuple[tuple[CoarsePairs, ...], ...] = ()
    score_products: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        *,
        partners: Sequence[int | None] | None = None,
        relations: dict[str, Any] | None = None,
        scores: Sequence[Sequence[int] | None] = (),
        min_entities: int = MIN_ENTITIES,
    ) -> CodeStatistics:
        """The statistics of int codes ``(rows, S)`` that are all there are."""
        counts = CodeCounts(sub_columns, partners or [None] * len(sub_columns), scores)
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
        ranges = tuple(
            ()
            if partner is None or table is None
            else _in_ranges(counts, own, partner, table, min_entities)
            for own, (partner, table) in enumerate(
                zip(counts.partners, counts.pair_counts, strict=True)
            )
        )
        return cls(
            counts.counts,
            counts.group_counts,
            counts.partners,
            pairs,
            relations or {},
            ranges,
            counts.score_products if counts.score_products.size else None,
        )

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON; what no generator has asked for is not there."""
        products = self.score_products
        asked = {} if products is None else {"score_products": products.tolist()}
        return {
            **asked,
            "counts": [count.tolist() for count in self.counts],
            "group_counts": _lists(self.group_counts),
            "partners": list(self.partners),
            "pair_counts": _lists(self.pair_counts),
            "relations": self.relations,
            "coarse_pairs": [[pair.to_json() for pair in own] for own in self.coarse_pairs],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CodeStatistics:
        """What :meth:`to_json` wrote; InputError where an older version did."""
        if "coarse_pairs" not in data:
            raise InputError(
                "these code statistics were written by an older version: run encode again, "
                "or install the version that wrote them"
            )
        products = data.get("score_products")
        return cls(
            tuple(np.array(count, np.int64) for count in data["counts"]),
            _arrays(data["group_counts"]),
            tuple(data["partners"]),
            _arrays(data["pair_counts"]),
            data["relations"],
            tuple(
                tuple(CoarsePairs.from_json(pair) for pair in own) for own in data["coarse_pairs"]
            ),
            None if products is None else np.array(products, np.int64),
        )


def _in_ranges(
    counts: CodeCounts, own: int, partner: int, table: np.ndarray, min_entities: int
) -> tuple[CoarsePairs, ...]:
    ranks = [counts.sub_columns[place].ranks for place in (partner, own)]
    if any(rank is None for rank in ranks):
        return ()
    placed = [np.array([at is not None for at in rank or ()]) for rank in ranks]
    return coarse_pairs(table, placed[0], placed[1], min_entities)


def _lists(tables: Sequence[np.ndarray | None]) -> list[Any]:
    return [None if table is None else table.tolist() for table in tables]


def _arrays(lists: Sequence[Any]) -> tuple[np.ndarray | None, ...]:
    return tuple(None if rows is None else np.array(rows, np.int64) for rows in lists)
