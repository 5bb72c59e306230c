"""ingest: a file, folder or table -> the seed table, its version pinned for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyspark.sql import DataFrame

from jobs.config import Config, ConfigError
from jobs.run import Run, StageRecord, TableRecord
from lakehouse.files import BROKEN_LINE, ReadOptions, Source, read_source
from lakehouse.rules import REASON
from lakehouse.schemas import column, schema_of
from lakehouse.tables import TableRef, write
from synth.table.schema import TableSchema

OWN_PREFIX = "_lakesynth"  # of columns that stand beside the seed's for the time of a stage


def ingest(run: Run) -> StageRecord:
    """Write files as a Delta table, or pin the version of a table that is one already.

    A table of Delta is not copied. Scans of text files: one to infer types, one to find broken
    lines, one to write.
    """
    config = run.config
    run.reporter.step(f"reading {config.seed}")
    source = read_source(run.spark, config.seed, read_options(config))
    _check_own_names(config, source)
    schema = schema_of(source.frame.drop(BROKEN_LINE))
    _check_names(config, schema.names)
    seed = _pinned(run, source)
    _check_rows(config, seed)
    notes = list(source.notes)
    if source.broken_lines:
        notes.append(f"{source.broken_lines:,} broken lines go to the quarantine table")
    facts = {
        "source": config.seed,
        "kind": source.kind,
        "fingerprint": source.fingerprint,
        "broken_lines": source.broken_lines,
        "columns": schema.to_json(),
    }
    return StageRecord("ingest", {"seed": seed}, facts, tuple(notes))


def seed_rows(run: Run) -> DataFrame:
    """The seed at its version: the columns that can be synthesised, then that of broken lines."""
    rows = run.rows_of("ingest", "seed")
    known = TableSchema.from_json(run.record("ingest").facts["columns"]).names
    return rows.select([column(c) for c in rows.columns if c in known or c == BROKEN_LINE])


def read_options(config: Config) -> ReadOptions:
    """How the configuration wants its seed to be read."""
    given = config.ingest
    return ReadOptions(
        header=given.header,
        delimiter=given.delimiter,
        null_markers=given.null_markers,
        trim=given.trim,
        column_types=given.column_types,
        unsupported=given.unsupported_columns,
        encoding=given.encoding,
    )


def _pinned(run: Run, source: Source) -> TableRecord:
    if source.version is not None:
        name = run.config.seed
        # Absolute: a later stage, or who reads the lineage, may stand in another folder.
        absolute = str(Path(name).absolute()) if Path(name).is_dir() else name
        return run.table_record(TableRef(absolute, source.version))
    run.reporter.step("writing the seed table")
    name = run.lake.table(run.table, "seed")
    # Files that changed between a broken try and this one are other rows: another write.
    app_id = run.app_id(f"seed/{source.fingerprint}")
    return run.table_record(write(source.frame, name, app_id=app_id))


def _check_rows(config: Config, seed: TableRecord) -> None:
    """Too few rows to learn from are refused here, not after half of the stages."""
    least = 2 * config.privacy.min_entities
    for_training = seed.rows * (1 - config.split.holdout_fraction)
    if for_training < least:
        raise ConfigError(
            f"seed table {seed.name} has {seed.rows:,} rows, about {for_training:,.0f} of them to "
            f"train on; at least {least:,} are needed while privacy.min_entities is "
            f"{config.privacy.min_entities}: give more rows, or set it lower"
        )


def _check_own_names(config: Config, source: Source) -> None:
    """No column of the seed has a name that stages give to columns of theirs."""
    own = BROKEN_LINE if source.broken_lines else None
    for name in source.frame.columns:
        taken = name.lower() in (REASON, BROKEN_LINE) or name.lower().startswith(OWN_PREFIX)
        if taken and name != own:
            raise ConfigError(
                f"{config.seed} has a column {name!r}: names like {REASON}, {BROKEN_LINE} and "
                f"{OWN_PREFIX}... are Lakesynth's own; rename it"
            )


def _check_names(config: Config, names: tuple[str, ...]) -> None:
    """Every column that the configuration names is there; said before any work."""
    asked = {
        "columns.sensitive": config.columns.sensitive,
        "columns.keys": config.columns.keys,
        "columns.ignore": config.columns.ignore,
        "split.key": config.split.key,
        "clean.not_null": config.clean.not_null,
        "clean.replace": tuple(config.clean.replace),
        "clean.allowed": tuple(config.clean.allowed),
        "clean.ranges": tuple(config.clean.ranges),
        "encode.first": config.encode.first,
        **config.generator_names(),
        "dependencies.add": tuple(_columns_of_rules(config)),
        "dependencies.veto": config.dependencies.veto,
        "sample.given": tuple(config.sample.given),
    }
    for setting, columns in asked.items():
        for name in columns:
            if name not in names:
                known = ", ".join(map(repr, names))
                raise ConfigError(
                    f"{setting} names column {name!r}, which {config.seed} lacks; it has {known}"
                )
    if set(names) <= set(config.columns.ignore):
        raise ConfigError(f"columns.ignore leaves no column of {config.seed}: take one out of it")


def _columns_of_rules(config: Config) -> Iterator[str]:
    """The columns of the user's own rules, as far as these have their shape: encode checks it."""
    for rule in config.dependencies.add:
        sources = rule.get("sources")
        listed = sources if isinstance(sources, list | tuple) else ()
        yield from (name for name in (*listed, rule.get("target")) if isinstance(name, str))


if __name__ == "__main__":
    from jobs.cli import submit

    submit("ingest")
