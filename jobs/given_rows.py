"""A table of given rows in the lake: pinned when a run is opened, each row in a block of its own.

Which block a row is in, and its place there, follow from its values alone: the same rows are made
whatever the order or the partitions of the table.
"""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.config import Config, ConfigError
from jobs.pinned_tables import rows_at, version_of
from jobs.run import Run
from lakehouse.scan import map_batches, row_hash
from lakehouse.schemas import quote, to_spark
from synth.encode import TableEncoder
from synth.sampling.blocks import SamplePlan
from synth.sampling.given_blocks import GivenBlockSampler, GivenRowsCheck
from synth.sampling.given_rows import given_names
from synth.sampling.model_folder import Model

_BLOCK, _ORDER = "_lakesynth_block", "_lakesynth_order"
_SALT = "given"
BLOCKS_PER_TASK = 64  # about a million rows: fewer would leave many small files
MOST_AT_ONCE = 32  # tasks of a small table


def pinned(config: Config, spark: SparkSession) -> Config:
    """The configuration with the version at which its given rows are read from now on.

    InputError where there is no such table. One that is written in the configuration stays.
    """
    section = config.sample
    if section.given_rows is None or section.given_version is not None:
        return config
    version = version_of(spark, section.given_rows)
    sample = section.model_copy(update={"given_version": version})
    return config.model_copy(update={"sample": sample})


def given_rows(run: Run) -> DataFrame:
    """The given rows at their pinned version; ConfigError where files have changed since."""
    section = run.config.sample
    assert section.given_rows is not None and section.given_version is not None
    source, version = section.given_rows, section.given_version
    return rows_at(run.spark, run.config, "sample.given_rows", source, version)


def require_given_rows(run: Run, encoder: TableEncoder) -> None:
    """ConfigError for a row that cannot be given. One scan of the given rows."""
    if run.config.sample.given_rows is None:
        return
    frame = given_rows(run)
    check = map_batches(frame, frame.columns, GivenRowsCheck(encoder), "message string")
    found = check.limit(1).collect()
    if found:
        raise ConfigError(f"table {run.table}: sample.given_rows: {found[0].message}")


def require_rows(run: Run) -> int:
    """How many rows are given; ConfigError where there are none."""
    rows = given_rows(run).count()
    if not rows:
        raise ConfigError(f"table {run.table}: sample.given_rows: the table has no rows")
    return rows


def described(run: Run) -> str:
    """The table of given rows, and at which version it is read."""
    return f"{run.config.sample.given_rows} at version {run.config.sample.given_version}"


def given_columns(run: Run, plan: SamplePlan) -> tuple[str, ...]:
    """The columns that conditions or given rows give."""
    if run.config.sample.given_rows is None:
        return given_names(plan.given)
    return tuple(given_rows(run).columns)


def rows_for_given(
    run: Run, folder: Path, model: Model, plan: SamplePlan, marks: Path | None = None
) -> DataFrame:
    """A synthetic row for each given one; blocks are whole in a task. Two scans."""
    frame = given_rows(run)
    names = frame.columns
    place = row_hash(names, _SALT)
    block = F.pmod(place, F.lit(plan.blocks)).cast("bigint")
    marked = frame.select(block.alias(_BLOCK), place.alias(_ORDER), *map(quote, names))
    counts = {row[0]: row[1] for row in marked.groupBy(_BLOCK).count().collect()}
    first_rows, rows = dict[int, int](), 0
    for number in sorted(counts):
        first_rows[number] = rows
        rows += counts[number]
    partitions = run.config.sample.partitions or min(
        plan.blocks, max(MOST_AT_ONCE, -(-plan.blocks // BLOCKS_PER_TASK))
    )
    dealt = marked.repartition(partitions, _BLOCK).sortWithinPartitions(
        _BLOCK, _ORDER, *map(quote, names)
    )
    sampler = GivenBlockSampler(
        str(folder), model.hash, plan, first_rows, None if marks is None else str(marks)
    )
    columns = [_BLOCK, *names]
    return map_batches(dealt, columns, sampler, to_spark(model.encoder.table_schema))
