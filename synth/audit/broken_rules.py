"""Rules that nearly all rows keep: the few that break them may be mistakes.

A run learns a rule with its exceptions, or leaves it. Who asks what is in a table wants to know of
the rows: how many there are, and by which rule of cleaning they are put aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from synth.audit.finding import Finding
from synth.audit.remedies import by
from synth.dependencies.choose import identity
from synth.dependencies.dependency import FEWEST_COMPLETE, MOST_EXCEPTIONS, Dependency
from synth.dependencies.evidence import Found
from synth.dependencies.facts import dependency_facts
from synth.dependencies.plan import Plan, Rejected
from synth.dependencies.sample import Sample
from synth.dependencies.settings import TOLERATED, DependencySettings
from synth.table.door import either
from synth.table.schema import TableSchema
from synth.table.sql import quote

BROKEN = "rule that few rows break"
WHY_NOT = "rows break it"


@dataclass(frozen=True)
class BrokenRule:
    """``rows`` could break it (:class:`Breaks`), ``violations`` of them do.

    ``condition``: in Spark's SQL, on one row; None where there is none.
    """

    words: str
    columns: tuple[str, ...]
    rows: int
    violations: int
    condition: str | None

    def cleaning(self) -> dict[str, Any] | None:
        """The rule as ``clean.rules`` takes it; None where it has no condition on one row."""
        if self.condition is None:
            return None
        said = {"expression": self.condition, "action": "quarantine", "reason": self.words}
        return {"rule": "expression", **said}


@dataclass(frozen=True)
class RuleBook:
    """What an audit tells of rules: ``facts`` of each as plain data, and those that few break."""

    facts: tuple[dict[str, Any], ...] = ()
    broken: tuple[BrokenRule, ...] = ()


def rule_book(
    plan: Plan,
    more: Sequence[Found],
    sample: Sample | None,
    distinct: Mapping[str, float],
    learned: TableSchema,
    table: TableSchema,
    looked_for: Sequence[Dependency] = (),
    read: Mapping[str, str] = MappingProxyType({}),
) -> RuleBook:
    """The rules of a plan, and those of ``more``, which a run does not look for, that few break.

    ``sample`` is of the ``learned`` columns, if there is one; ``read`` says of texts of the
    ``table`` how Spark reads what is learned of them. ``looked_for`` are rules as a search has
    found them, of several readings of a formula the plainest first; of maps those come first that
    a plan uses.
    """
    own = [*(step.found for step in plan.steps), *(left.found for left in plan.rejected)]
    constant = {name for name, number in distinct.items() if number <= 1}
    places = {identity(rule): place for place, rule in enumerate(looked_for)}

    def plainness(one: Found) -> tuple[float, ...]:
        """Of the readings of a sum that of the fewest differences, for what varies most."""
        rule = one.dependency
        signs = rule.to_json().get("signs", ())
        varies = distinct.get(rule.target, 0.0) if signs else 0.0
        place = 0 if one.keys else places.get(identity(rule), 0)
        return sum(sign < 0 for sign in signs), -varies, place

    by_search = sorted([*own, *more], key=plainness)
    told = _told(by_search, sample, constant)
    beside = [found for found in more if any(found is one for one in told)]
    rejected = (*plan.rejected, *(Rejected(found, WHY_NOT) for found in beside))
    broken = {id(found): _broken(found, learned, table, read) for found in told}
    facts = []
    for fact, found in zip(
        dependency_facts(replace(plan, rejected=rejected)), [*own, *beside], strict=True
    ):
        one = broken.get(id(found))
        cleaning = None if one is None else one.cleaning()
        counted = {} if found.breaks is None else {"violations": found.breaks.broken}
        facts.append({**fact, **counted, **({"clean": cleaning} if cleaning else {})})
    return RuleBook(tuple(facts), tuple(broken[id(found)] for found in told))


def on_broken_rules(broken: Iterable[BrokenRule]) -> Iterator[Finding]:
    """Each rule that few rows break, with how many do."""
    for one in broken:
        way = (
            f"Look at these rows: if they are mistakes, put them aside first ({by_rule()})"
            if one.condition
            else "Look at these rows, and put right at their origin what is wrong; no condition on "
            "one row tells them"
        )
        yield Finding(
            BROKEN,
            "warning",
            one.columns,
            f"{one.words}, but for {of_rows(one.violations, one.rows)}",
            way,
        )


def by_rule() -> str:
    """Where the caller finds the rule of cleaning."""
    where = either(lake="proposed.yaml has the rule", memory="audit.structure has the condition")
    return f"{by('clean.rules')}; {where}"


def of_rows(some: int, rows: int) -> str:
    """Some of the rows, and which share they are, to two digits.

    >>> of_rows(60, 50_000)
    '60 of 50,000 rows (0.12 %)'
    """
    return f"{some:,} of {rows:,} rows ({100 * some / rows:.2g} %)"


def _told(found: Sequence[Found], sample: Sample | None, constant: set[str]) -> list[Found]:
    """The rules that few rows break, in one of several readings, that of the plainest kind."""
    kept = [set(one.dependency.columns) for one in found if _is_kept(one)]
    likely = [one for one in found if _may_be_mistakes(one, sample)]
    told: list[Found] = []
    for one in sorted(likely, key=lambda one: one.dependency.rank):
        columns, absent = set(one.dependency.columns), one.dependency.is_of_absence
        inside = set[str]().union(*(own for own in kept if own <= columns))
        # A name that is misspelled tells its code, as every other name does. Where values are
        # missing is another matter than what they are.
        varying = columns - constant
        is_reading = not one.keys and not absent and bool(varying) and varying <= inside
        alike = [other for other in told if other.dependency.is_of_absence == absent]
        if not is_reading and not _follows(one, alike, kept):
            told.append(one)
    return told


def _is_kept(found: Found) -> bool:
    """Whether every row keeps a rule by which a column is told; not one of keys that are rare."""
    exact = found.breaks is not None and not found.breaks.broken
    often = found.supported >= DependencySettings.supported * found.rows
    return exact and often and found.dependency.role == "rule"


def _follows(found: Found, told: Sequence[Found], kept: Sequence[set[str]]) -> bool:
    """Whether a rule says again what others say that are told, with those ``kept`` in every row.

    Of the same columns; an order within a sum, which fewer rows break; of the same target, by more
    columns or another key, in as many rows; what several rules come to, that share columns and
    that at least as many rows break; or what one comes to where a kept rule tells its other columns
    (the fee is a tenth of the price, and so a part of their sum).
    """
    columns, broken = set(found.dependency.columns), _violations(found)
    sets = [(set(one.dependency.columns), _violations(one), one) for one in told]
    again = any(columns == own or (columns < own and broken < more) for own, more, _ in sets)
    target = found.dependency.target
    other = any(
        one.dependency.target == target and broken == same and (own < columns or found.keys)
        for own, same, one in sets
    )
    within = any(
        columns < own
        and broken == same
        and all(any(name in k and k <= own and k & columns for k in kept) for name in own - columns)
        for own, same, _ in sets
    )
    near = [own for own, fewer, _ in sets if own & columns and fewer <= broken]
    chained = len(near) > 1 and columns <= set[str]().union(*near)
    return again or other or chained or within


def _violations(found: Found) -> int:
    return found.breaks.broken if found.breaks is not None else 0


def _may_be_mistakes(found: Found, sample: Sample | None) -> bool:
    rule, breaks = found.dependency, found.breaks
    if not rule.broken_by_mistakes or breaks is None or breaks.rows < FEWEST_COMPLETE:
        return False
    few = 0 < breaks.share <= TOLERATED and breaks.broken <= MOST_EXCEPTIONS * found.informative
    return few and rule.may_be_mistakes(found, sample)


def _broken(
    found: Found, learned: TableSchema, table: TableSchema, read: Mapping[str, str]
) -> BrokenRule:
    rule, breaks = found.dependency, found.breaks
    assert breaks is not None  # it would not have been told
    condition = rule.condition(learned)
    for name in rule.columns:
        if name not in table.names:
            condition = None
        elif condition is not None and table[name].type != learned[name].type:
            own = read.get(name)
            condition = None if own is None else condition.replace(quote(name), own)
    return BrokenRule(rule.describe(), rule.columns, breaks.rows, breaks.broken, condition)
