"""Rows of a synthetic table, block by block: the kernel that every sampler uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from synth.model_folder import Model
from synth.seeds import block_generator

BLOCK_ROWS = 16_384  # a few seconds of one core; four batches of the generator


@dataclass(frozen=True)
class SamplePlan:
    """Which rows are made: fixed by these four, whatever the number of executors."""

    table: str
    rows: int
    seed: int
    block_rows: int = BLOCK_ROWS

    @property
    def blocks(self) -> int:
        return -(-self.rows // self.block_rows)

    def rows_of(self, block: int) -> int:
        """Rows of a block: all are full but the last."""
        return min(self.block_rows, self.rows - block * self.block_rows)


def sample_block(model: Model, plan: SamplePlan, block: int) -> pa.RecordBatch:
    """The rows of one block: the same bytes on any executor, at the first try and at a retry."""
    rng = block_generator(plan.seed, model.hash, plan.table, block)
    codes = model.generator.sample(plan.rows_of(block), rng)
    return model.encoder.decode(codes, rng, first_row=block * plan.block_rows)


def sample_blocks(
    model: Model, plan: SamplePlan, blocks: Iterator[int]
) -> Iterator[pa.RecordBatch]:
    """The blocks one after the other."""
    for block in blocks:
        yield sample_block(model, plan, block)
