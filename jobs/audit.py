"""An audit of any table, alone: a table in, findings and a page out; no run, no lake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.audit_question import audit_question
from jobs.audit_since import Kept, audit_since, keeping
from jobs.audited_table import other_table, seed_table
from jobs.config import Config
from jobs.entities import count_entities
from jobs.progress import Reporter
from jobs.proposed_file import proposed_file
from jobs.records import write_atomically
from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.report.audit_page import render_audit

PAGE, FACTS, PROPOSED = "profile.html", "profile.json", "proposed.yaml"


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
    which a 64th has no repeat; one more where ``split.key`` names entities, to count them; with
    ``kept.since`` one of the rows added since. ``others`` are tables in which foreign keys are
    looked for: a scan of each, and one of two columns for each that there may be. InputError or
    ConfigError names the table and the column that does not fit, before anything is counted.
    """
    if kept is not None and kept.since is not None:
        reporter.step(f"profiling the rows added since version {kept.since}")
        question = audit_question(config)
        return _written(audit_since(spark, config.seed, kept, kept.since, question), out, reporter)
    keep = keeping(spark, config.seed, kept)
    reporter.step("reading the table")
    table = seed_table(spark, config)
    entities = None
    if config.split.key:
        reporter.step(f"counting entities ({', '.join(config.split.key)})")
        key, least = config.split.key, config.privacy.min_entities
        entities = count_entities(table.frame, key, least).number
    beside = [other_table(spark, config, name) for name in others]
    source = table.source(config.random_seed, reporter.step, beside)
    return _written(audit(source, audit_question(config, entities), keep), out, reporter)


def _written(found: Audit, out: Path, reporter: Reporter) -> Audit:
    reporter.step("writing the profile")
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    write_atomically(out / FACTS, text)
    write_atomically(out / PROPOSED, proposed_file(found))
    write_atomically(out / PAGE, render_audit(found))
    return found
