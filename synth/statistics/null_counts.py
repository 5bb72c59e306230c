"""How many rows there are, and how many of them have a null in a column: no value at all."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from synth.statistics.pack import pack, unpack


class NullCounts:
    """A :class:`synth.statistics.state.State` of columns whose values may not be kept; exact.

    Without columns it counts the rows alone.
    """

    def __init__(self, names: Iterable[str] = (), rows: int = 0):
        self.nulls = dict.fromkeys(names, 0)
        self.rows = rows

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch that has the columns, by name."""
        self.rows += batch.num_rows
        for name in self.nulls:
            self.nulls[name] += batch.column(name).null_count

    def merge(self, other: NullCounts) -> None:
        """Add the rows that another state of the same columns has seen."""
        self.rows += other.rows
        for name, nulls in other.nulls.items():
            self.nulls[name] += nulls

    def to_bytes(self) -> bytes:
        """Names and counts."""
        counts = np.array(list(self.nulls.values()), np.int64)
        return pack({"rows": self.rows, "names": list(self.nulls), "nulls": counts})

    @classmethod
    def from_bytes(cls, data: bytes) -> NullCounts:
        """What :meth:`to_bytes` wrote."""
        fields = unpack(data)
        found = cls(rows=fields["rows"])
        found.nulls = dict(zip(fields["names"], fields["nulls"].tolist(), strict=True))
        return found
