"""Cleaning: repair what can be repaired, set aside what breaks a rule, drop what is there twice."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.checks import (
    CleanRules,
    Rule,
    check_rules,
    repaired_columns,
    repairs_of,
    rules_of,
)
from lakehouse.files import BROKEN_LINE
from lakehouse.scan import row_hash

__all__ = ["REASON", "CleanCounts", "CleanRules", "Cleaned", "apply_rules", "count_cleaning"]

REASON = "_reason"
_EVENTS = "_lakesynth_events"
_ROW, _QUARANTINED = -1, -2


@dataclass(frozen=True)
class Cleaned:
    """The rows that keep every rule, and the others with the reason in ``_reason``."""

    clean: DataFrame
    quarantine: DataFrame


@dataclass(frozen=True)
class CleanCounts:
    """Where the rows went. ``reasons``: rule -> rows; ``repairs``: column -> kind -> cells."""

    rows_in: int
    clean: int
    quarantined: int
    duplicates: int
    reasons: dict[str, int]
    repairs: dict[str, dict[str, int]]

    def check(self) -> None:
        """Raise ValueError where a row was lost or made."""
        if self.rows_in != self.clean + self.quarantined + self.duplicates:
            raise ValueError(
                f"cleaning lost or made rows: {self.rows_in} came in, but {self.clean} are clean, "
                f"{self.quarantined} quarantined and {self.duplicates} duplicates; if the table "
                f"changed meanwhile, read it at a pinned version"
            )


def apply_rules(
    frame: DataFrame, rules: CleanRules, *, sensitive: frozenset[str] = frozenset()
) -> Cleaned:
    """Repaired rows that keep every rule, without exact duplicates, and all others with a reason.

    No job; one scan for each frame that is written, and a shuffle for the clean one if duplicates
    are dropped. Values of ``sensitive`` columns are masked in the reasons.
    """
    check_rules(frame, rules)
    repaired = frame.select(*repaired_columns(frame, rules))
    found = list(rules_of(repaired, rules, sensitive))
    if not found:
        nothing = repaired.where(F.lit(False)).withColumn(REASON, F.lit(None).cast("string"))
        return Cleaned(_distinct(repaired, rules), nothing)
    # Never null, even where a comparison is: no row may fall between the two frames.
    reason = F.concat_ws("; ", *[F.when(rule.broken, rule.reason) for rule in found])
    clean = repaired.where(reason == "").drop(BROKEN_LINE)
    # Nullable, so that the table is one commit: Delta makes columns that are NOT NULL in two.
    told = F.when(reason != "", reason)
    quarantine = repaired.where(reason != "").withColumn(REASON, told)
    return Cleaned(_distinct(clean, rules), quarantine)


def _distinct(frame: DataFrame, rules: CleanRules) -> DataFrame:
    return frame.dropDuplicates() if rules.drop_duplicates else frame


def count_cleaning(
    frame: DataFrame, rules: CleanRules, *, sensitive: frozenset[str] = frozenset()
) -> CleanCounts:
    """Count what ``apply_rules`` does to this frame, apart from its frames.

    Two scans: one counts rows, reasons and repairs; one, with a shuffle of two hashes a row, counts
    the rows that keep all rules and how many of them differ.
    """
    check_rules(frame, rules)
    steps = list(repairs_of(frame, rules))
    found = list(rules_of(frame, rules, sensitive))
    events = _count_events(frame, rules, found)
    repairs: dict[str, dict[str, int]] = {}
    for place, step in enumerate(steps, start=len(found)):
        if place in events:
            repairs.setdefault(step.column, {})[step.kind] = events[place]
    kept, different = _count_kept(frame, rules, found)
    clean = different if rules.drop_duplicates else kept
    return CleanCounts(
        rows_in=events.get(_ROW, 0),
        clean=clean,
        quarantined=events.get(_QUARANTINED, 0),
        duplicates=kept - clean,
        reasons={r.name: events[i] for i, r in enumerate(found) if i in events},
        repairs=repairs,
    )


def _count_events(frame: DataFrame, rules: CleanRules, found: list[Rule]) -> dict[int, int]:
    """How often each thing happens, by its number: a row, a broken rule, a repaired cell.

    One list of numbers per row rather than one aggregate per rule: Spark compiles no query of some
    hundred aggregates, and a table may have as many columns.
    """
    changed = [
        F.when(step.changed, place)
        for place, step in enumerate(repairs_of(frame, rules), start=len(found))
    ]
    events = F.array_compact(F.array(F.lit(_ROW), *changed)).alias(_EVENTS)
    repaired = frame.select(*repaired_columns(frame, rules), events)
    if found:
        broken = F.array_compact(F.array(*[F.when(r.broken, i) for i, r in enumerate(found)]))
        quarantined = F.when(F.size(broken) > 0, F.array(F.lit(_QUARANTINED)))
        nothing = F.array().cast("array<int>")
        every = F.concat(F.col(_EVENTS), broken, F.coalesce(quarantined, nothing))
    else:
        every = F.col(_EVENTS)
    counted = repaired.select(F.explode(every).alias("event")).groupBy("event").count()
    return {int(row[0]): int(row[1]) for row in counted.collect()}


def _count_kept(frame: DataFrame, rules: CleanRules, found: list[Rule]) -> tuple[int, int]:
    """The rows that keep all rules, and how many of them differ."""
    kept = frame.select(*repaired_columns(frame, rules))
    for rule in found:
        kept = kept.where(~rule.broken)
    names = [name for name in kept.columns if name != BROKEN_LINE]
    # 128 bits: one hash of 64 would confuse two of some billion rows.
    hashes = kept.select(row_hash(names, "one").alias("one"), row_hash(names, "two").alias("two"))
    equal = hashes.groupBy("one", "two").count()
    total = equal.agg(F.sum("count"), F.count(F.lit(1))).first()
    return (0, 0) if total is None else (int(total[0] or 0), int(total[1]))
