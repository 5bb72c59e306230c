"""How often each code occurs: a mergeable state over encoded rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa


class CodeCounts:
    """Counts of each sub-column's codes; a :class:`synth.state.State` over batches of codes.

    The columns of a batch are the sub-columns in their order.
    """

    def __init__(self, cardinalities: Sequence[int]):
        self.cardinalities = tuple(cardinalities)
        self.counts = [np.zeros(k, np.int64) for k in self.cardinalities]

    @property
    def rows(self) -> int:
        return int(self.counts[0].sum()) if self.counts else 0

    def update(self, batch: pa.RecordBatch) -> None:
        for place, size in enumerate(self.cardinalities):
            codes = np.asarray(batch.column(place))
            self.counts[place] += np.bincount(codes, minlength=size)

    def merge(self, other: CodeCounts) -> None:
        for own, more in zip(self.counts, other.counts, strict=True):
            own += more

    def to_bytes(self) -> bytes:
        return np.concatenate(self.counts).astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, cardinalities: Sequence[int]) -> CodeCounts:
        state = cls(cardinalities)
        ends = np.cumsum(state.cardinalities)[:-1]
        state.counts = [part.copy() for part in np.split(np.frombuffer(data, "<i8"), ends)]
        return state
