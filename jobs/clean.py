"""clean: the seed -> a clean table and a quarantine table, no row lost between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from jobs.artifacts import settled_config
from jobs.config import Config, ConfigError
from jobs.declared_rules import rules_for
from jobs.records import StageRecord
from jobs.rows import seed_rows
from jobs.run import Run
from lakehouse.checks import check_rules
from lakehouse.fences import with_fences
from lakehouse.rules import CleanCounts, CleanRules, apply_rules, count_across, count_rows
from lakehouse.tables import write
from synth.table.errors import InputError

# Copies made by mistake are few. In a table of few, coarse columns equal rows are equal people.
MOST_DUPLICATES = 0.01
# What Spark says of a value that an expression cannot be calculated for.
_OF_A_VALUE = ("DIVIDE_BY_ZERO", "CAST_INVALID", "OVERFLOW", "CANNOT_PARSE", "OUT_OF_RANGE")


def clean(run: Run) -> StageRecord:
    """Repair, quarantine and deduplicate; the counts must balance or the stage fails.

    Scans of the seed: one that counts, one for each table that gets rows; one more where a rule
    looks for outliers, and another where rules look across rows. Equal rows cost the clean table a
    shuffle of its rows, where any were counted.
    """
    seed = seed_rows(run)
    config = settled_config(run)
    run.reporter.step("counting what each rule finds")
    given = rules_for(config, run.spark)
    with told_by_values(config):
        rules, counts, notes = measured(seed, given, config)
        # What was counted as none is not looked for again: that would be a shuffle and a scan.
        left = rules if counts.duplicates else replace(rules, drop_duplicates=False)
        sensitive = frozenset(config.columns.sensitive)
        cleaned = apply_rules(seed, left, sensitive=sensitive, run=run.id)
        aside = cleaned.quarantine if counts.quarantined else cleaned.quarantine.limit(0)
        tables = {}
        for role, frame in (("clean", cleaned.clean), ("quarantine", aside)):
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
    facts = {"counts": asdict(counts), "rows_are_unique": rules.drop_duplicates}
    return StageRecord("clean", tables, facts, (counts.balance, *notes))


def measured(
    seed: DataFrame, rules: CleanRules, config: Config
) -> tuple[CleanRules, CleanCounts, tuple[str, ...]]:
    """``(rules, counts, notes)``: the rules as they are for this seed, and what they do to it.

    Outliers have their fences, and equal rows are dropped or kept, in the rules that come back.
    """
    check_rules(seed, rules)
    own, notes = with_fences(seed, rules.rows)
    rules = replace(rules, rows=own)
    counts = count_rows(seed, rules, sensitive=frozenset(config.columns.sensitive))
    found = counts.duplicates
    if config.clean.drop_duplicates == "auto" and found > MOST_DUPLICATES * counts.rows_in:
        more = (
            f"{found:,} rows equal another: more than {MOST_DUPLICATES:.0%}, so they are taken as "
            "data and kept (clean.drop_duplicates: true drops them)"
        )
        notes = (*notes, more)
        rules = replace(rules, drop_duplicates=False)
        counts = counts.keeping_duplicates()
    counts = count_across(seed, rules, counts)
    stayed = [
        f"{one.rule} on {', '.join(one.columns) or 'the row'}: {one.rows:,} rows break it and stay"
        for one in counts.rules
        if one.action == "keep" and one.rows
    ]
    return rules, counts, (*notes, *stayed)


@contextmanager
def told_by_values(config: Config) -> Iterator[None]:
    """ConfigError where an expression cannot be calculated for some row; its value is not said."""
    try:
        yield
    except PySparkException as error:
        condition = error.getCondition() or ""
        listed = [
            rule.setting(place)
            for place, rule in enumerate(config.clean.rules)
            if rule.kind == "expression"
        ]
        if not listed or not any(part in condition for part in _OF_A_VALUE):
            raise
        raise ConfigError(
            f"table {config.table_name}: an expression ({', '.join(listed)}) cannot be calculated "
            f"for some row ({condition}): use try_cast, try_divide and their kin, which give null"
        ) from error
