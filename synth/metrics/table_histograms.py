"""Histograms of a whole table in one scan: rows to bins by the encoder, bins to counts."""

from __future__ import annotations

import pyarrow as pa

from synth.encode import TableEncoder
from synth.metrics.histograms import CodeHistograms


class TableHistograms:
    """A :class:`synth.statistics.state.State` over batches of the table's columns."""

    def __init__(self, encoder: TableEncoder, counts: CodeHistograms | None = None):
        self.encoder = encoder
        self.counts = CodeHistograms(encoder.bins()) if counts is None else counts

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch."""
        self.counts.update_bins(self.encoder.bin_matrix(self.encoder.forms.read(batch)))

    def merge(self, other: TableHistograms) -> None:
        """Add the rows that another state has counted."""
        self.counts.merge(other.counts)

    def to_bytes(self) -> bytes:
        """The counts; the encoder is not part of them."""
        return self.counts.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes, encoder: TableEncoder) -> TableHistograms:
        """What :meth:`to_bytes` wrote; InputError where the encoder has other bins."""
        return cls(encoder, CodeHistograms.from_bytes(data, encoder.bins()))
