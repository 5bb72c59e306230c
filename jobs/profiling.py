"""profile: one scan of the seed -> protected statistics, findings, the schema with flags."""

from __future__ import annotations

import json

from pyspark.sql import DataFrame

from jobs.declared import computed_of, seed_declared
from jobs.entities import rows_of_enough, tell_entities
from jobs.forms import form_facts, forms_in, row_sample
from jobs.records import StageRecord, write_atomically
from jobs.rows import profile_table, seed_rows, told_by_table
from jobs.run import Run
from lakehouse.declarations import NOTHING, Declared
from lakehouse.distinct import count_distinct
from lakehouse.files import BROKEN_LINE
from lakehouse.schemas import schema_of
from synth.encode import SAMPLE_ROWS
from synth.forms.table_forms import TableForms
from synth.profiling.findings import find, key_candidates
from synth.profiling.privacy import protected_profile
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema


def profile(run: Run) -> StageRecord:
    """Profile the seed and settle the schema: sensitive columns, declared and inferred keys.

    Two scans, of all rows and of a sample in which the forms of columns are found; a third one only
    where a column looks like a key, to count exactly, and two more where entities are counted.
    """
    rows = seed_rows(run).drop(BROKEN_LINE)
    declared, columns = seed_declared(run), schema_of(rows)
    computed = [column.name for column in computed_of(run, declared, columns)]
    seed = rows.drop(*computed)
    schema = run_schema(run, schema_of(seed), declared)
    run.reporter.step(f"{run.record('ingest').tables['seed'].rows:,} rows, {len(schema)} columns")
    found = profile_table(seed, schema)
    notes = [f"column {name!r} is left out (columns.ignore)" for name in run.config.columns.ignore]
    notes += [f"column {name!r} is generated: it is computed, not learned" for name in computed]
    if run.config.columns.infer_keys:
        schema, confirmed = _confirm_keys(run, seed, schema, found)
        notes += [f"column {name!r} is unique: taken as a key, made anew" for name in confirmed]
    forms, assumed = _forms(run, seed, schema, found.rows)
    findings = find(found, [form.column.name for form in forms.forms if not form.is_made])
    written = form_facts(forms, assumed)
    key, least = run.config.split.key, run.config.privacy.min_entities
    shown_from = rows_of_enough(run, rows, "the seed")
    tell_entities(found, rows, key=key, least=least)
    shown = protected_profile(found, findings, shown_from)
    text = json.dumps({**shown, "forms": written}, indent=1, ensure_ascii=False)
    write_atomically(run.path("profile.json"), text)
    facts = {
        "rows": found.rows,
        "schema": schema.to_json(),
        "findings": [finding.to_json() for finding in findings],
        "forms": {
            name: {"kind": form["kind"], "written": form["written"]}
            for name, form in written.items()
        },
    }
    return StageRecord("profile", facts=facts, notes=tuple(notes))


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


def _forms(
    run: Run, seed: DataFrame, schema: TableSchema, rows: int
) -> tuple[TableForms, dict[str, tuple[str, ...]]]:
    """How columns are written: ConfigError for a form of columns.forms that does not fit."""
    run.reporter.step("reading a sample: how columns are written")
    sample = row_sample(seed, schema, run.config, rows=SAMPLE_ROWS, of=rows, salt="profile")
    with told_by_table(run):
        return forms_in(run, sample, schema)


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
