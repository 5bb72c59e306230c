"""How many rows share their values in each of many sets of columns: one scan for all sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa

from synth.audit.sampled_groups import SampledGroups
from synth.statistics.counted_hashes import CountedHashes
from synth.statistics.distinct import hash_numbers
from synth.statistics.pack import pack, unpack
from synth.statistics.value_hashes import hash_values

KEPT = 2048  # groups of each set: their number is known to 2.2 %
MOST_COLUMNS = 3  # of a set
ROWS_PER_CHUNK = 32_768  # whose hashes of a column, 256 KiB, stay in a core's cache

ColumnSet = tuple[str, ...]


def sets_of(columns: Sequence[str], most: int = MOST_COLUMNS) -> tuple[ColumnSet, ...]:
    """All sets of one up to ``most`` of these columns, the smallest first.

    >>> sets_of(["a", "b", "c"], 2)
    (('a',), ('b',), ('c',), ('a', 'b'), ('a', 'c'), ('b', 'c'))
    """
    return tuple(own for size in range(1, most + 1) for own in combinations(columns, size))


class GroupSizes:
    """A :class:`synth.statistics.state.State` over a table's columns, exactly mergeable.

    Of each set it keeps the combinations of values of the ``kept`` smallest hashes, with the rows
    of each (:class:`synth.statistics.counted_hashes.CountedHashes`): a uniform sample of the groups
    of equal rows, and all of them while there are fewer than ``kept``. It holds no value of the
    table. Null is a value like any other. A column is hashed once for all sets, and a set that is
    given twice, in whatever order, is counted once.

    Cost: about 30 ns for each row and set on one core, and 22 KiB at most for each set where it
    travels (298 sets of 12 columns: 10 million rows in 90 s, 6.6 MB).
    """

    def __init__(self, sets: Iterable[Sequence[str]], kept: int = KEPT):
        by_columns = {frozenset(own): tuple(own) for own in sets}
        if frozenset() in by_columns or kept < 2:
            raise ValueError(f"a set must have columns, and kept be at least 2, however: {kept=}")
        self.sets: tuple[ColumnSet, ...] = tuple(by_columns.values())
        self.kept = kept
        self._at = {own: place for place, own in enumerate(by_columns)}
        self.columns = tuple(dict.fromkeys(name for own in self.sets for name in own))
        self.rows = 0
        self.nulls = dict.fromkeys(self.columns, 0)
        self._groups = [CountedHashes(kept) for _ in self.sets]
        # Odd, so that no bit of a hash is lost; equal values of two columns count differently.
        self._factors = hash_numbers(np.arange(len(self.columns))) | np.uint64(1)
        self._terms = [self._terms_of(own) for own in self.sets]

    def of(self, columns: Collection[str]) -> SampledGroups:
        """The groups of a set of columns, in any order; KeyError for a set that is not counted."""
        return SampledGroups.of(self._groups[self._at[frozenset(columns)]], self.rows)

    def __contains__(self, columns: Collection[str]) -> bool:
        """Whether this set of columns is counted."""
        return frozenset(columns) in self._at

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch, found by the columns' names."""
        hashes = np.empty((len(self.columns), batch.num_rows), np.uint64)
        for place, name in enumerate(self.columns):
            array = batch.column(name)
            self.nulls[name] += array.null_count
            hashes[place] = hash_values(array) * self._factors[place]
        for start in range(0, batch.num_rows, ROWS_PER_CHUNK):
            chunk = hashes[:, start : start + ROWS_PER_CHUNK]
            total = chunk.sum(axis=0)
            for groups, (is_complement, places) in zip(self._groups, self._terms, strict=True):
                groups.add(hash_numbers(_combined(chunk, total, places, is_complement)))
        self.rows += batch.num_rows

    def merge(self, other: GroupSizes) -> None:
        """Add the rows that another state has seen; ValueError where it counts other sets."""
        if other.sets != self.sets:
            raise ValueError("sizes of groups of other columns do not add: use the same sets")
        self.rows += other.rows
        for name in self.columns:
            self.nulls[name] += other.nulls[name]
        for mine, theirs in zip(self._groups, other._groups, strict=True):
            mine.merge(theirs)

    def to_bytes(self) -> bytes:
        """All counts and hashes; the sets are not part of them."""
        counts = np.concatenate([np.zeros(0, np.int64), *(own.counts for own in self._groups)])
        return pack(
            {
                "rows": self.rows,
                "nulls": np.array(list(self.nulls.values()), np.int64),
                "lengths": np.array([len(own.hashes) for own in self._groups], np.int64),
                "hashes": np.concatenate(
                    [np.zeros(0, np.uint64), *(own.hashes for own in self._groups)]
                ),
                # Most groups are small: a byte each instead of eight halves what travels.
                "counts": counts.astype(np.min_scalar_type(int(counts.max(initial=0)))),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, sets: Iterable[Sequence[str]], kept: int = KEPT) -> GroupSizes:
        """What :meth:`to_bytes` wrote, of the same sets; ValueError where there are others."""
        state, fields = cls(sets, kept), unpack(data)
        lengths = fields["lengths"]
        if len(lengths) != len(state.sets) or len(fields["nulls"]) != len(state.columns):
            raise ValueError("sizes of groups of other columns: pass the sets of their scan")
        state.rows = fields["rows"]
        state.nulls = dict(zip(state.columns, fields["nulls"].tolist(), strict=True))
        ends = np.cumsum(lengths)
        counts = fields["counts"].astype(np.int64)
        state._groups = [
            CountedHashes(kept, fields["hashes"][end - own : end].copy(), counts[end - own : end])
            for end, own in zip(ends, lengths, strict=True)
        ]
        return state

    def _terms_of(self, own: ColumnSet) -> tuple[bool, list[int]]:
        """The places to add; or those to take from the sum of all, where these are fewer."""
        inside = [place for place, name in enumerate(self.columns) if name in own]
        outside = [place for place, name in enumerate(self.columns) if name not in own]
        is_complement = len(outside) < len(inside)
        return is_complement, outside if is_complement else inside


def _combined(
    hashes: np.ndarray, total: np.ndarray, places: list[int], is_complement: bool
) -> np.ndarray:
    """uint64 ``(rows,)``: the sum of some columns' hashes, mod 2^64; ``hashes (columns, rows)``."""
    combined = total.copy() if is_complement else np.zeros_like(total)
    change = np.subtract if is_complement else np.add
    for place in places:
        change(combined, hashes[place], out=combined)
    return combined
