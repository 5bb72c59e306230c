"""Encoded Parquet files as batches of codes for one worker of many.

Memory is the shuffle pool and a few row groups, whatever the size of the table. Two readers give
the blocks of rows, pyarrow by default and petastorm; the pool and the batches are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from lakehouse.petastorm_feed import check_petastorm_can_share, read_with_petastorm
from synth.table.errors import InputError

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

    Row groups are dealt in turn. pyarrow shares fewer than ``4 * world`` of them row by row;
    petastorm deals whole ones only.
    """

    groups: tuple[RowGroup, ...]
    columns: tuple[str, ...]
    batch_rows: int
    rank: int = 0
    world: int = 1
    seed: int = 0
    reader: str = "pyarrow"

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
        for codes in self._blocks(rng):
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
        for codes in self._blocks(None):
            yield from _cut(codes, self.batch_rows)

    def _blocks(self, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
        """The worker's rows by row group, mixed by ``rng`` or in the order of the files."""
        return READERS[self.reader](self, rng)


def open_feed(
    folder: Path,
    *,
    batch_rows: int,
    rank: int = 0,
    world: int = 1,
    seed: int = 0,
    reader: str = "pyarrow",
) -> CodeFeed:
    """The feed of a folder of Parquet files; InputError where it holds none, or no rows.

    Also where the reader is not installed, or cannot share these files among so many workers.
    """
    if reader not in READERS:
        raise InputError(f"there is no reader {reader!r}: use {' or '.join(READERS)}")
    groups: list[RowGroup] = []
    columns: tuple[str, ...] = ()
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            columns = tuple(file.schema_arrow.names)
            for place in range(file.num_row_groups):
                groups.append(RowGroup(str(path), place, file.metadata.row_group(place).num_rows))
    feed = CodeFeed(tuple(groups), columns, batch_rows, rank, world, seed, reader)
    if not feed.rows:
        raise InputError(f"{folder} holds no encoded rows: run encode first")
    if reader == "petastorm":
        check_petastorm_can_share(feed, folder)
    return feed


def _cut(codes: np.ndarray, rows: int) -> Iterator[np.ndarray]:
    for start in range(0, len(codes), rows):
        yield codes[start : start + rows]


def _read_with_pyarrow(feed: CodeFeed, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    dealt = len(feed.groups) >= 4 * feed.world
    own = feed.groups[feed.rank :: feed.world] if dealt else feed.groups
    order = range(len(own)) if rng is None else rng.permutation(len(own))
    for group in (own[place] for place in order):
        with pq.ParquetFile(group.path) as file:
            # On one thread: it takes milliseconds, and other threads belong to the training.
            table = file.read_row_group(group.place, columns=list(feed.columns), use_threads=False)
        codes = np.stack([np.asarray(column) for column in table.columns], axis=1)
        yield (codes if dealt else codes[feed.rank :: feed.world]).astype(np.int32)


READERS: dict[str, Callable[[CodeFeed, np.random.Generator | None], Iterator[np.ndarray]]] = {
    "pyarrow": _read_with_pyarrow,
    "petastorm": read_with_petastorm,
}
