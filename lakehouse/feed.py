"""Encoded Parquet files as batches of codes for one worker of many.

Memory is the shuffle pool and a few row groups, whatever the size of the table. Two readers give
the blocks of rows, pyarrow by default and petastorm; the pool and the batches are the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

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
    """The feed of a folder of Parquet files; ValueError where it holds none, or no rows.

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
        _petastorm_reader()
        _check_petastorm_can_share(feed, folder)
    return feed


def write_codes(codes: np.ndarray, path: Path, names: Sequence[str]) -> None:
    """Codes in memory as one file that the feed reads."""
    arrays = [pa.array(codes[:, place].astype(np.int16)) for place in range(codes.shape[1])]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(arrays, names=list(names)), path, row_group_size=65_536)


def _cut(codes: np.ndarray, rows: int) -> Iterator[np.ndarray]:
    for start in range(0, len(codes), rows):
        yield codes[start : start + rows]


def _read_with_pyarrow(feed: CodeFeed, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    dealt = len(feed.groups) >= 4 * feed.world
    own = feed.groups[feed.rank :: feed.world] if dealt else feed.groups
    order = range(len(own)) if rng is None else rng.permutation(len(own))
    for group in (own[place] for place in order):
        with pq.ParquetFile(group.path) as file:
            table = file.read_row_group(group.place, columns=list(feed.columns))
        codes = np.stack([np.asarray(column) for column in table.columns], axis=1)
        yield (codes if dealt else codes[feed.rank :: feed.world]).astype(np.int32)


def _read_with_petastorm(feed: CodeFeed, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    paths = dict.fromkeys(group.path for group in feed.groups)
    own = sum(group.rows for group in feed.groups[feed.rank :: feed.world])
    blocks = _petastorm_reader()(
        [f"file://{Path(path).absolute()}" for path in paths],
        # Its default, "thread", may take a moment without work for the end and leave row groups
        # out without a word; "dummy" reads in this thread.
        reader_pool_type="dummy",
        num_epochs=1,
        cur_shard=feed.rank,
        shard_count=feed.world,
        shuffle_row_groups=rng is not None,
        # A seed shuffles also where shuffle_row_groups is off, and 0 counts as none.
        seed=None if rng is None else int(rng.integers(1, 2**31)),
    )
    try:
        for block in blocks:
            columns = [getattr(block, name) for name in feed.columns]
            codes = np.stack(columns, axis=1).astype(np.int32)
            own -= len(codes)
            yield codes
    finally:  # not a with block: at its end petastorm prints to standard output
        blocks.stop()
        blocks.join()
    if own:
        raise RuntimeError(f"petastorm left out {own:,} rows of the worker: start again")


def _petastorm_reader() -> Callable[..., Any]:
    """The function ``make_batch_reader``; ValueError where petastorm cannot be imported."""
    # Not for a block only: readers of several epochs and feeds overlap.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"petastorm\.")
    try:
        from petastorm import make_batch_reader
    except ImportError as error:
        raise InputError(
            f"train.reader is petastorm, which cannot be imported here ({error}): run in an "
            "environment of its own (constraints/petastorm.txt) with "
            "pip install 'lakesynth[petastorm]', or set train.reader to pyarrow"
        ) from error
    return cast(Callable[..., Any], make_batch_reader)


def _check_petastorm_can_share(feed: CodeFeed, folder: Path) -> None:
    if len(feed.groups) < feed.world:
        raise InputError(
            f"{folder} holds {len(feed.groups)} row group(s) for {feed.world} workers, and "
            "petastorm deals whole ones: make encode.rows_per_file smaller, or set train.reader "
            "to pyarrow"
        )
    if any(sign in str(folder.absolute()) for sign in "#?"):
        raise InputError(
            f"petastorm cannot read {folder}, whose path holds # or ?: move lake.files, or set "
            "train.reader to pyarrow"
        )


READERS: dict[str, Callable[[CodeFeed, np.random.Generator | None], Iterator[np.ndarray]]] = {
    "pyarrow": _read_with_pyarrow,
    "petastorm": _read_with_petastorm,
}
