"""Rows of a synthetic table, block by block: the kernel that every sampler uses."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from synth.conditions import draw_conditions, read_conditions
from synth.model_folder import Model, load_model
from synth.seeds import block_generator

logger = logging.getLogger(__name__)
TRIAL_ROWS = 256
FEW_DRAWS = 4.0
FEW_DRAWS_SAID = (
    "a row has only %.1f effective draws behind it: the condition on %s is rare, and its rows vary "
    "less than they should. Put these columns first (encode.first), or train with flexible"
)
BLOCK_ROWS = 16_384  # a few seconds of one core; four batches of the generator


@dataclass(frozen=True)
class SamplePlan:
    """Which rows are made: fixed by these, whatever the number of executors.

    ``given`` holds conditions (see :mod:`synth.conditions`); a ``temperature`` below 1 prefers what
    is likely, and has no say where conditions are drawn for.
    """

    table: str
    rows: int
    seed: int
    block_rows: int = BLOCK_ROWS
    temperature: float = 1.0
    given: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature must be above 0, however: {self.temperature}")
        if self.given and self.temperature != 1.0:
            raise ValueError("temperature and given cannot go together: leave one of them out")

    @property
    def blocks(self) -> int:
        return -(-self.rows // self.block_rows)

    def rows_of(self, block: int) -> int:
        """Rows of a block: all are full but the last."""
        return min(self.block_rows, self.rows - block * self.block_rows)


def sample_block(model: Model, plan: SamplePlan, block: int) -> pa.RecordBatch:
    """The rows of one block: the same bytes on any executor, at the first try and at a retry."""
    rng = block_generator(plan.seed, model.hash, plan.table, block)
    rows, first_row = plan.rows_of(block), block * plan.block_rows
    if not plan.given:
        codes = model.generator.sample(rows, rng, temperature=plan.temperature)
        return model.encoder.decode(codes, rng, first_row=first_row)
    conditions = read_conditions(plan.given, model.encoder)
    drawn = draw_conditions(conditions, model.encoder, rows, rng)
    codes, effective = model.generator.complete(drawn.codes, drawn.given, rng)
    if effective < FEW_DRAWS:
        logger.warning(FEW_DRAWS_SAID, effective, ", ".join(map(repr, plan.given)))
    batch = model.encoder.decode(codes, rng, first_row=first_row)
    for name, values in drawn.values.items():  # as given, also where cells are wider than a value
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(place, batch.schema.field(place), values)
    return batch


def effective_draws(model: Model, plan: SamplePlan) -> float:
    """How many draws stand behind a row under the plan's conditions, from a few rows of its own.

    Infinite where they are exact. ValueError names a column or value that the model lacks.
    """
    rng = block_generator(plan.seed, model.hash, plan.table, -1)
    conditions = read_conditions(plan.given, model.encoder)
    drawn = draw_conditions(conditions, model.encoder, TRIAL_ROWS, rng)
    _, effective = model.generator.complete(drawn.codes, drawn.given, rng)
    return effective


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
