"""clean: the seed -> a clean table and a quarantine table, no row lost between them."""

from __future__ import annotations

from dataclasses import asdict, replace

from jobs.data_sections import CleanConfig
from jobs.records import StageRecord
from jobs.rows import seed_rows
from jobs.run import Run
from lakehouse.rules import CleanRules, apply_rules, count_cleaning
from lakehouse.tables import write
from synth.table.errors import InputError

# Copies made by mistake are few. In a table of few, coarse columns equal rows are equal people.
MOST_DUPLICATES = 0.01


def clean(run: Run) -> StageRecord:
    """Repair, quarantine and deduplicate; the counts must balance or the stage fails."""
    seed = seed_rows(run)
    sensitive = frozenset(run.config.columns.sensitive)
    run.reporter.step("counting what each rule finds")
    rules = clean_rules(run.config.clean)
    counts = count_cleaning(seed, rules, sensitive=sensitive)
    notes = []
    found = counts.duplicates
    automatic = run.config.clean.drop_duplicates == "auto"
    if automatic and found > MOST_DUPLICATES * counts.rows_in:
        notes.append(
            f"{found:,} rows equal another: more than {MOST_DUPLICATES:.0%}, so they are taken as "
            "data and kept (clean.drop_duplicates: true drops them)"
        )
        rules = replace(rules, drop_duplicates=False)
        counts = replace(counts, clean=counts.clean + found, duplicates=0)
    cleaned = apply_rules(seed, rules, sensitive=sensitive)
    tables = {}
    for role, frame in (("clean", cleaned.clean), ("quarantine", cleaned.quarantine)):
        run.reporter.step(f"writing the {role} table")
        name = run.lake.table(run.table, role)
        tables[role] = run.table_record(write(frame, name, app_id=run.app_id("clean", role)))
    counts.check()
    written = (tables["clean"].rows, tables["quarantine"].rows)
    if written != (counts.clean, counts.quarantined):
        raise RuntimeError(
            f"table {run.table}: {written[0]} clean and {written[1]} quarantined rows were "
            f"written, but {counts.clean} and {counts.quarantined} were counted"
        )
    if counts.clean == 0:
        raise InputError(
            f"table {run.table}: no row is left after cleaning {counts.rows_in:,}; see the reasons "
            f"in {tables['quarantine'].name}"
        )
    balance = (
        f"{counts.rows_in:,} rows in = {counts.clean:,} clean + {counts.quarantined:,} quarantined "
        f"+ {counts.duplicates:,} duplicates"
    )
    facts = {"counts": asdict(counts), "rows_are_unique": rules.drop_duplicates}
    return StageRecord("clean", tables, facts, (balance, *notes))


def clean_rules(given: CleanConfig) -> CleanRules:
    """The rules that the configuration declares; duplicates count as mistakes at first."""
    return CleanRules(
        trim=given.trim,
        null_markers=given.null_markers,
        replace=given.replace,
        allowed=given.allowed,
        ranges=given.ranges,
        not_null=given.not_null,
        drop_duplicates=bool(given.drop_duplicates),
    )
