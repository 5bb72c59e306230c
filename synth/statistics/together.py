"""Several states over one scan: each batch is added to all of them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from synth.statistics.state import State
from synth.table.limits import CHUNK_ROWS

_LENGTH = struct.Struct("<q")


class Together:
    """A :class:`synth.statistics.state.State` of states; ``parts`` are in the caller's order.

    Rows are gathered to chunks, so that each part need not, which costs ``CHUNK_ROWS`` rows of
    memory.
    """

    def __init__(self, parts: Sequence[State]):
        self._parts: tuple[Any, ...] = tuple(parts)
        self._waiting: list[pa.RecordBatch] = []

    @classmethod
    def new(cls, parts: Sequence[Callable[[], State]]) -> Together:
        """The empty state of these parts."""
        return cls([part() for part in parts])

    @property
    def parts(self) -> tuple[Any, ...]:
        """The states, of all rows so far."""
        self._settle()
        return self._parts

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch to every part."""
        self._waiting.append(batch)
        if sum(len(waiting) for waiting in self._waiting) >= CHUNK_ROWS:
            self._settle()

    def _settle(self) -> None:
        """Texts come to the parts in dictionaries, made once: to hash them is most of the work."""
        if not self._waiting:
            return
        chunk = pa.Table.from_batches(self._waiting).combine_chunks()
        self._waiting = []
        for batch in chunk.to_batches():
            coded = _coded(batch) if len(self._parts) > 1 else batch
            for part in self._parts:
                part.update(coded)

    def merge(self, other: Together) -> None:
        """Add the rows that another state has seen; ValueError where it has other parts."""
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.merge(theirs)

    def to_bytes(self) -> bytes:
        """Each part's bytes behind their length."""
        return joined([part.to_bytes() for part in self.parts])

    @classmethod
    def from_bytes(cls, data: bytes, loads: Sequence[Callable[[bytes], State]]) -> Together:
        """What :meth:`to_bytes` wrote, given how each part is read."""
        written = apart(data)
        if len(written) != len(loads):
            raise ValueError("these are bytes of other states: give as many readers as parts")
        return cls([load(own) for load, own in zip(loads, written, strict=True)])


def _coded(batch: pa.RecordBatch) -> pa.RecordBatch:
    arrays = [
        array.dictionary_encode() if pa.types.is_string(array.type) else array
        for array in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def joined(written: Sequence[bytes]) -> bytes:
    """Each one behind its length."""
    return b"".join(_LENGTH.pack(len(data)) + data for data in written)


def apart(data: bytes) -> list[bytes]:
    """What :func:`joined` has joined."""
    found, position = list[bytes](), 0
    while position < len(data):
        (length,) = _LENGTH.unpack_from(data, position)
        position += _LENGTH.size
        found.append(data[position : position + length])
        position += length
    return found
