"""What is known of a table after one scan: one mergeable state per column.

A profile holds raw values and lives only inside a job. What is written down has passed
``synth.profiling.privacy.protected_profile``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from synth.statistics.column_state import ColumnState, new_state
from synth.statistics.pack import pack, unpack
from synth.table.limits import CHUNK_ROWS
from synth.table.schema import TableSchema


class TableProfile:
    """One state per column of a table; a :class:`synth.statistics.state.State`.

    Rows are gathered to chunks before they are sorted, which costs ``CHUNK_ROWS`` rows of memory
    and a quarter of the time.
    """

    def __init__(self, schema: TableSchema):
        self.schema = schema
        self.columns: dict[str, ColumnState] = {c.name: new_state(c) for c in schema}
        self._rows = 0
        self._waiting: list[pa.RecordBatch] = []

    @property
    def rows(self) -> int:
        """Rows seen so far."""
        self._settle()
        return self._rows

    def __getitem__(self, name: str) -> ColumnState:
        """The state of the column of this name."""
        self._settle()
        return self.columns[name]

    def marked(self, *, keys: Iterable[str] = (), sensitive: Iterable[str] = ()) -> TableProfile:
        """The same profile with more columns marked as keys, or as sensitive."""
        found = TableProfile(self.schema.marked(keys=keys, sensitive=sensitive))
        self._settle()
        found._rows = self._rows
        for column in found.schema:
            found.columns[column.name] = state = self.columns[column.name]
            state.column = column
        return found

    def columns_by_name(self) -> dict[str, ColumnState]:
        """The state of every column."""
        self._settle()
        return dict(self.columns)

    def with_columns(self, schema: TableSchema, states: Mapping[str, ColumnState]) -> TableProfile:
        """The profile of other columns of the same rows: some of its own, others by ``states``."""
        found = TableProfile(TableSchema(()))
        self._settle()
        found.schema, found._rows = schema, self._rows
        found.columns = {n: states[n] if n in states else self.columns[n] for n in schema.names}
        return found

    def update(self, batch: pa.RecordBatch) -> None:
        """Add a batch whose columns are the schema's, by name."""
        self._waiting.append(batch.select(list(self.schema.names)))
        if sum(len(waiting) for waiting in self._waiting) >= CHUNK_ROWS:
            self._settle()

    def merge(self, other: TableProfile) -> None:
        """Add the rows that another profile of the same schema has seen."""
        self._settle()
        other._settle()
        self._rows += other._rows
        for name, state in self.columns.items():
            state.merge(other.columns[name])  # type: ignore[arg-type]

    def to_bytes(self) -> bytes:
        """All states; the schema is not part of them."""
        self._settle()
        fields: dict[str, Any] = {"rows": self._rows}
        for place, state in enumerate(self.columns.values()):
            fields |= {f"{place}/{key}": value for key, value in state.to_fields().items()}
        return pack(fields)

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema) -> TableProfile:
        """What :meth:`to_bytes` wrote, of a table of this schema."""
        fields = unpack(data)
        profile = cls(schema)
        profile._rows = fields.pop("rows")
        grouped: list[dict[str, Any]] = [{} for _ in schema]
        for key, value in fields.items():
            place, name = key.split("/", 1)
            grouped[int(place)][name] = value
        for column, own in zip(schema, grouped, strict=True):
            kind = type(profile.columns[column.name])
            profile.columns[column.name] = kind.from_fields(column, own)
        return profile

    @classmethod
    def of(cls, table: pa.Table) -> TableProfile:
        """The profile of a table in memory."""
        profile = cls(TableSchema.from_arrow(table.schema))
        for batch in table.to_batches():
            profile.update(batch)
        return profile

    def _settle(self) -> None:
        if not self._waiting:
            return
        chunk = pa.Table.from_batches(self._waiting).combine_chunks()
        self._waiting = []
        self._rows += len(chunk)
        for name, state in self.columns.items():
            for array in chunk.column(name).chunks:
                state.update(array)
