"""How often each code occurs: a mergeable state over encoded rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from synth.table.sub_column import SubColumn, groups_of

SCORED_ROWS = 65_536  # at a time: the sums of their products are exact as float64


class CodeCounts:
    """Counts of each sub-column's codes; a :class:`synth.statistics.state.State` over codes.

    ``counts`` is int64 ``(K,)`` per sub-column; ``group_counts`` is int64 ``(groups, K)`` for
    those of the second level, group by group, None for the others; ``pair_counts`` is int64
    ``(codes of the partner, K)`` for those that have one in ``partners``. ``score_products`` is
    int64 ``(s, s)``: the products of the ``scores`` of the s sub-columns that have some (a whole
    number for each code), summed over the rows. The columns of a batch are the sub-columns in their
    order.
    """

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        partners: Sequence[int | None],
        scores: Sequence[Sequence[int] | None] = (),
    ):
        self.sub_columns = tuple(sub_columns)
        self._scores = [
            (place, np.array(own, np.float64))
            for place, own in enumerate(scores)
            if own is not None
        ]
        self.score_products = np.zeros((len(self._scores),) * 2, np.int64)
        self._groups, self.partners = groups_of(sub_columns), tuple(partners)
        self._sizes = [sub.cardinality for sub in sub_columns]
        self._with = [
            partner if group is None else group
            for group, partner in zip(self._groups, self.partners, strict=True)
        ]
        self._tables = [
            np.zeros((1 if other is None else self._sizes[other], size), np.int64)
            for other, size in zip(self._with, self._sizes, strict=True)
        ]

    @property
    def counts(self) -> tuple[np.ndarray, ...]:
        """int64 ``(K,)`` per sub-column."""
        return tuple(table.sum(0) for table in self._tables)

    @property
    def group_counts(self) -> tuple[np.ndarray | None, ...]:
        """int64 ``(groups, K)`` for those of the second level."""
        return self._tables_with(self._groups)

    @property
    def pair_counts(self) -> tuple[np.ndarray | None, ...]:
        """int64 ``(codes of the partner, K)`` for those that have one."""
        return self._tables_with(self.partners)

    def _tables_with(self, others: Sequence[int | None]) -> tuple[np.ndarray | None, ...]:
        pairs = zip(others, self._tables, strict=True)
        return tuple(None if other is None else table for other, table in pairs)

    @property
    def rows(self) -> int:
        """Rows counted so far."""
        return int(self._tables[0].sum()) if self._tables else 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Add a batch whose columns are the sub-columns."""
        self.add([np.asarray(batch.column(place)) for place in range(len(self._sizes))])

    def add(self, columns: Sequence[np.ndarray]) -> None:
        """Add rows, given the codes of each sub-column."""
        for place, (other, size) in enumerate(zip(self._with, self._sizes, strict=True)):
            cells = columns[place].astype(np.int64)
            if other is not None:
                cells += columns[other].astype(np.int64) * size
            table = self._tables[place]
            table += np.bincount(cells, minlength=table.size).reshape(table.shape)
        for start in range(0, len(columns[0]) if self._scores else 0, SCORED_ROWS):
            rows = slice(start, start + SCORED_ROWS)
            scored = np.stack([own[columns[place][rows]] for place, own in self._scores])
            self.score_products += (scored @ scored.T).astype(np.int64)

    def merge(self, other: CodeCounts) -> None:
        """Add what another state has counted."""
        for own, more in zip(self._tables, other._tables, strict=True):
            own += more
        self.score_products += other.score_products

    def to_bytes(self) -> bytes:
        """All counts and products as little-endian int64."""
        parts = [*self._tables, self.score_products]
        return np.concatenate([table.ravel() for table in parts]).astype("<i8").tobytes()

    @classmethod
    def from_bytes(
        cls,
        data: bytes,
        sub_columns: Sequence[SubColumn],
        partners: Sequence[int | None],
        scores: Sequence[Sequence[int] | None] = (),
    ) -> CodeCounts:
        """What :meth:`to_bytes` gave, for the same sub-columns, partners and scores."""
        state = cls(sub_columns, partners, scores)
        ends = np.cumsum([table.size for table in state._tables])
        *parts, products = np.split(np.frombuffer(data, "<i8"), ends)
        state.score_products = products.reshape(state.score_products.shape).copy()
        state._tables = [
            part.reshape(table.shape).copy()
            for part, table in zip(parts, state._tables, strict=True)
        ]
        return state
