"""An audit of any table, alone: a table in, findings and a page out; no run, no lake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.audit_question import audit_question
from jobs.audit_since import Kept, audit_since, keeping, kept_before, require_versions
from jobs.audited_table import AuditedTable, other_table, seed_table
from jobs.config import Config
from jobs.entities import count_entities
from jobs.progress import Reporter
from jobs.proposed_file import proposed_file
from jobs.records import write_atomically
from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from synth.report.audit_page import render_audit
from synth.statistics.entities import Entities

PAGE, FACTS, PROPOSED = "profile.html", "profile.json", "proposed.yaml"
BY_ROWS = (
    "values are told that {least} rows share, of however many entities ({key}): --states keeps "
    "counts of rows; without it as many rows are asked for as fewer entities cannot have"
)


def audit_table(
    spark: SparkSession,
    config: Config,
    out: Path,
    reporter: Reporter,
    kept: Kept | None = None,
    others: Sequence[str] = (),
) -> Audit:
    """Audit the configuration's seed as it stands; page, JSON and proposals go into a folder.

    Three scans, the third of the columns of keys that there may be, once more where one is left of
    which a 64th has no repeat; one more where ``split.key`` names entities, to count them. With
    ``kept.since`` the first two are one, of the rows added since. ``others`` are tables in which
    foreign keys are looked for: a scan of each, and one of two columns for each that there may be.
    InputError or ConfigError names the table and the column that does not fit, before anything is
    counted.
    """
    if kept is not None:
        require_versions(spark, config.seed)
    reporter.step("reading the table")
    table = seed_table(spark, config)
    if kept is not None and kept.since is not None:
        before = kept_before(spark, table, kept, kept.since)
        source, question = _asked(spark, config, table, others, reporter, by_rows=True)
        found = audit_since(spark, table, source, before, kept, kept.since, question)
        return written(found, out, reporter)
    keep = None if kept is None else keeping(spark, table, kept)
    by_rows = kept is not None
    source, question = _asked(spark, config, table, others, reporter, by_rows=by_rows)
    return written(audit(source, question, keep), out, reporter)


def _asked(
    spark: SparkSession,
    config: Config,
    table: AuditedTable,
    others: Sequence[str],
    reporter: Reporter,
    *,
    by_rows: bool,
) -> tuple[Source, AuditQuestion]:
    """What is audited, beside which tables, and what is asked of it.

    ``by_rows``: what is told is shared by rows, of however many entities; how many rows are those
    of enough changes with each row that is added, and what is kept would not fit any more.
    """
    entities = _entities(table, config, reporter)
    question = audit_question(config, entities)
    if entities is not None and by_rows:
        question = replace(question, rows_of_enough=None)
        said = BY_ROWS.format(least=question.min_entities, key=", ".join(config.split.key))
        table = replace(table, notes=(*table.notes, said))
    beside = [other_table(spark, config, name) for name in others]
    return table.source(config.random_seed, reporter.step, beside), question


def _entities(table: AuditedTable, config: Config, reporter: Reporter) -> Entities | None:
    """The entities that the rows are of, where a key names them."""
    if not config.split.key:
        return None
    reporter.step(f"counting entities ({', '.join(config.split.key)})")
    return count_entities(table.frame, config.split.key, config.privacy.min_entities)


def written(found: Audit, out: Path, reporter: Reporter) -> Audit:
    """The audit as page, JSON and proposals in a folder."""
    reporter.step("writing the profile")
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    write_atomically(out / FACTS, text)
    write_atomically(out / PROPOSED, proposed_file(found))
    write_atomically(out / PAGE, render_audit(found))
    return found
