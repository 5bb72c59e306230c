"""A judge of any synthetic table, whoever made it: tables in, report out; no run, no model."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.audit_question import audit_question
from jobs.config import Config, ConfigError
from jobs.declared_rules import clean_rules
from jobs.entities import least_rows, profile_by_entity
from jobs.evidence import Frames, measured_of, scan_all
from jobs.forms import row_sample
from jobs.progress import Reporter
from jobs.question import question_in, stated_in
from jobs.reading import read_options
from jobs.records import write_atomically
from jobs.rows import in_types_of
from lakehouse.checks import check_rules, repaired_rows
from lakehouse.distinct import count_distinct_rows
from lakehouse.files import BROKEN_LINE, read_source
from lakehouse.occurrence import OCCURRENCE, with_occurrence
from lakehouse.scan import split_by_hash
from lakehouse.schemas import plain_texts, quote, schema_of
from synth.audit.sensitive_columns import notes_on
from synth.encode import EncoderSettings, TableEncoder
from synth.encode.fit import fit_encoder
from synth.encode.written import read_in_forms
from synth.forms.find import find_forms
from synth.metrics.compared import HOLDOUT_SHARE, NO_HOLDOUT, left_out, no_search
from synth.metrics.judge import settled
from synth.profiling.keys import key_candidates
from synth.report.html import render_html
from synth.report.made import report_of
from synth.report.report import Report
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class Tables:
    """What is judged: files, Delta paths or tables of a catalog."""

    real: str
    synthetic: str
    holdout: str | None = None


def judge(
    spark: SparkSession, tables: Tables, config: Config, out: Path, reporter: Reporter
) -> Report:
    """Judge the synthetic table and write ``report.html`` and ``report.json`` into a folder.

    Bins come from the real table alone. Without a holdout a fifth of its rows, or of its entities
    (``split.key``), is held out here, by hash, and the report says so. InputError names the table
    and the column that does not fit, before anything is measured.
    """
    started = time.monotonic()
    reporter.step("reading the tables")
    frames, schema, notes = _read(spark, tables, config)
    reporter.step("profiling the real table")
    encoder, said = _encoder(frames["train"], schema, config)
    whole = scan_all(frames, encoder, reporter.step)
    _require_rows(tables, whole.rows)
    question = question_in(config, _repeats(frames, encoder))
    most = config.evaluate.model_rows
    found = settled(measured_of(frames, whole, encoder, question, most, reporter.step), question)
    reporter.step("writing the report")
    report = report_of(
        encoder,
        whole.counts,
        found,
        title=f"Synthetic table {Path(tables.synthetic).name}",
        notes=[*notes, *said],
        stated=stated_in(config) | {"min_entities": None},
        tables=[
            {"role": role, "name": name, "version": None, "rows": whole.rows[role]}
            for role, name in _names(tables).items()
        ],
        seconds={"evaluate": round(time.monotonic() - started, 2)},
    )
    _write(report, out)
    return report


def _names(tables: Tables) -> dict[str, str]:
    """Where each role's rows are from."""
    held = tables.holdout or f"a fifth of {tables.real}"
    return {"train": tables.real, "holdout": held, "synthetic": tables.synthetic}


def _read(
    spark: SparkSession, tables: Tables, config: Config
) -> tuple[Frames, TableSchema, list[str]]:
    """The three tables in the types of the real one, its schema, and what is to be said."""
    real, notes = _source(spark, "real", tables.real, config)
    schema = schema_of(real)
    schema = TableSchema(tuple(c for c in schema if c.name not in config.columns.ignore))
    _require_known(tables, config, schema)
    check_rules(real, clean_rules(config.clean))
    schema = schema.marked(sensitive=config.columns.sensitive, keys=config.columns.keys)
    frames: Frames = {}
    if tables.holdout is None:
        notes.append(NO_HOLDOUT)
        frames["train"], frames["holdout"] = _split(real, config)
    else:
        frames["train"] = real
        held, said = _source(spark, "holdout", tables.holdout, config)
        notes += said
        frames["holdout"] = _as_real(held, schema, "holdout", tables.holdout)
    made, said = _source(spark, "synthetic", tables.synthetic, config)
    more = [name for name in made.columns if name not in schema.names]
    if more:
        notes.append(
            f"columns of the synthetic table that the real one lacks, or that are left out, are "
            f"not judged: {', '.join(map(repr, more))}"
        )
    frames["synthetic"] = _as_real(made, schema, "synthetic", tables.synthetic)
    return frames, schema, [*notes, *said, *_on_cleaning(config)]


def _on_cleaning(config: Config) -> list[str]:
    """What of the configuration's cleaning is done to the tables, and what is not."""
    section = config.clean
    repairs = {
        "white space around texts is cut (clean.trim)": section.trim,
        "words that mean null are null (clean.null_markers)": section.null_markers,
        "values are replaced (clean.replace)": section.replace,
        "values are repaired (clean.rules), but for outliers": any(
            rule.action == "repair" for rule in section.rules
        ),
    }
    said = [f"in all tables {what}" for what, is_set in repairs.items() if is_set]
    rules = any(rule.action == "quarantine" for rule in section.rules)
    if section.allowed or section.ranges or section.not_null or rules:
        said.append(
            "rows that break clean.allowed, clean.ranges or clean.not_null are judged with the "
            "others: a judge leaves out no row that it can read"
            if not rules
            else "rows that break a rule of clean are judged with the others: a judge leaves out "
            "no row that it can read"
        )
    return said


def _source(
    spark: SparkSession, role: str, name: str, config: Config
) -> tuple[DataFrame, list[str]]:
    """The rows of a source that can be read, and what is to be said of it.

    Texts are repaired as a run repairs its seed before it learns: what it makes is made of those.
    """
    source = read_source(spark, name, read_options(config))
    notes = [f"{role} table: {note}" for note in source.notes]
    frame = source.frame
    if source.broken_lines:
        notes.append(f"{role} table: {source.broken_lines:,} broken lines are left out")
        frame = frame.where(f"{quote(BROKEN_LINE)} IS NULL")
    frame = plain_texts(frame.drop(BROKEN_LINE))
    return repaired_rows(frame, clean_rules(config.clean)), notes


def _require_known(tables: Tables, config: Config, schema: TableSchema) -> None:
    named = {
        "--target": () if config.task.target is None else (config.task.target,),
        "--sensitive": config.columns.sensitive,
        "--entity": config.split.key,
        "columns.keys": config.columns.keys,
        "evaluate.slices": config.evaluate.slices,
    }
    for setting, names in named.items():
        for name in names:
            if name not in schema.names:
                raise ConfigError(
                    f"{setting} names {name!r}, which {tables.real} does not have; "
                    f"{known_names(name, schema.names)}"
                )


def _as_real(frame: DataFrame, schema: TableSchema, role: str, name: str) -> DataFrame:
    """The real table's columns of another one, in its types; ConfigError where one lacks."""
    missing = [column for column in schema.names if column not in frame.columns]
    if missing:
        raise ConfigError(
            f"the {role} table {name} lacks {', '.join(map(repr, missing))}, which the real one "
            "has: add them, or leave them out (--set columns.ignore=[...])"
        )
    return in_types_of(frame, schema)


def _split(real: DataFrame, config: Config) -> tuple[DataFrame, DataFrame]:
    key = list(config.split.key)
    rows = real if key else with_occurrence(real)
    salt = f"judge/holdout/{config.random_seed}"
    both = split_by_hash(rows, key=key or list(rows.columns), salt=salt, fraction=HOLDOUT_SHARE)
    train, holdout = (side.drop(OCCURRENCE) for side in both)
    return train, holdout


def _encoder(
    train: DataFrame, schema: TableSchema, config: Config
) -> tuple[TableEncoder, tuple[str, ...]]:
    """The encoder whose bins all tables are counted in, of the real rows alone, and notes.

    Two scans of the train part, a third where codes are made anew or columns look like keys, and as
    many again where entities are counted.
    """
    key, least = config.split.key, config.privacy.min_entities
    settings = EncoderSettings(min_entities=least_rows(train, key, least, config.seed))
    profile = profile_by_entity(train, schema, key=key, least=least)
    if config.columns.infer_keys:
        looked = [(name,) for name in key_candidates(profile)]
        distinct = count_distinct_rows(train, looked, all_or_none=True)
        keys = [own[0] for own, n in zip(looked, distinct, strict=True) if n == profile.rows]
        profile = profile.marked(keys=keys)
    schema = profile.schema
    rows = config.encode.sample_rows
    sample = row_sample(
        with_occurrence(train) if rows < profile.rows else train,
        schema,
        config,
        rows=rows,
        of=profile.rows,
        salt=f"judge/sample/{config.random_seed}",
    )
    people = audit_question(config).inference.of_rows([sample.rows], schema)
    profile = profile.marked(sensitive=[one.column for one in people])
    schema = profile.schema
    found, assumed = find_forms(
        sample.rows, schema, min_entities=sample.least, wanted=config.columns.forms
    )
    written = read_in_forms(
        found,
        assumed,
        sample.rows,
        settings,
        wanted=config.columns.forms,
        profile_of=lambda forms, learned: profile_by_entity(
            train, learned, forms, key=key, least=least
        ),
        search_of=partial(no_search, settings),
    )
    encoder = fit_encoder(written.profile, written.sample, settings, forms=written.forms)
    return encoder, (*notes_on(people), *written.notes, *left_out(encoder))


def _require_rows(tables: Tables, rows: dict[str, int]) -> None:
    for role, name in _names(tables).items():
        if not rows[role]:
            raise InputError(f"the {role} table ({name}) has no rows: there is nothing to compare")


def _repeats(frames: Frames, encoder: TableEncoder) -> tuple[int, int]:
    """How many of how many real rows equal another one: one scan."""
    names = [quote(column.name) for column in encoder.table_schema if not column.key]
    real = frames["train"].select(names).unionByName(frames["holdout"].select(names))
    rows = real.count()
    return rows - real.distinct().count(), rows


def _write(report: Report, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    plain: dict[str, Any] = report.to_json()
    write_atomically(out / "report.json", json.dumps(plain, ensure_ascii=False, allow_nan=False))
    write_atomically(out / "report.html", render_html(report))
