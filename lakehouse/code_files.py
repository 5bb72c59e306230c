"""Rows of codes as Parquet files, written by Spark's workers, and counted as they are written.

Spark holds 8 bytes for each code of a row, and a wide row of codes passes it four times: into it,
through a shuffle, out to a writer, and back for a count. Here the codes of a row travel as one
value, and the Python worker that gets them last writes and counts them.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import TaskContext
from pyspark.sql import DataFrame

from lakehouse.scan import STATE_DDL, Batches, map_batches, merged, state_batch
from synth.encode.packed_codes import unpacked
from synth.statistics.state import State

S = TypeVar("S", bound=State)
GROUP_BYTES = 2**27  # of codes, at most about: a writer holds a row group, a reader a few


@dataclass(frozen=True)
class PartWriter(Generic[S]):
    """What the worker of a partition does: a file for each of its parts, and a state of its rows.

    ``folder`` is one that every node sees. ``names`` are those of the code columns, ``parts`` those
    of the parts, by number. A partition that is tried again writes the same files again.
    """

    folder: str
    names: tuple[str, ...]
    parts: tuple[str, ...]
    new: Callable[[], S]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of codes as one value, and of the number of their part."""
        context = TaskContext.get()
        partition, state, rows = context.partitionId() if context else 0, self.new(), 0
        fields = [pa.field(name, pa.int16(), nullable=False) for name in self.names]
        with _Files(Path(self.folder), self.parts, partition, pa.schema(fields)) as files:
            for part, codes in _row_groups(batches, len(self.names)):
                columns = [pa.array(codes[:, place]) for place in range(codes.shape[1])]
                batch = pa.RecordBatch.from_arrays(columns, schema=files.schema)
                state.update(batch)
                files.write(part, batch)
                rows += len(codes)
        if rows:
            yield state_batch(partition, state)


class _Files:
    """A file for each part of a partition: all of them are whole at the end, or none is there."""

    def __init__(self, folder: Path, parts: tuple[str, ...], partition: int, schema: pa.Schema):
        self.schema = schema
        self._folders = [folder / part for part in parts]
        self._partition, self._token = partition, secrets.token_hex(8)
        self._open = dict[int, pq.ParquetWriter]()

    def write(self, part: int, batch: pa.RecordBatch) -> None:
        """The rows as a row group of the part's file."""
        if part not in self._open:
            self._folders[part].mkdir(parents=True, exist_ok=True)
            self._open[part] = pq.ParquetWriter(self._unfinished(part), self.schema)
        self._open[part].write_batch(batch, row_group_size=batch.num_rows)

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for part, file in self._open.items():
            file.close()
            if kind is None:
                name = f"part-{self._partition:05d}.parquet"
                self._unfinished(part).replace(self._folders[part] / name)
            else:
                self._unfinished(part).unlink()

    def _unfinished(self, part: int) -> Path:
        return self._folders[part] / f".{self._partition:05d}-{self._token}"


def write_codes(
    rows: DataFrame,
    folder: Path,
    names: Sequence[str],
    parts: Sequence[str],
    new: Callable[[], S],
    load: Callable[[bytes], S],
) -> S:
    """Write a file a partition and part, and give the state of all rows as they were written.

    ``rows`` hold codes as one value and the number of their part; a file has them in the order of
    the partition. The folder is as it was until all is written.
    """
    for broken in folder.parent.glob(f".{folder.name}-*"):  # of a try that did not end
        shutil.rmtree(broken)
    unfinished = folder.parent / f".{folder.name}-{secrets.token_hex(8)}"
    unfinished.mkdir(parents=True)
    writer = PartWriter(str(unfinished), tuple(names), tuple(parts), new)
    total = merged(map_batches(rows, rows.columns, writer, STATE_DDL), new, load)
    if folder.exists():
        shutil.rmtree(folder)
    unfinished.replace(folder)
    return total


def rows_in(folder: Path) -> int:
    """The rows of all Parquet files of a folder and of those below it."""
    return sum(pq.read_metadata(path).num_rows for path in folder.rglob("*.parquet"))


def _row_groups(batches: Batches, width: int) -> Iterator[tuple[int, np.ndarray]]:
    """``(part, codes)``: codes int16 ``(rows, width)`` of one part, of about GROUP_BYTES."""
    held, sizes = defaultdict[int, list[np.ndarray]](list), Counter[int]()
    for batch in batches:
        codes, parts = unpacked(batch.column(0), width), np.asarray(batch.column(1))
        for part in np.unique(parts).tolist():
            own = codes[parts == part]
            held[part].append(own)
            sizes[part] += own.nbytes
            if sizes[part] >= GROUP_BYTES:
                yield part, np.concatenate(held.pop(part))
                sizes[part] = 0
    for part in list(held):
        yield part, np.concatenate(held.pop(part))
