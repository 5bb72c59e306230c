"""A sample of rows that is drawn while a table is scanned: those with the smallest hashes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.table.schema import TableSchema

ORDER = "_lakesynth_row_order"  # the column of hashes beside the table's own
SPARE = 2  # so many times the rows are held before the largest hashes go


class RowSample:
    """A :class:`synth.statistics.state.State`: at most ``rows`` rows, in the order of their hash.

    Batches have the schema's columns and ``ORDER``, int64 without nulls. A row is kept if fewer
    than ``rows`` others have a smaller hash, whichever part of the table they lie in, so that
    parts add up to the sample of the whole (bottom-k sampling, Cohen and Kaplan 2007). Of equal
    hashes the first seen comes first.
    """

    def __init__(self, schema: TableSchema, rows: int):
        self.schema, self.rows = schema, rows
        self._arrow = pa.schema([*schema.arrow_schema(), pa.field(ORDER, pa.int64())])
        self._kept = self._arrow.empty_table()
        self._bound: int | None = None  # no row beyond can be kept

    def update(self, batch: pa.RecordBatch) -> None:
        """Add a batch's rows."""
        hashes = np.asarray(batch.column(ORDER))
        if self._bound is not None:
            places = np.flatnonzero(hashes < self._bound)
            if not len(places):
                return
            batch = batch.take(pa.array(places))
        elif len(batch) > self.rows:
            batch = batch.take(pa.array(np.sort(np.argsort(hashes, kind="stable")[: self.rows])))
        self._add(pa.Table.from_batches([batch.select(self._arrow.names)]).cast(self._arrow))

    def merge(self, other: RowSample) -> None:
        """Add the rows that another sample of the same size has seen."""
        self._add(other._kept)

    def table(self) -> pa.RecordBatch:
        """The rows as the schema's types, in the order of their hash."""
        self._cut()
        batches = self._kept.drop_columns([ORDER]).combine_chunks().to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], self.schema.arrow_schema())

    def to_bytes(self) -> bytes:
        """The rows as an Arrow stream; the schema is not part of them."""
        self._cut()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self._arrow) as writer:
            writer.write_table(self._kept)
        written: bytes = sink.getvalue().to_pybytes()
        return written

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema, rows: int) -> RowSample:
        """What :meth:`to_bytes` wrote."""
        sample = cls(schema, rows)
        with pa.ipc.open_stream(data) as reader:
            sample._add(reader.read_all())
        return sample

    def _add(self, rows: pa.Table) -> None:
        self._kept = pa.concat_tables([self._kept, rows])
        if len(self._kept) > SPARE * self.rows:
            self._cut()

    def _cut(self) -> None:
        hashes = np.asarray(self._kept[ORDER])
        order = np.argsort(hashes, kind="stable")[: self.rows]
        self._kept = self._kept.take(pa.array(order)).combine_chunks()
        if len(order) == self.rows and self.rows:
            self._bound = int(hashes[order[-1]])
