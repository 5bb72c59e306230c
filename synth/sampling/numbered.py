"""Rows of blocks that carry the numbers of their block and row, by which they can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from synth.sampling.blocks import BlockSampler

BLOCK, ROW = "_lakesynth_block", "_lakesynth_row"  # names that no seed may have


@dataclass(frozen=True)
class NumberedSampler:
    """A sampler's rows, each with its block (int64) and its place in it, from 0 (int32)."""

    sampler: BlockSampler

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of each block, in the order of the blocks; their numbers come last."""
        for batch in batches:
            for block in batch.column(0).to_pylist():
                start = 0
                alone = pa.RecordBatch.from_arrays([pa.array([block], pa.int64())], names=["id"])
                for rows in self.sampler([alone]):
                    yield numbered(rows, block, start)
                    start += rows.num_rows


def numbered(rows: pa.RecordBatch, block: int, start: int = 0) -> pa.RecordBatch:
    """Rows of a block, the first of them at place ``start``, with their numbers."""
    numbers = [
        pa.array([block] * rows.num_rows, pa.int64()),
        pa.array(range(start, start + rows.num_rows), pa.int32()),
    ]
    names = [*rows.schema.names, BLOCK, ROW]
    return pa.RecordBatch.from_arrays([*rows.columns, *numbers], names=names)
