"""Rows to codes, batch by batch: what an executor runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synth.encode.table import TableEncoder


@dataclass(frozen=True)
class BatchEncoder:
    """Batches of the table's columns to batches of int16 codes, ``c0`` and on.

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
        fields = [pa.field(name, pa.int16(), nullable=False) for name in self.names]
        for batch in batches:
            codes = self.encoder.encode(self.encoder.forms.read(batch)).astype(np.int16)
            handed = [batch.column(name) for name in self.passed]
            also = [
                pa.field(name, column.type)
                for name, column in zip(self.passed_as, handed, strict=True)
            ]
            arrays = [pa.array(codes[:, place]) for place in range(codes.shape[1])]
            yield pa.RecordBatch.from_arrays(arrays + handed, schema=pa.schema(fields + also))
