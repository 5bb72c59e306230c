"""profile: one scan of the seed -> protected statistics, findings, the schema with flags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from pyspark.sql import DataFrame

from jobs.audit_question import audit_question
from jobs.declared import computed_of, seed_declared
from jobs.entities import entities_of, tell_entities
from jobs.forms import RowSample, form_facts, forms_in, row_sample
from jobs.records import StageRecord, write_atomically
from jobs.rows import seed_rows, told_by_table
from jobs.run import Run
from jobs.seed_checks import require_fit
from jobs.whole_profile import forget, notes_of, whole_profile
from lakehouse.declarations import NOTHING, Declared
from lakehouse.distinct import count_distinct
from lakehouse.files import BROKEN_LINE
from lakehouse.scan import aggregate
from lakehouse.schemas import schema_of
from synth.audit.column_audit import Columns, findings_on_columns
from synth.audit.content_state import ContentState
from synth.audit.contents import contents
from synth.audit.finding import Finding
from synth.audit.first_scan import First
from synth.audit.question import AuditQuestion
from synth.audit.sensitive_columns import notes_on
from synth.audit.text_words import mean_words
from synth.encode import SAMPLE_ROWS
from synth.profiling.keys import key_candidates
from synth.profiling.privacy import protected_profile
from synth.profiling.table_profile import TableProfile
from synth.statistics.together import Together
from synth.table.schema import TableSchema


def profile(run: Run) -> StageRecord:
    """Profile the seed and settle the schema: sensitive columns, declared and inferred keys.

    Two scans, of all rows and of a sample in which the forms of columns are found; a third one only
    where a column looks like a key, to count exactly, and two more where entities are counted.
    ``profile.whole`` takes two or three more.
    ConfigError for a finding that synthetic data of this table is not fit for use, unless it is
    accepted (``stated.accept``); the profile is written all the same.
    """
    rows = seed_rows(run).drop(BROKEN_LINE)
    declared, columns = seed_declared(run), schema_of(rows)
    computed = [column.name for column in computed_of(run, declared, columns)]
    seed = rows.drop(*computed)
    schema = run_schema(run, schema_of(seed), declared)
    run.reporter.step(f"{run.record('ingest').tables['seed'].rows:,} rows, {len(schema)} columns")
    found, state = scanned(seed, schema)
    sample = _sample(run, seed, schema, found.rows)
    entities = entities_of(run, rows, "the seed")
    # What it is for is no matter of the table: it may change later, and evaluate tells it.
    question = replace(audit_question(run.config, entities), purpose=None)
    told = contents(state, sample.rows.slice(0, question.sample_rows))
    assumed = question.inference.identifying(told.contents)
    schema = schema.marked(sensitive=[one.column for one in assumed])
    found = found.marked(sensitive=[one.column for one in assumed])
    notes = [f"column {name!r} is left out (columns.ignore)" for name in run.config.columns.ignore]
    notes += [f"column {name!r} is generated: it is computed, not learned" for name in computed]
    if run.config.columns.infer_keys:
        schema, confirmed = _confirm_keys(run, seed, schema, found)
        notes += [f"column {name!r} is unique: taken as a key, made anew" for name in confirmed]
    notes += [*notes_on(assumed), *told.notes]
    with told_by_table(run):
        forms, ambiguous = forms_in(run, sample, schema)
    written = form_facts(forms, ambiguous)
    tell_entities(found, rows, key=run.config.split.key, least=run.config.privacy.min_entities)
    keys = [column.name for column in schema if column.key]
    first = First(found.marked(keys=keys), state, sample.rows, told.contents, ())
    seen = Columns(found, told.contents, assumed, forms, mean_words(sample.rows))
    findings, more = _findings(run, seed, question, first, seen)
    shown = {
        **protected_profile(found, question.least),
        "findings": [finding.to_json() for finding in findings],
        "forms": written,
    }
    write_atomically(run.path("profile.json"), json.dumps(shown, indent=1, ensure_ascii=False))
    require_fit(run.config, findings)
    facts = {
        "rows": found.rows,
        "schema": schema.to_json(),
        "findings": shown["findings"],
        "forms": {
            name: {"kind": form["kind"], "written": form["written"]}
            for name, form in written.items()
        },
    }
    return StageRecord("profile", facts=facts, notes=(*notes, *more))


def _findings(
    run: Run, seed: DataFrame, question: AuditQuestion, first: First, seen: Columns
) -> tuple[Sequence[Finding], list[str]]:
    """Those on columns alone, or on the whole table, and what is to be said besides."""
    forget(run)
    if not run.config.profile.whole:
        return findings_on_columns(question, seen), []
    whole = whole_profile(run, seed, question, first)
    return whole.findings, notes_of(whole, first.profile.schema)


def scanned(seed: DataFrame, schema: TableSchema) -> tuple[TableProfile, ContentState]:
    """The profile of all columns, and what is counted of people in them: one scan."""
    loads = [partial(kind.from_bytes, schema=schema) for kind in (TableProfile, ContentState)]
    found, content = aggregate(
        seed,
        schema.names,
        new=lambda: Together([TableProfile(schema), ContentState(schema)]),
        load=partial(Together.from_bytes, loads=loads),
    ).parts
    return found, content


def run_schema(run: Run, schema: TableSchema, declared: Declared = NOTHING) -> TableSchema:
    """The columns that are synthesised, with the flags that configuration and seed declare.

    ``schema`` lacks computed columns, which may be named as sensitive all the same. An identity
    column is a key.
    """
    columns = run.config.columns
    kept = schema.select(name for name in schema.names if name not in columns.ignore)
    generated = {column.name for column in declared.columns if column.generated is not None}
    sensitive = [c for c in columns.sensitive if c in kept.names or c not in generated]
    identities = [c.name for c in declared.columns if c.identity and c.name in kept.names]
    return kept.marked(sensitive=sensitive, keys=[*columns.keys, *identities])


def _sample(run: Run, seed: DataFrame, schema: TableSchema, rows: int) -> RowSample:
    run.reporter.step("reading a sample: how columns are written")
    return row_sample(seed, schema, run.config, rows=SAMPLE_ROWS, of=rows, salt="profile")


def _confirm_keys(
    run: Run, seed: DataFrame, schema: TableSchema, found: TableProfile
) -> tuple[TableSchema, list[str]]:
    candidates = key_candidates(found)
    if not candidates:
        return schema, []
    run.reporter.step(f"counting {len(candidates)} columns that may be keys")
    distinct = count_distinct(seed, candidates)
    confirmed = [name for name in candidates if distinct[name] == found.rows]
    return schema.marked(keys=confirmed), confirmed
