"""sample: the model folder -> a candidate table, rows made block by block, one commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs.acceptance import Acceptance, accept, accepted_rows, holding
from jobs.artifacts import sample_plan
from jobs.config import ConfigError
from jobs.declared import Carried, carried, column_comments, summary_of, table_comment
from jobs.given_rows import (
    described,
    given_columns,
    require_given_rows,
    require_rows,
    rows_for_given,
)
from jobs.identity import configuration
from jobs.progress import following
from jobs.records import StageRecord
from jobs.run import Run
from lakehouse.declarations import NOTHING, Declared, differences
from lakehouse.declared_rows import finished, rules_of
from lakehouse.lineage import Lineage
from lakehouse.scan import map_batches
from lakehouse.schemas import quote, to_spark
from lakehouse.tables import define, write
from synth.sampling.blocks import BlockSampler, SamplePlan, condition_notes, sample_block
from synth.sampling.model_folder import Model, load_model
from synth.sampling.numbered import BLOCK, ROW, NumberedSampler, numbered
from synth.table.errors import InputError
from synth.version import VERSION

BLOCKS_PER_TASK = 64  # about a million rows: fewer would leave many small files
_TOO_LONG = "EXCEED_CHAR_VARCHAR_LENGTH"  # of Delta's error, and of Spark's
SMALL = 4096  # blocks; up to here Spark's default parallelism makes files of a fair size


def sample(run: Run) -> StageRecord:
    """Make the rows on the executors and commit them once; no Spark job reads the seed.

    The same run, model and seed give the same rows, whatever the number of executors; a rerun makes
    no second commit.
    """
    training = run.record("train").facts
    folder = Path(training["model"])
    model = load_model(folder)
    plan = sample_plan(run)
    if run.config.sample.given_rows is not None:
        require_given_rows(run, model.encoder)
        plan = replace(plan, rows=require_rows(run))
    conditions = _check_conditions(run, model, plan)
    lineage, identity = _lineage(run, model, plan), run.identity("sample")
    name = run.lake.candidate(run.table, run.id, identity)
    wanted = carried(run, model.encoder.table_schema)
    declared, undeclared = _defined(run, name, wanted, lineage)
    marks = run.path("progress/sample")
    made = made_as(wanted, declared)
    blocks = Blocks(run, folder, model, plan, made, marks, rules(run, declared))
    found = _accepted(blocks)
    run.reporter.step(f"making {plan.rows:,} rows in {plan.blocks} blocks")
    with _followed(run, marks, plan), _long_texts_told(run):
        ref = write(
            blocks.table(found),
            name,
            # The table's name has the identity: these rows are made once, whatever came between.
            app_id=f"lakesynth/{run.id}/sample/{identity}",
            mode="append",
            metadata=lineage.to_metadata(),
            **_described(lineage, declared, wanted.schema.names),
        )
    table = run.table_record(ref)
    if table.rows != plan.rows:
        raise RuntimeError(f"{table.name} has {table.rows} rows, {plan.rows} were to be made")
    facts = {
        "seed": plan.seed,
        "block_rows": plan.block_rows,
        "blocks": plan.blocks,
        "declared": declared.to_json(),
        "acceptance": None if found is None else asdict(found),
    }
    notes = (f"{table.rows:,} synthetic rows", *conditions, *summary_of(declared))
    notes += (() if found is None else found.notes()) + wanted.notes + undeclared
    return StageRecord("sample", {"candidate": table}, facts, notes)


def _described(lineage: Lineage, declared: Declared, names: list[str]) -> dict[str, Any]:
    """What a synthetic table says of itself beside its rows."""
    return {
        "properties": lineage.to_properties(),
        "comment": table_comment(declared, lineage),
        "column_comments": column_comments(declared, lineage, names),
        "declared": declared,
    }


def _defined(
    run: Run, name: str, wanted: Carried, lineage: Lineage
) -> tuple[Declared, tuple[str, ...]]:
    """Make the candidate without rows: what it then declares, and what it was refused.

    Before the rows, since these are to keep what it declares.
    """
    if wanted.declared == NOTHING:
        return NOTHING, ()
    described = _described(lineage, wanted.declared, wanted.schema.names)
    found = define(run.spark, name, wanted.schema, **described)
    refused = differences(wanted.declared, found)
    # Its comments have the lineage in them, and the house's own properties are not declared.
    comments = {column.name: column.comment for column in wanted.declared.columns}
    declared = found.with_columns(
        lambda c: replace(
            c,
            comment=comments[c.name],
            identity=c.identity and replace(c.identity, last=None),  # how far it has come
        )
    )
    properties = {k: v for k, v in found.properties.items() if k in wanted.declared.properties}
    declared = replace(declared, comment=wanted.declared.comment, properties=properties, notes=())
    why = "Delta in this session refuses it"
    return declared, tuple(f"{line}: {why}" for line in refused)


def _accepted(blocks: Blocks) -> Acceptance | None:
    """Which rows keep what the table declares; None where no rule could be broken."""
    if not blocks.rules:
        return None
    run, plan = blocks.run, blocks.plan
    run.reporter.step(f"counting rows that keep {', '.join(blocks.rules)}")
    with _followed(run, blocks.marks, plan):
        return accept(blocks.numbered, blocks.rules, plan, run.table)


def _check_conditions(run: Run, model: Model, plan: SamplePlan) -> tuple[str, ...]:
    """What is to be said of conditions; ConfigError before any row is made where one is wrong."""
    try:
        notes = condition_notes(model, plan)
    except InputError as error:
        raise ConfigError(f"table {run.table}: sample.{error}") from error
    if plan.temperature != 1.0:
        return (f"drawn at temperature {plan.temperature}: not as the seed is distributed",)
    if run.config.sample.given_rows is not None:
        return (f"one row for each of {described(run)} (sample.given_rows)",)
    if not plan.given:
        return ()
    names = ", ".join(map(repr, plan.given))
    return (f"every row is made under conditions on {names} (sample.given)", *notes)


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


def first_rows(run: Run, model: Model, plan: SamplePlan, count: int) -> list[dict[str, Any]]:
    """The first rows of the table, made from the model again, not read from the table."""
    first = sample_block(model, plan, 0)
    declared = Declared.from_json(run.record("sample").facts["declared"])
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
    fields = [T.StructField(f.name, f.dataType) for f in to_spark(model.encoder.table_schema).fields]
    numbers = [T.StructField(BLOCK, T.LongType()), T.StructField(ROW, T.IntegerType())]
    return T.StructType([*fields, *numbers])


@contextmanager
def _long_texts_told(run: Run) -> Iterator[None]:
    """A text that is too long for its column, in the caller's words."""
    try:
        yield
    except Exception as error:
        if _TOO_LONG not in str(error):
            raise
        raise InputError(
            f"table {run.table}: a synthetic text is longer than its char(n) or varchar(n) column "
            "of the seed takes, as where keys run out: make fewer rows (sample.rows), or widen the "
            "column in the seed"
        ) from error


@contextmanager
def _followed(run: Run, marks: Path, plan: SamplePlan) -> Iterator[None]:
    """Show how many blocks are finished while Spark works."""

    def show() -> None:
        done = sum(1 for _ in marks.iterdir()) if marks.is_dir() else 0
        if done:
            rows = min(done * plan.block_rows, plan.rows)
            run.reporter.advance("making rows", rows, plan.rows, unit="rows")

    try:
        with following(show):
            yield
    finally:
        if marks.is_dir():
            for mark in marks.iterdir():
                mark.unlink()


def _lineage(run: Run, model: Model, plan: SamplePlan) -> Lineage:
    seed = run.record("ingest").tables["seed"]
    parts = run.record("split").tables
    return Lineage(
        run_id=run.id,
        seed_name=run.config.seed,
        seed=seed.ref,
        train=parts["train"].ref,
        holdout=parts["holdout"].ref if "holdout" in parts else None,
        model_hash=model.hash,
        generator=model.generator.name,
        config_digest=configuration(run.config, "sample", model=run.model_hash),
        sampling_seed=plan.seed,
        rows=plan.rows,
        block_rows=plan.block_rows,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        package_version=VERSION,
        temperature=plan.temperature,
        given=given_columns(run, plan),
        given_rows="" if run.config.sample.given_rows is None else described(run),
        model_source="" if run.model is None else run.model.folder,
    )
