"""ingest: a file, folder or table -> the seed table, its version pinned for the whole run."""

from __future__ import annotations

from jobs.config import Config, ConfigError
from jobs.run import Run, StageRecord, TableRecord
from lakehouse.files import BROKEN_LINE, ReadOptions, Source, read_source
from lakehouse.schemas import schema_of
from lakehouse.tables import TableRef, write


def ingest(run: Run) -> StageRecord:
    """Write files as a Delta table, or pin the version of a table that is one already.

    A table of Delta is not copied. Scans of text files: one to infer types, one to find broken
    lines, one to write.
    """
    config = run.config
    run.reporter.step(f"reading {config.seed}")
    source = read_source(run.spark, config.seed, read_options(config))
    schema = schema_of(source.frame.drop(BROKEN_LINE))
    _check_names(config, schema.names)
    seed = _pinned(run, source)
    if seed.rows == 0:
        raise ConfigError(f"seed table {seed.name} has no rows")
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
        return run.table_record(TableRef(run.config.seed, source.version))
    run.reporter.step("writing the seed table")
    name = run.lake.table(run.table, "seed")
    return run.table_record(write(source.frame, name, app_id=run.app_id("seed")))


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
    }
    for setting, columns in asked.items():
        for name in columns:
            if name not in names:
                known = ", ".join(map(repr, names))
                raise ConfigError(
                    f"{setting} names column {name!r}, which {config.seed} lacks; it has {known}"
                )


if __name__ == "__main__":
    from jobs.cli import submit

    submit("ingest")
