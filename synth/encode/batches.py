"""Rows to codes, batch by batch: what an executor runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from synth.encode.packed_codes import packed
from synth.encode.table import TableEncoder

CODES = "codes"


@dataclass(frozen=True)
class BatchEncoder:
    """Batches of the table's columns to batches of their codes, those of a row as one value.

    ``passed`` names further columns of the input that are handed on as they are, after the codes,
    under the names of ``passed_as``.
    """

    encoder: TableEncoder
    passed: tuple[str, ...] = ()
    passed_as: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the code columns, whatever the table's columns are called."""
        return [f"c{place}" for place in range(len(self.encoder.sub_columns))]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Encode batch after batch."""
        for batch in batches:
            codes = packed(self.encoder.encode(self.encoder.forms.read(batch)))
            handed = [batch.column(name) for name in self.passed]
            names = [CODES, *self.passed_as]
            yield pa.RecordBatch.from_arrays([codes, *handed], names=names)
