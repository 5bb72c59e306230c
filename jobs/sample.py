"""sample: the model folder -> a candidate table, rows made block by block, one commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import DataFrame

from jobs.artifacts import sample_plan
from jobs.config import ConfigError
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
from lakehouse.lineage import Lineage
from lakehouse.scan import map_batches
from lakehouse.schemas import to_spark
from lakehouse.tables import write
from synth.sampling.blocks import BlockSampler, SamplePlan, condition_notes
from synth.sampling.model_folder import Model, load_model
from synth.table.errors import InputError
from synth.version import VERSION

BLOCKS_PER_TASK = 64  # about a million rows: fewer would leave many small files
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
    run.reporter.step(f"making {plan.rows:,} rows in {plan.blocks} blocks")
    marks = run.path("progress/sample")
    frame = synthetic_rows(run, folder, model, plan, marks)
    lineage, identity = _lineage(run, model, plan), run.identity("sample")
    with _followed(run, marks, plan):
        ref = write(
            frame,
            run.lake.candidate(run.table, run.id, identity),
            # The table's name has the identity: these rows are made once, whatever came between.
            app_id=f"lakesynth/{run.id}/sample/{identity}",
            mode="append",
            metadata=lineage.to_metadata(),
            properties=lineage.to_properties(),
            comment=lineage.table_comment(),
            column_comments={
                c.name: lineage.column_comment(c.name) for c in model.encoder.table_schema
            },
        )
    table = run.table_record(ref)
    if table.rows != plan.rows:
        raise RuntimeError(f"{table.name} has {table.rows} rows, {plan.rows} were to be made")
    facts = {"seed": plan.seed, "block_rows": plan.block_rows, "blocks": plan.blocks}
    notes = (f"{table.rows:,} synthetic rows", *conditions)
    return StageRecord("sample", {"candidate": table}, facts, notes)


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
    partitions = run.config.sample.partitions
    if partitions is None and plan.blocks > SMALL:
        partitions = -(-plan.blocks // BLOCKS_PER_TASK)
    blocks = run.spark.range(0, plan.blocks, 1, partitions)
    sampler = BlockSampler(str(folder), model.hash, plan, None if marks is None else str(marks))
    return map_batches(blocks, ["id"], sampler, to_spark(model.encoder.table_schema))


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
