"""How many rows and cells each rule of cleaning touches, and whether they balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.across_rules import OUT
from lakehouse.checks import (
    REPLACED,
    CleanRules,
    Rule,
    check_rules,
    layers_of,
    repairs_of,
    rules_of,
)
from lakehouse.judged_rows import (
    EVENTS,
    MARKS,
    QUARANTINED,
    ROW,
    across_rows,
    reason_of,
    repaired_with_events,
)
from lakehouse.row_rules import RowRule
from lakehouse.scan import row_hash
from lakehouse.text_files import BROKEN_LINE

_SHORTHAND = {"set to null": "null_markers", REPLACED: "replace"}  # repairs by their setting


@dataclass(frozen=True)
class RuleCount:
    """What one rule did: the rows that break it, the cells it repaired, the rows it put aside.

    ``reason`` holds no value of a row. A row that breaks two rules counts in both.
    """

    rule: str
    columns: tuple[str, ...]
    action: str
    reason: str
    rows: int
    repaired: int = 0
    quarantined: int = 0


@dataclass(frozen=True)
class CleanCounts:
    """Where the rows went. ``reasons``: rule -> rows; ``repairs``: column -> kind -> cells.

    ``rules`` says the same by rule, also of those that let rows stay or that no row breaks.
    """

    rows_in: int
    clean: int
    quarantined: int
    duplicates: int
    reasons: dict[str, int]
    repairs: dict[str, dict[str, int]]
    rules: tuple[RuleCount, ...] = field(default=(), compare=False)

    def check(self) -> None:
        """Raise ValueError where a row was lost or made."""
        if self.rows_in != self.clean + self.quarantined + self.duplicates:
            raise ValueError(
                f"cleaning lost or made rows: {self.rows_in} came in, but {self.clean} are clean, "
                f"{self.quarantined} quarantined and {self.duplicates} duplicates; if the table "
                f"changed meanwhile, read it at a pinned version"
            )

    @property
    def balance(self) -> str:
        """Where the rows went, in a line."""
        return balance_of(asdict(self))

    def keeping_duplicates(self) -> CleanCounts:
        """The same where equal rows stay; before rules across rows were counted."""
        return replace(self, clean=self.clean + self.duplicates, duplicates=0)


def balance_of(counts: Mapping[str, Any]) -> str:
    """The same of counts as a record has them."""
    rows_in, clean, quarantined, duplicates = (
        f"{counts[name]:,}" for name in ("rows_in", "clean", "quarantined", "duplicates")
    )
    return (
        f"{rows_in} rows in = {clean} clean + {quarantined} quarantined + {duplicates} duplicates"
    )


def count_cleaning(
    frame: DataFrame, rules: CleanRules, *, sensitive: frozenset[str] = frozenset()
) -> CleanCounts:
    """Count what ``apply_rules`` does to this frame, apart from its frames: both passes."""
    return count_across(frame, rules, count_rows(frame, rules, sensitive=sensitive))


def count_rows(
    frame: DataFrame, rules: CleanRules, *, sensitive: frozenset[str] = frozenset()
) -> CleanCounts:
    """Count what rules on a row do, and equal rows.

    One scan, with a shuffle of two hashes a row: rows, reasons, repairs, and how many of the rows
    that keep all rules differ.
    """
    check_rules(frame, rules)
    first = int(BROKEN_LINE in frame.columns) + len(list(rules.judging))  # as many as rules_of
    prepared = repaired_with_events(frame, rules, first=first)
    found = list(rules_of(prepared, rules, sensitive))
    told = _count_events(prepared, found, frame.columns)
    events, kept = told.times, told.kept
    repairs = _Repairs(frame, rules, events, first=first, sensitive=sensitive)
    clean = told.different if rules.drop_duplicates else kept
    reasons: dict[str, int] = {}
    for place, rule in enumerate(found):
        if place in events and not rule.keeps:
            reasons[rule.name] = reasons.get(rule.name, 0) + events[place]
    judged = [_count_of(rule, events.get(i, 0), sensitive) for i, rule in enumerate(found)]
    return CleanCounts(
        rows_in=events.get(ROW, 0),
        clean=clean,
        quarantined=events.get(QUARANTINED, 0),
        duplicates=kept - clean,
        reasons=reasons,
        repairs=repairs.cells,
        rules=(*repairs.rules, *judged),
    )


def count_across(frame: DataFrame, rules: CleanRules, counts: CleanCounts) -> CleanCounts:
    """The counts with what rules across rows do; one pass with their shuffles, none without them.

    ``counts`` are those of :func:`count_rows`, with the duplicates that ``rules`` drop.
    """
    if not rules.across:
        return counts
    prepared = repaired_with_events(frame, rules, first=0)
    aside = [rule for rule in rules_of(prepared, rules, frozenset()) if not rule.keeps]
    judged = across_rows(prepared.where(reason_of(aside) == ""), rules)
    state = F.when(F.col(OUT), QUARANTINED).otherwise(ROW)
    every = judged.select(F.explode(F.concat(F.array(state), MARKS)).alias("event"))
    events = {int(row[0]): int(row[1]) for row in every.groupBy("event").count().collect()}
    moved = events.get(QUARANTINED, 0)
    done, reasons = list(counts.rules), dict(counts.reasons)
    for place, rule in enumerate(rules.across):
        rows = events.get(place, 0)
        quarantined = 0 if rule.action == "keep" else rows
        done.append(
            RuleCount(rule.kind, rule.columns, rule.action, rule.said, rows, 0, quarantined)
        )
        if quarantined:
            reasons[rule.name] = reasons.get(rule.name, 0) + quarantined
    return replace(
        counts,
        clean=events.get(ROW, 0),
        quarantined=counts.quarantined + moved,
        reasons=reasons,
        rules=tuple(done),
    )


class _Repairs:
    """Counted repairs, by column and kind and by rule."""

    def __init__(
        self,
        frame: DataFrame,
        rules: CleanRules,
        events: dict[int, int],
        *,
        first: int,
        sensitive: frozenset[str],
    ):
        self.cells: dict[str, dict[str, int]] = {}
        self.rules: list[RuleCount] = []
        place = first
        for step in repairs_of(frame, rules):
            if place in events:
                self._add(step.column, step.kind, events[place])
                kind = _SHORTHAND.get(step.kind, step.kind)
                told = RuleCount(
                    kind, (step.column,), "repair", step.kind, events[place], events[place]
                )
                self.rules.append(told)
            place += 1
        for rule in (rule for group in layers_of(rules) for rule in group):
            place = self._add_listed(rule, events, place, sensitive)

    def _add_listed(
        self, rule: RowRule, events: dict[int, int], place: int, sensitive: frozenset[str]
    ) -> int:
        rows, repaired = events.get(place, 0), 0
        for name in rule.columns:
            place += 1
            repaired += events.get(place, 0)
            if place in events:
                self._add(name, rule.repair_kind, events[place])
        self.rules.append(
            RuleCount(rule.kind, rule.columns, "repair", rule.told(sensitive), rows, repaired)
        )
        return place + 1

    def _add(self, column: str, kind: str, cells: int) -> None:
        own = self.cells.setdefault(column, {})
        own[kind] = own.get(kind, 0) + cells


def _count_of(rule: Rule, rows: int, sensitive: frozenset[str]) -> RuleCount:
    if rule.given is None:
        return RuleCount(rule.name, (), "quarantine", rule.name, rows, 0, rows)
    given = rule.given
    aside = 0 if rule.keeps else rows
    return RuleCount(given.kind, given.columns, given.action, given.told(sensitive), rows, 0, aside)


@dataclass(frozen=True)
class _Events:
    """How often each thing happens, by its number; rows that keep all rules, and different ones."""

    times: dict[int, int]
    kept: int
    different: int


def _count_events(prepared: DataFrame, found: list[Rule], columns: list[str]) -> _Events:
    """What happens to the rows: a row, a broken rule, a repaired cell; one scan and one shuffle.

    One list of numbers per row rather than one aggregate per rule: Spark compiles no query of some
    hundred aggregates, and a table may have as many columns. Equal rows are told by two hashes,
    which go with the number that every row has.
    """
    every, keeps = F.col(EVENTS), F.lit(True)
    if found:
        broken = F.array_compact(F.array(*[F.when(r.broken, i) for i, r in enumerate(found)]))
        aside = [i for i, rule in enumerate(found) if not rule.keeps]
        out = F.exists(broken, lambda place: place.isin(aside)) if aside else F.lit(False)
        if len(aside) == len(found):
            out = F.size(broken) > 0
        nothing = F.array().cast("array<int>")
        quarantined = F.when(out, F.array(F.lit(QUARANTINED))).otherwise(nothing)
        every, keeps = F.concat(F.col(EVENTS), broken, quarantined), ~out
    names = [name for name in columns if name != BROKEN_LINE]
    # 128 bits: one hash of 64 would confuse two of some billion rows.
    hashes = [F.when(keeps, row_hash(names, one)).alias(one) for one in ("one", "two")]
    # Apart, or Spark would hash a row again for each of its numbers.
    told = prepared.select(every.alias("events"), *hashes)
    each = told.select(F.explode("events").alias("event"), "one", "two")
    of_row = [F.when(F.col("event") == ROW, F.col(one)).alias(one) for one in ("one", "two")]
    equal = each.select("event", *of_row).groupBy("event", "one", "two").count()
    kept = F.sum(F.when(F.col("one").isNotNull(), F.col("count")))
    counted = equal.groupBy("event").agg(F.sum("count"), kept, F.count("one")).collect()
    rows = next((row for row in counted if row[0] == ROW), (ROW, 0, 0, 0))
    times = {int(row[0]): int(row[1]) for row in counted}
    return _Events(times, int(rows[2] or 0), int(rows[3]))
