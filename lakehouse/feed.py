"""Encoded Parquet files as batches of codes for one worker of many.

Memory is the shuffle pool and one row group, whatever the size of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

POOL_ROWS = 262_144  # the files are shuffled already; the pool mixes row groups of one epoch


@dataclass(frozen=True)
class RowGroup:
    """One row group of one file."""

    path: str
    place: int
    rows: int


@dataclass(frozen=True)
class CodeFeed:
    """The codes that worker ``rank`` of ``world`` reads.

    Row groups are dealt in turn; fewer than ``4 * world`` of them are each shared row by row.
    """

    groups: tuple[RowGroup, ...]
    columns: tuple[str, ...]
    batch_rows: int
    rank: int = 0
    world: int = 1
    seed: int = 0

    @property
    def rows(self) -> int:
        """Rows of all workers together."""
        return sum(group.rows for group in self.groups)

    def with_batch(self, rule: Callable[[int], int]) -> CodeFeed:
        """The same feed with batches of ``rule(rows)`` rows."""
        return replace(self, batch_rows=rule(self.rows))

    def epoch(self, number: int) -> Iterator[np.ndarray]:
        """int32 batches ``(batch_rows, n_sub)`` in an order of this epoch's own.

        The last, smaller batch is left out, except where the worker has no full one.
        """
        rng = np.random.default_rng([self.seed, number, self.rank])
        pool: list[np.ndarray] = []
        held, given = 0, 0
        own = self._own_groups()
        for place in rng.permutation(len(own)):
            codes = self._read(own[place])
            pool.append(codes)
            held += len(codes)
            if held >= max(POOL_ROWS, 2 * self.batch_rows):
                mixed = rng.permutation(np.concatenate(pool))
                full = held // self.batch_rows * self.batch_rows
                yield from _cut(mixed[:full], self.batch_rows)
                given += full
                pool, held = [mixed[full:]], held - full
        if held:
            mixed = rng.permutation(np.concatenate(pool))
            full = held // self.batch_rows * self.batch_rows
            yield from _cut(mixed[: full or (0 if given else held)], self.batch_rows)

    def in_order(self) -> Iterator[np.ndarray]:
        """Every row of the worker once, in the order of the files; the last batch may be small."""
        for group in self._own_groups():
            yield from _cut(self._read(group), self.batch_rows)

    def _own_groups(self) -> list[RowGroup]:
        if self._is_dealt:
            return list(self.groups[self.rank :: self.world])
        return list(self.groups)

    @property
    def _is_dealt(self) -> bool:
        return len(self.groups) >= 4 * self.world

    def _read(self, group: RowGroup) -> np.ndarray:
        with pq.ParquetFile(group.path) as file:
            table = file.read_row_group(group.place, columns=list(self.columns))
        codes = np.stack([np.asarray(column) for column in table.columns], axis=1)
        own = codes if self._is_dealt else codes[self.rank :: self.world]
        return own.astype(np.int32)


def open_feed(
    folder: Path, *, batch_rows: int, rank: int = 0, world: int = 1, seed: int = 0
) -> CodeFeed:
    """The feed of a folder of Parquet files; ValueError where it holds none, or no rows."""
    groups: list[RowGroup] = []
    columns: tuple[str, ...] = ()
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            columns = tuple(file.schema_arrow.names)
            for place in range(file.num_row_groups):
                groups.append(RowGroup(str(path), place, file.metadata.row_group(place).num_rows))
    feed = CodeFeed(tuple(groups), columns, batch_rows, rank, world, seed)
    if not feed.rows:
        raise ValueError(f"{folder} holds no encoded rows: run encode first")
    return feed


def write_codes(codes: np.ndarray, path: Path, names: Sequence[str]) -> None:
    """Codes in memory as one file that the feed reads."""
    arrays = [pa.array(codes[:, place].astype(np.int16)) for place in range(codes.shape[1])]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(arrays, names=list(names)), path, row_group_size=65_536)


def _cut(codes: np.ndarray, rows: int) -> Iterator[np.ndarray]:
    for start in range(0, len(codes), rows):
        yield codes[start : start + rows]
