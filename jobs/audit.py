"""An audit of any table, alone: a table in, findings and a page out; no run, no lake."""

from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.audit_since import Kept, audit_since, keeping
from jobs.audited_table import seed_table
from jobs.config import Config
from jobs.entities import count_entities
from jobs.progress import Reporter
from jobs.records import write_atomically
from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.question import AuditQuestion
from synth.report.audit_page import render_audit

PAGE, FACTS = "profile.html", "profile.json"


def audit_table(
    spark: SparkSession, config: Config, out: Path, reporter: Reporter, kept: Kept | None = None
) -> Audit:
    """Audit the configuration's seed as it stands, and write the page and its JSON into a folder.

    Three scans; one more where ``split.key`` names entities, to count them; with ``kept.since`` one
    of the rows added since. InputError or ConfigError names the table and the column that does not
    fit, before anything is counted.
    """
    if kept is not None and kept.since is not None:
        reporter.step(f"profiling the rows added since version {kept.since}")
        question = _question(config, None)
        return _written(audit_since(spark, config.seed, kept, kept.since, question), out, reporter)
    keep = keeping(spark, config.seed, kept)
    reporter.step("reading the table")
    table = seed_table(spark, config)
    entities = None
    if config.split.key:
        reporter.step(f"counting entities ({', '.join(config.split.key)})")
        key, least = config.split.key, config.privacy.min_entities
        entities = count_entities(table.frame, key, least).number
    question = _question(config, entities)
    source = table.source(config.random_seed, reporter.step)
    return _written(audit(source, question, keep), out, reporter)


def _written(found: Audit, out: Path, reporter: Reporter) -> Audit:
    reporter.step("writing the profile")
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    write_atomically(out / FACTS, text)
    write_atomically(out / PAGE, render_audit(found))
    return found


def _question(config: Config, entities: int | None) -> AuditQuestion:
    positive = config.task.positive
    return AuditQuestion(
        config.task.target,
        None if positive is None else str(positive),
        config.stated.intended_use,
        entities,
        config.privacy.min_entities,
        infer_sensitive=config.columns.infer_sensitive,
        seed=config.random_seed,
    )
