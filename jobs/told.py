"""What a run's earlier stages have to say in its report: cleaning, rules, keys, rows to show."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyspark.sql import DataFrame

from jobs.artifacts import settled_config
from jobs.candidates import FIRST, Candidate
from jobs.rows import aggregate_learned
from jobs.run import Run
from jobs.synthetic import first_rows
from lakehouse.checks import MASK, REPLACED
from lakehouse.distinct import count_distinct_rows
from synth.dependencies.composite_keys import note_on_repeats
from synth.dependencies.facts import with_broken
from synth.dependencies.violations import Violations
from synth.encode import TableEncoder
from synth.sampling.model_folder import load_model

SHOWN_ROWS, SHOWN_PAIRS = 3, 5  # of the table; of what cleaning replaced by what


def repeated_keys(run: Run, frame: DataFrame) -> tuple[str, ...]:
    """How many rows repeat a composite key of the seed: one scan, none where it has no such key."""
    keys: list[list[str]] = run.record("encode").facts.get("composite_keys", [])
    if not keys:
        return ()
    run.reporter.step("counting repeated keys of several columns")
    rows = run.record("sample").tables[FIRST].rows  # as many as each of them has
    counted = zip(keys, count_distinct_rows(frame, keys), strict=True)
    notes = (note_on_repeats(key, rows, distinct) for key, distinct in counted)
    return tuple(note for note in notes if note)


def dependencies(run: Run, frame: DataFrame, encoder: TableEncoder) -> list[dict[str, Any]]:
    """What encode found to be determined, with how often the table breaks what is used.

    One scan of the columns that the rules name; none where no rule is used.
    """
    facts: list[dict[str, Any]] = run.record("encode").facts["dependencies"]
    if not encoder.plan.steps:
        return facts
    run.reporter.step("counting broken dependencies")
    counted = aggregate_learned(
        frame,
        encoder.forms,
        Violations(encoder.schema, encoder.plan).names,
        new=partial(Violations, encoder.schema, encoder.plan),
        load=partial(Violations.from_bytes, schema=encoder.schema, plan=encoder.plan),
    )
    return with_broken(facts, counted)


def seed_repeats(run: Run) -> tuple[int, int]:
    """How many of the seed's rows cleaning dropped because they equal another, and of how many."""
    counts = run.record("clean").facts["counts"]
    return int(counts["duplicates"]), int(counts["rows_in"])


def cleaning_facts(run: Run) -> dict[str, Any]:
    """What cleaning did; repairs as one line each, ``income: >50K. replaced by >50K``."""
    counts = run.record("clean").facts["counts"]
    repairs = {
        f"{column}: {_repair(run, column, kind)}": cells
        for column, kinds in counts["repairs"].items()
        for kind, cells in kinds.items()
    }
    return {**counts, "repairs": repairs}


def _repair(run: Run, column: str, kind: str) -> str:
    """What a repair did to a column: of replacements what became what, unless nobody may see it."""
    pairs = run.config.clean.replace.get(column, {})
    if kind != REPLACED or column in settled_config(run).columns.sensitive:
        return kind
    said = [f"{old or 'an empty text'} {kind} by {new}" for old, new in pairs.items()]
    more = f" and {len(said) - SHOWN_PAIRS} more" if len(said) > SHOWN_PAIRS else ""
    return ", ".join(said[:SHOWN_PAIRS]) + more


def shown_rows(run: Run, candidate: Candidate) -> list[dict[str, str]]:
    """The first rows of a candidate as text: made from the model again, not read from the table.

    Sensitive values are masked: a frequent one is a value of the seed too. None where rows are
    given: the model alone does not make those.
    """
    if run.config.sample.given_rows is not None:
        return []
    model = load_model(run.path("model"))
    first = first_rows(run, model, candidate, SHOWN_ROWS)
    hidden = {column.name for column in model.encoder.table_schema if column.sensitive}
    hidden |= set(run.config.columns.sensitive)  # a model from elsewhere need not know
    return [
        {name: MASK if name in hidden else _text(value) for name, value in row.items()}
        for row in first
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
