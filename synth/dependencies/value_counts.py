"""How many rows hold each combination of some columns' values, unless there are too many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.chunk import Placed
from synth.dependencies.placed_counts import SPARE_LINES, PlacedCounts


class ValueCounts:
    """A table of the values and ``rows``, sorted by the values; given up beyond ``most`` lines.

    Counts are added up where they have several times so many lines, or somebody asks. It holds raw
    values and lives only inside a job.
    """

    def __init__(self, most: int):
        self.most = most
        self._is_given_up = False
        self._table: pa.Table | None = None  # None while no row was seen
        self._placed: PlacedCounts | None = None
        self._more: list[pa.Table] = []  # what is not in the table yet

    @property
    def is_given_up(self) -> bool:
        """Whether there were too many lines; what was counted is gone then."""
        self._settle()
        return self._is_given_up

    @property
    def table(self) -> pa.Table | None:
        """The counts; None where they were given up, or nothing was counted."""
        self._settle()
        return self._table

    def update(self, columns: Mapping[str, pa.Array]) -> None:
        """Add rows by their values."""
        if not self._is_given_up:
            self._add(counted(columns))

    def update_placed(self, columns: Mapping[str, Placed | None]) -> None:
        """Add rows by the places of their values, those of a column the same at each update.

        None stands for a column of more than ``most`` values.
        """
        if self._is_given_up:
            return
        there = {name: column for name, column in columns.items() if column is not None}
        if self._placed is None:
            places = {name: column.places for name, column in there.items()}
            self._placed = PlacedCounts(places, self.most)
        if len(there) < len(columns) or not self._placed.update([c.rows for c in there.values()]):
            self._give_up()

    def merge(self, other: ValueCounts) -> None:
        """Add what another has counted."""
        if other.is_given_up:
            self._give_up()
        elif other.table is not None and not self._is_given_up:
            self._add(other.table)

    def _add(self, counts: pa.Table) -> None:
        self._more.append(counts)
        if sum(map(len, self._more)) > SPARE_LINES * self.most:
            self._settle()

    def _give_up(self) -> None:
        self._is_given_up, self._table, self._placed, self._more = True, None, None, []

    def _settle(self) -> None:
        if self._placed is not None:
            self._more.append(self._placed.table())
            self._placed = None
        if not self._more:
            return
        known = [] if self._table is None else [self._table]
        names = self._more[0].column_names[:-1]
        together = pa.concat_tables([*known, *self._more]).combine_chunks()
        both = _grouped(together, names, ("rows", "sum"))
        if len(both) > self.most:
            return self._give_up()
        order = [(name, "ascending") for name in names]
        self._table = both.rename_columns([*names, "rows"]).sort_by(order).combine_chunks()
        self._more = []

    def to_bytes(self) -> bytes:
        """One byte for a state without a table: ``0`` while empty, ``1`` where given up."""
        table = self.table
        if table is None:
            return b"1" if self._is_given_up else b"0"
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        data: bytes = sink.getvalue().to_pybytes()
        return data

    def load(self, data: bytes) -> None:
        """Take over what :meth:`to_bytes` gave."""
        self._is_given_up, self._table, self._placed, self._more = data == b"1", None, None, []
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
