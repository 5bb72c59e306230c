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

from synth.forms.given import written_as_given
from synth.generators.contract import Generator, Tempered, lacking
from synth.sampling.conditions import read_conditions, require_one_way
from synth.sampling.given_rows import given_names
from synth.sampling.meeting import rows_that_meet
from synth.sampling.model_folder import Model, load_model
from synth.sampling.passing import Passing
from synth.sampling.seeds import block_generator
from synth.table.errors import InputError

logger = logging.getLogger(__name__)
TRIAL_ROWS = 256
BROKEN_SAID = (
    "%d rows of a block of %d break a rule of the table, %s: the condition on %s leaves it no way "
    "out. Give values that go together, or fit without this dependency (veto)"
)
BLOCK_ROWS = 16_384  # under a second of one core; enough for beginnings that rows share


@dataclass(frozen=True)
class SamplePlan:
    """Which rows are made: fixed by these, whatever the number of executors.

    ``given`` holds conditions, or the rows that are given (see ``conditions``); a ``temperature``
    below 1 prefers what is likely, and has no say where conditions are drawn for.
    """

    table: str
    rows: int
    seed: int
    block_rows: int = BLOCK_ROWS
    temperature: float = 1.0
    given: dict[str, Any] | pa.Table = field(default_factory=dict)

    def __post_init__(self) -> None:
        temperature: Any = self.temperature
        if not isinstance(temperature, Real) or not float(temperature) > 0:
            raise InputError(f"temperature must be above 0, however: {self.temperature!r}")
        require_one_way(self.temperature, self.given)
        if isinstance(self.given, pa.Table) and len(self.given) != self.rows:
            raise InputError(
                f"{len(self.given):,} rows are given, and {self.rows:,} are asked for: each given "
                "row becomes one, so leave rows out"
            )

    @property
    def blocks(self) -> int:
        """How many blocks the rows make."""
        return -(-self.rows // self.block_rows)

    def rows_of(self, block: int) -> int:
        """Rows of a block: all are full but the last; those beyond it replace rows left out."""
        if block >= self.blocks:
            return min(self.block_rows, self.rows)
        return min(self.block_rows, self.rows - block * self.block_rows)

    def first_row(self, block: int) -> int:
        """The number of a block's first row; each row of the table has one of its own."""
        if block >= self.blocks:
            return self.rows + (block - self.blocks) * self.rows_of(block)
        return block * self.block_rows


def sample_block(
    model: Model, plan: SamplePlan, block: int, passing: Passing | None = None
) -> pa.RecordBatch:
    """The rows of one block: the same bytes on any executor, at the first try and at a retry.

    ``passing`` is that of the plan (:func:`passing_of`), for who makes several blocks.
    """
    rng = block_generator(plan.seed, model.hash, plan.table, block)
    rows, first_row = plan.rows_of(block), plan.first_row(block)
    if not len(plan.given):
        codes = _drawn(model.generator, rows, rng, plan.temperature)
        batch = model.encoder.decode(codes, rng, first_row=first_row)
    else:
        passing = passing or _passing(model, plan)
        batch, notes = conditioned(model, passing, names_of(plan), rows, rng, first_row)
        for note in notes:
            logger.warning(note)
    batch = model.encoder.forms.write(batch, rng, first_row)
    if isinstance(plan.given, pa.Table):
        batch = written_as_given(batch, plan.given.slice(first_row, rows), model.encoder.forms)
    return batch


def passing_of(model: Model, plan: SamplePlan) -> Passing | None:
    """The plan's conditions, read and checked; None where it has none."""
    return _passing(model, plan) if len(plan.given) else None


def _passing(model: Model, plan: SamplePlan) -> Passing:
    return Passing(read_conditions(plan.given, model.encoder), model.encoder)


def names_of(plan: SamplePlan) -> str:
    """The columns that are given, in words."""
    return ", ".join(map(repr, given_names(plan.given)))


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
    passing = passing_of(model, plan)
    if passing is None:
        return ()
    rng = block_generator(plan.seed, model.hash, plan.table, -1)
    rows = min(TRIAL_ROWS, plan.rows) if isinstance(plan.given, pa.Table) else TRIAL_ROWS
    return conditioned(model, passing, names_of(plan), rows, rng, 0)[1]


def conditioned(
    model: Model,
    passing: Passing,
    names: str,
    rows: int,
    rng: np.random.Generator,
    first_row: int,
    given_from: int | None = None,
) -> tuple[pa.RecordBatch, tuple[str, ...]]:
    """Rows under conditions, and where they do not follow them, or a rule, well.

    Of given rows those from ``given_from`` on, which is ``first_row`` where it is not said.
    """
    encoder = model.encoder
    asked = passing.ask(rows, rng, first_row if given_from is None else given_from)
    batch, said = rows_that_meet(model.generator, asked, names, rng, first_row)
    columns = {name: batch.column(name) for name in encoder.schema.names}
    broken = encoder.plan.broken(columns, [one.column for one in passing.conditions])
    return batch, (*said, *(BROKEN_SAID % (count, rows, rule, names) for rule, count in broken))


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
        passing = passing_of(model, self.plan)
        for batch in batches:
            for block in batch.column(0).to_pylist():
                yield sample_block(model, self.plan, block, passing)
                if self.marks is not None:
                    mark(Path(self.marks), block)


def mark(folder: Path, block: int) -> None:
    """Leave an empty file that says that a block is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(block)).write_bytes(b"")
