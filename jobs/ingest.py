"""ingest: a file, folder or table -> the seed table, its version pinned for the whole run."""

from __future__ import annotations

from pathlib import Path

from jobs.config import Config, ConfigError
from jobs.declared import require_not_generated
from jobs.declared_rules import rules_for
from jobs.reading import read_options
from jobs.records import StageRecord, TableRecord
from jobs.run import Run
from jobs.seed_checks import require_columns, require_rows
from lakehouse.checks import check_rules
from lakehouse.declarations import NOTHING, Declared, of_schema, read_declared, says_more
from lakehouse.files import BROKEN_LINE, Source, read_source
from lakehouse.refusals import refusing
from lakehouse.rules import REASON
from lakehouse.schemas import plain_texts, schema_of
from lakehouse.structs import declared_in_fields
from lakehouse.tables import TableRef, sql_name, write

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
    require_columns(config, schema.names)
    check_rules(plain_texts(source.frame), rules_for(config, run.spark))
    declared = _declared(run, source)
    require_not_generated(run, declared, schema)
    seed = _pinned(run, source)
    require_rows(config, seed)
    notes = list(source.notes)
    if source.broken_lines:
        notes.append(f"{source.broken_lines:,} broken lines go to the quarantine table")
    facts = {
        "source": config.seed,
        "kind": source.kind,
        "fingerprint": source.fingerprint,
        "broken_lines": source.broken_lines,
        "columns": schema.to_json(),
        "declared": declared.to_json(),
        **({"structs": [one.to_json() for one in source.structs]} if source.structs else {}),
    }
    return StageRecord("ingest", {"seed": seed}, facts, tuple(notes))


def _declared(run: Run, source: Source) -> Declared:
    """What the seed declares of itself; of files, only the columns of Parquet can."""
    if source.version is not None:
        declared = read_declared(run.spark, sql_name(run.config.seed), source.version)
        return declared_in_fields(declared, source.structs)
    found = of_schema(source.frame.schema) if source.kind in ("parquet", "view") else NOTHING
    return found if any(map(says_more, found.columns)) else NOTHING


def _pinned(run: Run, source: Source) -> TableRecord:
    if source.version is not None:
        name = run.config.seed
        # Absolute: a later stage, or who reads the lineage, may stand in another folder.
        absolute = str(Path(name).absolute()) if Path(name).is_dir() else name
        return run.table_record(TableRef(absolute, source.version))
    run.reporter.step("writing the seed table")
    name = run.lake.table(run.table, "seed")
    # Files that changed between a broken try and this one are other rows: another write.
    app_id = run.app_id("ingest", f"seed/{source.fingerprint}")
    with refusing(run.config.seed, while_writing=True):
        return run.table_record(write(plain_texts(source.frame), name, app_id=app_id))


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
