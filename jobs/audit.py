"""An audit of any table, alone: a table in, findings and a page out; no run, no lake."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from jobs.audit_since import Kept, audit_since, keeping
from jobs.config import Config
from jobs.entities import count_entities
from jobs.progress import Reporter
from jobs.reading import read_options
from jobs.records import write_atomically
from jobs.seed_checks import require_columns
from lakehouse.distinct import count_distinct_rows
from lakehouse.files import BROKEN_LINE, read_source
from lakehouse.scan import aggregate, row_hash
from lakehouse.schemas import plain_texts, quote, schema_of
from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.question import AuditQuestion
from synth.audit.row_sample import ORDER
from synth.audit.source import Source
from synth.report.audit_page import render_audit
from synth.statistics.state import State
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)
PAGE, FACTS = "profile.html", "profile.json"


def audit_table(
    spark: SparkSession, config: Config, out: Path, reporter: Reporter, kept: Kept | None = None
) -> Audit:
    """Audit the configuration's seed as it stands, and write the page and its JSON into a folder.

    Three scans, the third of the columns of keys that there may be, once more where one is left of
    which a 64th has no repeat; one more where ``split.key`` names entities, to count them; with
    ``kept.since`` one of the rows added since. InputError or ConfigError names the table and the
    column that does not fit, before anything is counted.
    """
    if kept is not None and kept.since is not None:
        reporter.step(f"profiling the rows added since version {kept.since}")
        question = _question(config, None)
        return _written(audit_since(spark, config.seed, kept, kept.since, question), out, reporter)
    keep = keeping(spark, config.seed, kept)
    reporter.step("reading the table")
    frame, notes = _read(spark, config)
    require_columns(config, tuple(frame.columns))
    schema = _schema(config, schema_of(frame))
    entities = None
    if config.split.key:
        reporter.step(f"counting entities ({', '.join(config.split.key)})")
        key, least = config.split.key, config.privacy.min_entities
        entities = count_entities(frame, key, least).number
    question = _question(config, entities)
    source = Source(
        config.seed,
        schema,
        _Scan(frame, schema, config.random_seed),
        partial(count_distinct_rows, frame, all_or_none=True),
        reporter.step,
        tuple(notes),
    )
    return _written(audit(source, question, keep), out, reporter)


def _written(found: Audit, out: Path, reporter: Reporter) -> Audit:
    reporter.step("writing the profile")
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    write_atomically(out / FACTS, text)
    write_atomically(out / PAGE, render_audit(found))
    return found


def _read(spark: SparkSession, config: Config) -> tuple[DataFrame, list[str]]:
    """The rows of the seed that can be read, as they are, and what is to be said of them."""
    source = read_source(spark, config.seed, read_options(config))
    frame, notes = source.frame, list(source.notes)
    if source.broken_lines:
        notes.append(f"{source.broken_lines:,} broken lines are left out")
        frame = frame.where(f"{quote(BROKEN_LINE)} IS NULL")
    return plain_texts(frame.drop(BROKEN_LINE)), notes


def _schema(config: Config, schema: TableSchema) -> TableSchema:
    columns = config.columns
    kept = schema.select(name for name in schema.names if name not in columns.ignore)
    sensitive = [name for name in columns.sensitive if name in kept.names]
    return kept.marked(sensitive=sensitive, keys=columns.keys)


def _question(config: Config, entities: int | None) -> AuditQuestion:
    positive = config.task.positive
    return AuditQuestion(
        config.task.target,
        None if positive is None else str(positive),
        config.stated.intended_use,
        entities,
        config.privacy.min_entities,
        infer_sensitive=config.columns.infer_sensitive,
        not_sensitive=config.columns.not_sensitive,
        seed=config.random_seed,
    )


class _Scan:
    """Passes over a frame's columns of a schema: one scan of the table each."""

    def __init__(self, frame: DataFrame, schema: TableSchema, seed: int):
        names = [quote(name) for name in schema.names]
        self.plain = frame.select(names)
        order = row_hash(schema.names, f"audit/sample/{seed}").alias(ORDER)
        self.ordered = frame.select(*names, order)

    def __call__(
        self, new: Callable[[], S], load: Callable[[bytes], S], *, ordered: bool = False
    ) -> S:
        frame = self.ordered if ordered else self.plain
        return aggregate(frame, frame.columns, new=new, load=load)
