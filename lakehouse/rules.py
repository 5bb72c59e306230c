"""Cleaning: repair what can be repaired, set aside what breaks a rule, drop what is there twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.across_rules import OUT, AcrossRule
from lakehouse.checks import CleanRules, Rule, check_rules, rules_of
from lakehouse.cleaning_counts import CleanCounts, count_across, count_cleaning, count_rows
from lakehouse.files import BROKEN_LINE
from lakehouse.judged_rows import MARKS, ORIGINAL, across_rows, reason_of, repaired_with_events
from lakehouse.row_rules import RowRule
from lakehouse.schemas import quote

__all__ = [
    "REASON",
    "RULE",
    "RUN",
    "CleanCounts",
    "CleanRules",
    "Cleaned",
    "apply_rules",
    "count_across",
    "count_cleaning",
    "count_rows",
]

# What stands beside a row in quarantine; the last two where a run has put it there.
REASON, RULE, RUN = "_reason", "_lakesynth_rule", "_lakesynth_run"


@dataclass(frozen=True)
class Cleaned:
    """The rows that keep every rule, and the others, as they came, with the reason."""

    clean: DataFrame
    quarantine: DataFrame


def apply_rules(
    frame: DataFrame,
    rules: CleanRules,
    *,
    sensitive: frozenset[str] = frozenset(),
    run: str | None = None,
) -> Cleaned:
    """Repaired rows that keep every rule, without exact duplicates, and all others as they came.

    Those have the reason in ``_reason`` and, of a ``run``, its name and the rules that they break.
    No job; one scan for each frame that is written, and a shuffle for the clean one if duplicates
    are dropped; rules across rows cost both frames theirs. Values of ``sensitive`` columns are
    masked in the reasons.
    """
    check_rules(frame, rules)
    names = [quote(name) for name in frame.columns if name != BROKEN_LINE]
    prepared = repaired_with_events(frame, rules, first=0)
    found = [rule for rule in rules_of(prepared, rules, sensitive) if not rule.keeps]
    if not found and not rules.across:
        nothing = _beside(prepared.where(F.lit(False)), F.lit(None), F.lit(None), run)
        return Cleaned(_distinct(prepared.select(*names), rules), nothing)
    reason = reason_of(found)
    kept = prepared.where(reason == "")
    aside = _beside(prepared.where(reason != ""), reason, _rules_broken(found), run)
    if not rules.across:
        return Cleaned(_distinct(kept.select(*names), rules), aside)
    judged = across_rows(kept, rules)
    clean = judged.where(~F.col(OUT)).select(*names)
    words, kinds = [], []
    for place, rule in enumerate(rules.across):
        if rule.action != "keep":
            broken = F.array_contains(MARKS, place)
            words.append(F.when(broken, F.lit(rule.said)))
            kinds.append(F.when(broken, F.lit(_label(rule))))
    more = _beside(judged.where(OUT), F.concat_ws("; ", *words), F.concat_ws("; ", *kinds), run)
    return Cleaned(clean, aside.unionByName(more))


def _beside(
    rows: DataFrame, reason: SparkColumn, broken: SparkColumn, run: str | None
) -> DataFrame:
    """Rows as they came, with why they are set aside beside them."""
    # Nullable, so that the table is one commit: Delta makes columns that are NOT NULL in two.
    text = {REASON: reason}
    if run is not None:
        text |= {RULE: broken, RUN: F.lit(run)}
    told = [F.nullif(words, F.lit("")).cast("string").alias(name) for name, words in text.items()]
    return rows.select(f"{ORIGINAL}.*", *told)


def _rules_broken(found: Sequence[Rule]) -> SparkColumn:
    """The rules that a row breaks, by where they stand: ``clean.rules.0 (in_range): age``."""
    labels = [
        F.when(one.broken, _label(one.given) if one.given is not None else one.name)
        for one in found
    ]
    return F.concat_ws("; ", *labels)


def _label(rule: RowRule | AcrossRule) -> str:
    return ": ".join([rule.setting, *([", ".join(rule.columns)] if rule.columns else [])])


def _distinct(frame: DataFrame, rules: CleanRules) -> DataFrame:
    return frame.dropDuplicates() if rules.drop_duplicates else frame
