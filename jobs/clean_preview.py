"""What the rules of cleaning would do to a seed: counted on the whole table, nothing is written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.clean import measured, told_by_values
from jobs.config import Config, ConfigError
from jobs.declared_rules import rules_for
from jobs.lake import Lake
from jobs.opening import require_run
from jobs.pinned_tables import pinned_rules
from jobs.progress import Reporter
from jobs.reading import read_options
from jobs.rows import synthesised
from jobs.run import finished_records
from jobs.seed_checks import require_columns
from lakehouse.files import BROKEN_LINE, read_source
from lakehouse.schemas import schema_of
from lakehouse.tables import read


def preview(
    spark: SparkSession, config: Config, reporter: Reporter, run_id: str | None = None
) -> dict[str, Any]:
    """``counts`` as the clean stage would find them, with what each rule does, and ``notes``.

    The seed is read as it is now, or as the run of this name has pinned it. The scans of the stage
    but for those that write.
    """
    config = pinned_rules(config, spark)
    reporter.step(f"reading {config.seed}")
    seed = _seed(spark, config, run_id)
    require_columns(config, tuple(n for n in seed.columns if n != BROKEN_LINE))
    reporter.step("counting what each rule finds")
    with told_by_values(config):
        _, counts, notes = measured(seed, rules_for(config, spark), config)
    counts.check()
    return {"counts": asdict(counts), "balance": counts.balance, "notes": list(notes)}


def _seed(spark: SparkSession, config: Config, run_id: str | None) -> DataFrame:
    """The seed's columns that can be synthesised, and that of broken lines."""
    if run_id is None:
        rows = read_source(spark, config.seed, read_options(config)).frame
    else:
        files = Lake.of(config).files
        require_run(files, run_id)
        found = finished_records(files / run_id, config).get("ingest")
        if found is None:
            raise ConfigError(
                f"run {run_id} has not read this seed with these settings: leave out --run"
            )
        rows = read(spark, found.tables["seed"].ref)
    return synthesised(rows, schema_of(rows.drop(BROKEN_LINE)).names)
