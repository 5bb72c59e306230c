"""Rows of a synthetic table, block by block: the kernel that every sampler uses."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from synth.generators.contract import FEW_DRAWS, Conditional, Generator, Tempered, lacking
from synth.sampling.conditions import (
    DrawnConditions,
    draw_conditions,
    read_conditions,
    require_one_way,
)
from synth.sampling.model_folder import Model, load_model
from synth.sampling.rejection import complete_by_rejection
from synth.sampling.seeds import block_generator
from synth.table.errors import InputError

logger = logging.getLogger(__name__)
TRIAL_ROWS = 256
FEW_DRAWS_SAID = (
    "a row has only %.1f effective draws behind it: the condition on %s is rare, and its rows vary "
    "less than they should. Put these columns first (encode.first), or train for them (conditions "
    "or flexible of train.settings)"
)
BROKEN_SAID = (
    "%d rows of a block of %d break a rule of the table, %s: the condition on %s leaves it no way "
    "out. Give values that go together, or fit without this dependency (veto)"
)
REJECTED_SAID = (
    "generator %r draws whole rows only: the condition on %s is met by rejection, which kept "
    "%.3g %% of the rows drawn"
)
BLOCK_ROWS = 16_384  # under a second of one core; enough for beginnings that rows share


@dataclass(frozen=True)
class SamplePlan:
    """Which rows are made: fixed by these, whatever the number of executors.

    ``given`` holds conditions (see ``conditions``); a ``temperature`` below 1 prefers what
    is likely, and has no say where conditions are drawn for.
    """

    table: str
    rows: int
    seed: int
    block_rows: int = BLOCK_ROWS
    temperature: float = 1.0
    given: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        temperature: Any = self.temperature
        if not isinstance(temperature, Real) or not float(temperature) > 0:
            raise InputError(f"temperature must be above 0, however: {self.temperature!r}")
        require_one_way(self.temperature, self.given)

    @property
    def blocks(self) -> int:
        """How many blocks the rows make."""
        return -(-self.rows // self.block_rows)

    def rows_of(self, block: int) -> int:
        """Rows of a block: all are full but the last."""
        return min(self.block_rows, self.rows - block * self.block_rows)


def sample_block(model: Model, plan: SamplePlan, block: int) -> pa.RecordBatch:
    """The rows of one block: the same bytes on any executor, at the first try and at a retry."""
    rng = block_generator(plan.seed, model.hash, plan.table, block)
    rows, first_row = plan.rows_of(block), block * plan.block_rows
    if not plan.given:
        codes = _drawn(model.generator, rows, rng, plan.temperature)
        batch = model.encoder.decode(codes, rng, first_row=first_row)
    else:
        batch, notes = _conditioned(model, plan, rows, rng, first_row)
        for note in notes:
            logger.warning(note)
    return model.encoder.forms.write(batch, rng, first_row)


def _drawn(
    generator: Generator, rows: int, rng: np.random.Generator, temperature: float
) -> np.ndarray:
    if temperature == 1.0:
        return generator.sample(rows, rng)
    if not isinstance(generator, Tempered):
        raise lacking(generator, Tempered)
    return generator.sample_tempered(rows, rng, temperature)


def condition_notes(model: Model, plan: SamplePlan) -> tuple[str, ...]:
    """What is to be said of the plan's conditions, from a few rows of its own.

    InputError names a column or value that the model lacks, values that contradict each other, and
    a generator that draws at no temperature, or no row that meets the conditions.
    """
    if plan.temperature != 1.0 and not isinstance(model.generator, Tempered):
        raise lacking(model.generator, Tempered)
    if not plan.given:
        return ()
    rng = block_generator(plan.seed, model.hash, plan.table, -1)
    return _conditioned(model, plan, TRIAL_ROWS, rng, 0)[1]


def _conditioned(
    model: Model, plan: SamplePlan, rows: int, rng: np.random.Generator, first_row: int
) -> tuple[pa.RecordBatch, tuple[str, ...]]:
    """Rows under the plan's conditions, and where they do not follow them, or a rule, well."""
    encoder = model.encoder
    drawn = draw_conditions(read_conditions(plan.given, encoder), encoder, rows, rng)
    names = ", ".join(map(repr, plan.given))
    codes, said = _completed(model.generator, drawn, names, rng)
    batch = encoder.decode(codes, rng, known=drawn.values, first_row=first_row)
    columns = {name: batch.column(name) for name in encoder.schema.names}
    broken = encoder.plan.broken(columns, plan.given)
    return batch, (*said, *(BROKEN_SAID % (count, rows, rule, names) for rule, count in broken))


def _completed(
    generator: Generator, drawn: DrawnConditions, names: str, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Codes that meet the conditions, and what is to be said of how they were found."""
    if isinstance(generator, Conditional):
        codes, effective = generator.complete(drawn.codes, drawn.given, rng)
        return codes, (FEW_DRAWS_SAID % (effective, names),) if effective < FEW_DRAWS else ()
    codes, accepted = complete_by_rejection(generator, drawn.codes, drawn.given, names, rng)
    return codes, (REJECTED_SAID % (generator.name, names, 100 * accepted),)


@lru_cache(maxsize=2)
def cached_model(folder: str, model_hash: str) -> Model:
    """The model of a Python worker, read once; the hash is there to tell retrained ones apart."""
    model = load_model(Path(folder))
    if model.hash != model_hash:
        raise InputError(f"the model in {folder} is no longer the one that was to be sampled")
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
        """The rows of each block, in the order of the blocks."""
        model = cached_model(self.folder, self.model_hash)
        for batch in batches:
            for block in batch.column(0).to_pylist():
                yield sample_block(model, self.plan, block)
                if self.marks is not None:
                    _mark(Path(self.marks), block)


def _mark(folder: Path, block: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(block)).touch()
