"""Rows of a synthetic table, block by block: the kernel that every sampler uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from synth.model_folder import Model, load_model
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


@lru_cache(maxsize=2)
def cached_model(folder: str, model_hash: str) -> Model:
    """The model of a Python worker, read once; the hash is there to tell retrained ones apart."""
    model = load_model(Path(folder))
    if model.hash != model_hash:
        raise ValueError(f"the model in {folder} is no longer the one that was to be sampled")
    return model


@dataclass(frozen=True)
class BlockSampler:
    """Batches of block numbers to batches of rows: what an executor runs.

    ``marks`` is a folder for an empty file per finished block, by which a driver sees progress on
    any cluster; None for none.
    """

    folder: str
    model_hash: str
    plan: SamplePlan
    marks: str | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        model = cached_model(self.folder, self.model_hash)
        for batch in batches:
            for block in batch.column(0).to_pylist():
                yield sample_block(model, self.plan, block)
                if self.marks is not None:
                    _mark(Path(self.marks), block)


def _mark(folder: Path, block: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(block)).touch()
