"""Synthetic rows as frames of Spark: blocks of a plan, as the table that holds them declares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs.acceptance import Acceptance, accepted_rows, holding
from jobs.candidates import Candidate
from jobs.declared import Carried, candidate_declared, carried
from jobs.given_rows import rows_for_given
from jobs.run import Run
from lakehouse.declarations import NOTHING, Declared
from lakehouse.declared_rows import finished, rules_of
from lakehouse.scan import map_batches
from lakehouse.schemas import quote, to_spark
from synth.sampling.blocks import BlockSampler, SamplePlan, sample_block
from synth.sampling.model_folder import Model
from synth.sampling.numbered import BLOCK, ROW, NumberedSampler, numbered

BLOCKS_PER_TASK = 64  # about a million rows: fewer would leave many small files
SMALL = 4096  # blocks; up to here Spark's default parallelism makes files of a fair size


def synthetic_rows(
    run: Run, folder: Path, model: Model, plan: SamplePlan, marks: Path | None = None
) -> DataFrame:
    """The synthetic table as a frame; blocks are dealt to tasks, and a block is whole in one."""
    if run.config.sample.given_rows is not None:
        return rows_for_given(run, folder, model, plan, marks)
    blocks = run.spark.range(0, plan.blocks, 1, _partitions(run, plan.blocks))
    sampler = BlockSampler(str(folder), model.hash, plan, None if marks is None else str(marks))
    return map_batches(blocks, ["id"], sampler, to_spark(model.encoder.table_schema))


def _partitions(run: Run, blocks: int) -> int | None:
    partitions = run.config.sample.partitions
    return -(-blocks // BLOCKS_PER_TASK) if partitions is None and blocks > SMALL else partitions


@dataclass(frozen=True)
class Blocks:
    """The blocks of a sample as rows of the table that is to hold them."""

    run: Run
    folder: Path
    model: Model
    plan: SamplePlan
    made: Declared
    marks: Path
    rules: dict[str, str]

    def numbered(self, first: int, end: int) -> DataFrame:
        """The rows of some blocks, each with the number of its block and its own in it."""
        blocks = self.run.spark.range(first, end, 1, _partitions(self.run, end - first))
        sampler = BlockSampler(str(self.folder), self.model.hash, self.plan, str(self.marks))
        schema = _numbered_schema(self.model)
        rows = map_batches(blocks, ["id"], NumberedSampler(sampler), schema)
        return finished(rows, self.made, beside=(BLOCK, ROW))

    def table(self, found: Acceptance | None) -> DataFrame:
        """The rows of the table: all of the plan's blocks, or those that are kept."""
        if found is not None:
            return accepted_rows(self.numbered, self.rules, found)
        rows = synthetic_rows(self.run, self.folder, self.model, self.plan, self.marks)
        return rows if self.made == NOTHING else finished(rows, self.made)


def rules(run: Run, declared: Declared) -> dict[str, str]:
    """What every row of a table that declares this must keep; one scan where cleaning set null."""
    train = run.rows_of("split", "train")
    kept = {column.name for column in declared.columns if not column.nullable}
    names = [f.name for f in train.schema.fields if f.nullable and f.name in kept]
    if not names:
        return rules_of(declared)
    counts = [f"count_if({quote(name)} IS NULL)" for name in names]
    nulls = zip(names, train.selectExpr(*counts).collect()[0], strict=True)
    return rules_of(declared, may_be_null=[name for name, count in nulls if count])


def made_as(wanted: Carried, found: Declared) -> Declared:
    """How rows are made: in the types that the table has, all else as wanted."""
    types = {column.name: column.type for column in found.columns}
    return wanted.declared.with_columns(lambda c: replace(c, type=types[c.name]))


def first_rows(run: Run, model: Model, candidate: Candidate, count: int) -> list[dict[str, Any]]:
    """The first rows of a candidate, made from the model again, not read from its table.

    Of a table of given rows some of its rows: which come first is nowhere said.
    """
    if run.config.sample.given_rows is not None:
        rows = run.rows_of("sample", candidate.role).limit(count)
        return list(rows.toArrow().to_pylist())
    first = sample_block(model, candidate.plan, 0)
    declared = candidate_declared(run, candidate.role)
    if declared == NOTHING:
        return list(first.slice(0, count).to_pylist())
    table = pa.Table.from_batches([numbered(first, 0)])
    rows = run.spark.createDataFrame(table, _numbered_schema(model))
    made = made_as(carried(run, model.encoder.table_schema), declared)
    whole = holding(finished(rows, made, beside=(BLOCK, ROW)), rules(run, declared))
    shown = whole.orderBy(ROW).limit(count).drop(BLOCK, ROW)
    return list(shown.toArrow().to_pylist())


def _numbered_schema(model: Model) -> T.StructType:
    # Null is allowed everywhere: whether NOT NULL is kept is what is asked of these rows.
    own = to_spark(model.encoder.table_schema).fields
    fields = [T.StructField(f.name, f.dataType) for f in own]
    numbers = [T.StructField(BLOCK, T.LongType()), T.StructField(ROW, T.IntegerType())]
    return T.StructType([*fields, *numbers])
