"""How many rows hold each combination of some columns' values, unless there are too many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class ValueCounts:
    """A table of the values and ``rows``, sorted by the values; given up beyond ``most`` lines.

    It holds raw values and lives only inside a job.
    """

    def __init__(self, most: int):
        self.most = most
        self.is_given_up = False
        self._table: pa.Table | None = None  # None while no row was seen

    @property
    def table(self) -> pa.Table | None:
        """The counts; None where they were given up, or nothing was counted."""
        return None if self.is_given_up else self._table

    def update(self, columns: Mapping[str, pa.Array]) -> None:
        if not self.is_given_up:
            self._add(counted(columns))

    def merge(self, other: ValueCounts) -> None:
        self.is_given_up |= other.is_given_up
        if not self.is_given_up and other._table is not None:
            self._add(other._table)

    def _add(self, counts: pa.Table) -> None:
        names = counts.column_names[:-1]
        known = [] if self._table is None else [self._table]
        both = _grouped(pa.concat_tables([*known, counts]).combine_chunks(), names, ("rows", "sum"))
        if len(both) > self.most:
            self.is_given_up, self._table = True, None
            return
        order = [(name, "ascending") for name in names]
        self._table = both.rename_columns([*names, "rows"]).sort_by(order).combine_chunks()

    def to_bytes(self) -> bytes:
        """One byte for a state without a table: ``0`` while empty, ``1`` where given up."""
        if self.is_given_up or self._table is None:
            return b"1" if self.is_given_up else b"0"
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._table.schema) as writer:
            writer.write_table(self._table)
        data: bytes = sink.getvalue().to_pybytes()
        return data

    def load(self, data: bytes) -> None:
        """Take over what :meth:`to_bytes` gave."""
        self.is_given_up, self._table = data == b"1", None
        if len(data) > 1:
            with pa.ipc.open_stream(data) as reader:
                self._table = reader.read_all()


def counted(columns: Mapping[str, pa.Array]) -> pa.Table:
    """How many rows hold each combination: the columns, and ``rows``."""
    return _grouped(pa.table(dict(columns)), list(columns), ([], "count_all"))


def _grouped(table: pa.Table, names: list[str], how: tuple[Any, str]) -> pa.Table:
    """The columns ``names`` once for each combination of theirs, and ``rows`` by ``how``.

    Floats and columns with nulls are grouped by their places in a dictionary, where null has a
    place. Arrow's hash of a group tells whole numbers among floats apart by few bits, and took up
    to a hundred times as long; and Arrow 14 makes several groups of the nulls of a text, a date or
    a number of 32 bits beside another column.
    """
    coded = {
        n: table[n].combine_chunks().dictionary_encode("encode")
        for n in names
        if pa.types.is_floating(table.schema.field(n).type) or table[n].null_count
    }
    keys = {n: coded[n].indices if n in coded else table[n] for n in names}
    rest = {n: table[n] for n in table.column_names if n not in keys}
    groups = pa.table({**keys, **rest}).group_by(names).aggregate([how])
    values = [pc.take(coded[n].dictionary, groups[n]) if n in coded else groups[n] for n in names]
    return pa.table([*values, groups.column(len(names))], names=[*names, "rows"])


def dense(column: pa.ChunkedArray) -> np.ndarray:
    """The values as numbers from 0 on, null being one, in the order of their first rows."""
    array = column.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return np.asarray(array.indices)
