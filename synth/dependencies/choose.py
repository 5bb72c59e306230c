"""Which of the dependencies found are used: acyclic, one a target, the strongest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

from synth.dependencies.dependency import Dependency, Role, by_kind
from synth.dependencies.evidence import Found, TableFacts
from synth.dependencies.plan import Plan, Rejected, Step
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

FEWEST_STAND_INS = 2  # stored keys: one alone would make a constant
COVERED = 0.5  # of the rows have a target that stored keys have: less, and it would be another
Identity = tuple[str, str, tuple[str, ...]]  # kind, target, sources


def choose(
    found: list[Found],
    schema: TableSchema,
    distinct: Mapping[str, float],
    *,
    veto: Iterable[str] = (),
    declared: Iterable[Dependency] = (),
    complete: Collection[str] = (),
    conditioned: Collection[str] = (),
    direct: int = 256,
    settings: DependencySettings | None = None,
) -> Plan:
    """The plan: which targets are dropped, repaired, modelled with exceptions or by their source.

    ``distinct`` is how many distinct values each column has (from the profile). ``veto`` names
    columns that are never determined nor repaired. ``declared`` are the user's own rules: they are
    considered before all others. ``complete`` names columns without null or NaN, ``conditioned``
    those that keep values of their own.
    """
    settings = settings or DependencySettings()
    stand_ins = _stand_ins(found, schema, settings)
    facts = TableFacts(schema, distinct, direct, complete, conditioned, stand_ins, settings)
    first = {identity(rule) for rule in declared}

    def of(role: Role) -> list[Found]:
        return [entry for entry in found if entry.dependency.role == role]

    def is_later(entry: Found) -> bool:
        return identity(entry.dependency) not in first

    def is_conditioned(entry: Found) -> bool:
        """Of a sum's readings one is better that leaves a column of conditions its own values."""
        return entry.dependency.target in facts.conditioned

    rules = sorted(of("rule"), key=lambda f: (is_later(f), is_conditioned(f), *rank(f, facts)))
    chooser = _Chooser(facts, set(veto)).considered(rules)
    own = [entry for entry in rules if not is_later(entry)]
    chained = _Chooser(facts, set(veto)).considered(_chained(rules, own, facts, set(veto)))
    if chained.told > chooser.told:
        chooser = chained
    for entry in sorted(of("encoding"), key=is_later):
        chooser.consider_encoding(entry)
    for entry in of("constraint"):
        chooser.consider_constraint(entry)
    chooser.leave_out_implied(first)
    return chooser.plan()


def _stand_ins(
    found: Iterable[Found],
    schema: TableSchema,
    settings: DependencySettings,
) -> set[str]:
    """Texts most of whose values are too rare to be stored, and for which the others stand in.

    They tell other columns in every row, and what is learned of these stays: most rows have a
    target that a stored key has. Nobody's name stands in for another's, nor
    does any other value of a sensitive column.
    """
    worst: dict[str, float] = {}
    for entry in found:
        rule, rows = entry.dependency, entry.complete or entry.rows
        if entry.keys < FEWEST_STAND_INS or len(rule.sources) > 1 or not entry.by_chance:
            continue
        if entry.supported < settings.supported * rows and (entry.is_exact or entry.is_bound):
            source = rule.sources[0]
            worst[source] = min(worst.get(source, 1.0), entry.covered / rows)
    return {
        name
        for name, share in worst.items()
        if share >= COVERED and schema[name].type == "string" and not schema[name].sensitive
    }


def rank(found: Found, facts: TableFacts) -> tuple[Any, ...]:
    """The order in which rules are considered; total, so that it is the same always."""
    rule = found.dependency
    places = {name: place for place, name in enumerate(facts.schema.names)}
    return (
        not found.is_exact,
        not found.is_bound,
        rule.rank,
        *rule.precedence(found, facts),
        tuple(places[name] for name in rule.sources),
        places[rule.target],
        found.exceptions,
    )


def _chained(
    rules: Sequence[Found], declared: Sequence[Found], facts: TableFacts, veto: set[str]
) -> list[Found]:
    """The rules in another order: first those whose sources no rule tells, and what follows.

    Net, tax and gross each tell the others; where quantity and price tell the net price, all of it
    follows from these only if the net price is not told by tax and gross before.
    """
    trial = _Chooser(facts, veto).considered(declared)
    first = list(declared)
    for sort in ("is_exact", "is_bound"):
        left = [one for one in rules if getattr(one, sort) and trial.why_not(one) is None]
        waiting = {one.dependency.target for one in left}
        while sure := next((f for f in left if not waiting & set(f.dependency.sources)), None):
            trial.consider(sure)
            first.append(sure)
            waiting.discard(sure.dependency.target)
            left = [one for one in left if one.dependency.target != sure.dependency.target]
    taken = {identity(one.dependency) for one in first}
    return [*first, *(one for one in rules if identity(one.dependency) not in taken)]


class _Chooser:
    """Takes dependencies one by one and remembers what they settle."""

    def __init__(self, facts: TableFacts, veto: set[str]):
        self.facts, self.schema, self.veto = facts, facts.schema, veto
        self.steps: dict[str, Step] = {}
        self.encoded: dict[str, Step] = {}
        self.constraints: list[Step] = []
        self.rejected: list[Rejected] = []

    def considered(self, entries: Iterable[Found]) -> _Chooser:
        """Itself, when it has considered these rules in their order."""
        for entry in entries:
            self.consider(entry)
        return self

    @property
    def told(self) -> tuple[int, int, int]:
        """Columns that are told by an exact rule, by one that only missing values break, by any."""
        found = [step.found for step in self.steps.values()]
        return sum(f.is_exact for f in found), sum(f.is_bound for f in found), len(found)

    def consider(self, found: Found) -> None:
        self._settle(found, self.why_not(found), self.steps)

    def why_not(self, found: Found) -> str | None:
        """Why a rule cannot be used beside those that are; None where it can."""
        rule, why = found.dependency, None
        if rule.target in self.veto:
            why = "vetoed"
        elif self._has_key(rule):
            why = "a key column"
        elif weak := rule.weakness(found, self.facts):
            why = weak
        elif rule.target in self.steps:
            why = f"{rule.target} is determined already"
        elif any(self._depends(name, rule.target) for name in rule.sources):
            why = "it would close a circle"
        return why

    def consider_encoding(self, found: Found) -> None:
        rule, why = found.dependency, None
        if rule.target in self.veto:
            why = "vetoed"
        elif self._has_key(rule):
            why = "a key column"
        elif weak := rule.weakness(found, self.facts):
            why = weak
        elif any(name in self.steps and not self._is_modelled(name) for name in rule.columns):
            why = "one of its columns is determined"
        elif self._is_told_by(rule.target, rule.sources[0]):
            why = f"{rule.sources[0]} determines {rule.target} already"
        elif rule.target in self.encoded:
            why = f"{rule.target} has another parent already"
        elif any(self._depends(name, rule.target) for name in rule.sources):
            why = "it would close a circle"
        self._settle(found, why, self.encoded)

    def consider_constraint(self, found: Found) -> None:
        rule, why = found.dependency, None
        if weak := rule.weakness(found, self.facts):
            why = weak
        elif self.veto & set(rule.columns):
            why = "vetoed"
        elif self._has_key(rule):
            why = "a key column"
        elif any(name in self.steps and not self._is_a_copy(name) for name in rule.columns):
            why = "one of its columns is determined"
        elif any(self._is_told_by(*pair) for pair in permutations(rule.columns, 2)):
            why = "one of its columns determines the other"
        else:
            why = rule.redundancy([step.found.dependency for step in self.constraints])
        if why:
            self._reject(found, why)
        else:
            self.constraints.append(Step(found, rule.mode(found, self.facts)))

    def leave_out_implied(self, declared: Collection[Identity]) -> None:
        """Constraints that follow from those that are used, but for the user's own."""
        chosen = [step.found.dependency for step in self.constraints]
        for kind, own in by_kind(chosen).items():
            for rule, why in kind.implied(own, self.facts.complete):
                if identity(rule) not in declared:
                    step = next(s for s in self.constraints if s.found.dependency == rule)
                    self.constraints.remove(step)
                    self._reject(step.found, why)

    def plan(self) -> Plan:
        steps: list[Step] = []
        # What an earlier step rests on, or a constraint has put right, must not be redrawn.
        encoded = _ordered(self.encoded, self.schema)
        locked = {n for s in (*encoded, *self.constraints) for n in s.columns}
        told = {name for step in encoded for name in step.columns}
        constraints = [
            Step(replace(s.found, dependency=s.found.dependency.with_repair(told, s.mode)), s.mode)
            for s in self.constraints
        ]
        for step in _ordered(self.steps, self.schema):
            fixed = locked | self.steps.keys() | self.veto
            rule = step.found.dependency.with_repair(fixed, step.mode)
            steps.append(Step(replace(step.found, dependency=rule), step.mode))
            locked |= set(step.columns)
        return Plan((*encoded, *constraints, *steps), tuple(self.rejected))

    def _settle(self, found: Found, why: str | None, steps: dict[str, Step]) -> None:
        if why:
            self._reject(found, why)
        else:
            rule = found.dependency
            steps[rule.target] = Step(found, rule.mode(found, self.facts))

    def _reject(self, found: Found, why: str) -> None:
        plain = replace(found, dependency=found.dependency.without_values())
        self.rejected.append(Rejected(plain, why))

    def _is_modelled(self, name: str) -> bool:
        """Whether rows in which a value is missing need more than the rule that tells a column.

        An end that is start plus minutes is told by the start alone where the minutes lack; a copy
        of a date that lacks by another date.
        """
        step = self.steps[name]
        many = len(step.found.dependency.sources) > 1
        return step.mode == "repair" and (many or step.found.orphans > 0)

    def _is_a_copy(self, name: str) -> bool:
        """Whether one column tells another, but for rows that lack it: they keep their orders."""
        return self._is_modelled(name) and len(self.steps[name].found.dependency.sources) == 1

    def _is_told_by(self, name: str, source: str) -> bool:
        """Whether a rule tells a column by this one alone: where that lacks, it is no help."""
        step = self.steps.get(name)
        return step is not None and step.found.dependency.sources == (source,)

    def _has_key(self, rule: Dependency) -> bool:
        return any(self.schema[name].key for name in rule.columns)

    def _depends(self, name: str, on: str) -> bool:
        """Whether a column is determined, over any number of steps, by another."""
        waiting, seen = [name], set()
        while waiting:
            at = waiting.pop()
            if at == on:
                return True
            if at not in seen:
                steps = (self.steps.get(at), self.encoded.get(at))
                waiting += [n for step in steps if step for n in step.found.dependency.sources]
            seen.add(at)
        return False


def identity(rule: Dependency) -> Identity:
    """What names a rule, whether its map is learned or not."""
    return rule.kind, rule.target, rule.sources


def _ordered(steps: Mapping[str, Step], schema: TableSchema) -> list[Step]:
    """Sources before targets; of equals those that may repair a source first."""
    left = dict(steps)
    ordered: list[Step] = []
    while left:
        ready = [
            step
            for step in left.values()
            if not any(name in left for name in step.found.dependency.sources)
        ]
        ready.sort(
            key=lambda s: (
                not (s.mode == "repair" and s.found.dependency.repairs_first),
                not s.found.dependency.repairs_sources,
                schema.names.index(s.target),
            )
        )
        ordered.append(ready[0])
        del left[ready[0].target]
    return ordered
