"""Which of the dependencies found are used: acyclic, one a target, the most telling first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from synth.dependencies.calendar import CalendarCompose
from synth.dependencies.dependency import Dependency, Found
from synth.dependencies.functional import Functional
from synth.dependencies.order import Order, implied
from synth.dependencies.plan import Mode, Plan, Rejected, Step
from synth.dependencies.settings import DependencySettings
from synth.dependencies.since import Since
from synth.table.schema import TableSchema
from synth.table.values import is_ordered

MOST_EXCEPTIONS = 0.05  # of the rows whose target is not its most frequent value
FEWEST_SPANS = 20  # times min_entities: fewer rows do not tell how spans are distributed
Identity = tuple[str, str, tuple[str, ...]]  # kind, target, sources


def choose(
    found: list[Found],
    schema: TableSchema,
    distinct: Mapping[str, float],
    *,
    veto: Iterable[str] = (),
    wanted: Iterable[Dependency] = (),
    complete: Collection[str] = (),
    whole: Collection[str] = (),
    direct: int = 256,
    settings: DependencySettings | None = None,
) -> Plan:
    """The plan: which targets are dropped, repaired or modelled with exceptions.

    ``distinct`` is how many distinct values each column has (from the profile). ``veto`` names
    columns that are never determined nor repaired. ``wanted`` are the user's own rules: they are
    considered before all others. ``complete`` names columns without null or NaN, ``whole`` those
    that are not told by spans.
    """
    settings = settings or DependencySettings()
    chooser = _Chooser(schema, distinct, set(veto), set(whole), direct, settings)
    spans = [f for f in found if isinstance(f.dependency, Since)]
    determining = [
        f for f in found if not (f.dependency.is_constraint or isinstance(f.dependency, Since))
    ]
    first = {identity(rule) for rule in wanted}
    for entry in sorted(
        determining, key=lambda f: (identity(f.dependency) not in first, *chooser.rank(f))
    ):
        chooser.consider(entry)
    for entry in sorted(spans, key=lambda f: identity(f.dependency) not in first):
        chooser.consider_since(entry)
    for entry in (f for f in found if f.dependency.is_constraint):
        chooser.consider_constraint(entry)
    chooser.leave_out_implied(complete, first)
    return chooser.plan()


class _Chooser:
    """Takes dependencies one by one and remembers what they settle."""

    def __init__(
        self,
        schema: TableSchema,
        distinct: Mapping[str, float],
        veto: set[str],
        whole: set[str],
        direct: int,
        settings: DependencySettings,
    ):
        self.schema, self.distinct, self.veto, self.whole = schema, distinct, veto, whole
        self.direct, self.settings = direct, settings
        self.steps: dict[str, Step] = {}
        self.since: dict[str, Step] = {}
        self.constraints: list[Step] = []
        self.rejected: list[Rejected] = []
        self.nulls: dict[str, str] = {}  # column -> the column whose nulls it shares

    def rank(self, found: Found) -> tuple[Any, ...]:
        """The order in which dependencies are considered; total, so that it is the same always."""
        rule = found.dependency
        places = {name: place for place, name in enumerate(self.schema.names)}
        sources = tuple(places[name] for name in rule.sources)
        size = self.distinct.get(rule.target, 0.0)
        if rule.kind == "functional":
            texts = sum(not is_ordered(self.schema[name].type) for name in rule.sources)
            # One source: the smaller map. Two: the target that costs a model most.
            first = found.keys if len(rule.sources) == 1 else -size
            own: tuple[float, ...] = (len(rule.sources), first, found.keys, texts)
        else:
            own = (-size, len(rule.sources), 0, 0)
        return (
            not found.is_exact,
            rule.rank,
            *own,
            sources,
            places[rule.target],
            found.exceptions,
        )

    def consider(self, found: Found) -> None:
        why = self._objection(found)
        if why:
            self.rejected.append(Rejected(_without_keys(found), why))
            return
        self.steps[found.dependency.target] = Step(found, self._mode(found))

    def _objection(self, found: Found) -> str | None:
        rule = found.dependency
        if rule.target in self.veto:
            return "vetoed"
        if any(self.schema[name].key for name in (rule.target, *rule.sources)):
            return "a key column"
        weak = self._weakness(found)
        if weak:
            return weak
        if rule.target in self.steps:
            return f"{rule.target} is determined already"
        if any(self._depends(name, rule.target) for name in rule.sources):
            return "it would close a circle"
        return None

    def _weakness(self, found: Found) -> str | None:
        """Why the evidence does not carry the rule, if so."""
        if found.supported < self.settings.supported * found.rows:
            return "too few rows share a key"
        if 2 * found.informative_supported < found.informative or not found.informative:
            return "the target hardly varies"
        if found.is_exact:
            return None
        if found.share < self.settings.near:
            return "too many exceptions"
        if found.exceptions > MOST_EXCEPTIONS * found.informative:
            return "too many exceptions for a target that hardly varies"
        if found.dependency.kind == "functional" and found.keys > self.direct:
            return "exceptions, and too many keys"
        return None

    def _mode(self, found: Found) -> Mode:
        rule = found.dependency
        if not found.is_exact:
            return "exceptions"
        if rule.kind == "functional" and len(rule.sources) == 1:
            many = self.distinct.get(rule.sources[0], 0.0) > self.direct
            if many and self.distinct.get(rule.target, 0.0) <= self.direct:
                return "repair"
        return "drop"

    def consider_since(self, found: Found) -> None:
        rule = found.dependency
        assert isinstance(rule, Since) and rule.spans is not None
        names = (rule.target, *rule.sources)
        why = None
        if rule.target in self.veto:
            why = "vetoed"
        elif rule.target in self.whole:
            why = f"conditions may give {rule.target}"
        elif any(self.schema[name].key for name in names):
            why = "a key column"
        elif not found.is_exact:
            why = "it does not hold in every row"
        elif self.distinct.get(rule.target, 0.0) <= self.direct:
            why = "the target has few values"
        elif rule.spans.count < FEWEST_SPANS * self.settings.min_entities:
            why = "too few rows have a span"
        elif any(name in self.steps for name in names):
            why = "one of its columns is determined"
        elif rule.target in self.since:
            why = f"{rule.target} is told by another time already"
        elif self._depends(rule.sources[0], rule.target):
            why = "it would close a circle"
        if why:
            self.rejected.append(Rejected(found, why))
        else:
            self.since[rule.target] = Step(found, "since")

    def _depends(self, name: str, on: str) -> bool:
        """Whether a column is determined, over any number of steps, by another."""
        waiting, seen = [name], set()
        while waiting:
            at = waiting.pop()
            if at == on:
                return True
            step = self.steps.get(at, self.since.get(at))
            if at not in seen and step:
                waiting += step.found.dependency.sources
            seen.add(at)
        return False

    def consider_constraint(self, found: Found) -> None:
        rule = found.dependency
        names = (rule.target, *rule.sources)
        why = None
        if not found.is_exact:
            why = "it does not hold in every row"
        elif self.veto & set(names):
            why = "vetoed"
        elif any(self.schema[name].key for name in names):
            why = "a key column"
        elif any(name in self.steps for name in names):
            why = "one of its columns is determined"
        elif rule.kind == "nulls" and not self._joins(rule.target, rule.sources[0]):
            why = "implied by another null pattern"
        if why:
            self.rejected.append(Rejected(found, why))
        else:
            self.constraints.append(Step(found, "repair"))

    def leave_out_implied(self, complete: Collection[str], wanted: Collection[Identity]) -> None:
        """Orders that follow from those that are used, but for the user's own."""
        orders = [r for s in self.constraints if isinstance(r := s.found.dependency, Order)]
        for rule in implied(orders, complete):
            if identity(rule) not in wanted:
                step = next(s for s in self.constraints if s.found.dependency == rule)
                self.constraints.remove(step)
                self.rejected.append(Rejected(step.found, "implied by other orders"))

    def _joins(self, target: str, source: str) -> bool:
        """One source a group of columns that are null together; every other column once."""
        if target in self.nulls or self.nulls.get(source, source) != source:
            return False
        self.nulls[target] = self.nulls[source] = source
        return True

    def plan(self) -> Plan:
        steps: list[Step] = []
        # What an earlier step rests on, or a constraint has put right, must not be redrawn.
        since = _ordered(self.since, self.schema)
        locked = {n for s in (*since, *self.constraints) for n in s.columns}
        for step in _ordered(self.steps, self.schema):
            steps.append(Step(self._repairing(step, locked), step.mode))
            locked |= set(step.columns)
        return Plan((*since, *self.constraints, *steps), tuple(self.rejected))

    def _repairing(self, step: Step, locked: set[str]) -> Found:
        """The dependency with the source that it may change where its key is unknown."""
        found, rule = step.found, step.found.dependency
        fixed = locked | self.steps.keys() | self.veto
        if isinstance(rule, CalendarCompose):
            kept = tuple(name for name in rule.sources if name in fixed)
            return replace(found, dependency=replace(rule, fixed=kept))
        if isinstance(rule, Functional) and len(rule.sources) == 2 and step.mode != "exceptions":
            free = [name for name in reversed(rule.sources) if name not in fixed]
            return replace(found, dependency=replace(rule, redraw=free[0] if free else None))
        return found


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
        ready.sort(key=lambda s: (not _may_repair(s), schema.names.index(s.target)))
        ordered.append(ready[0])
        del left[ready[0].target]
    return ordered


def _may_repair(step: Step) -> bool:
    rule = step.found.dependency
    return isinstance(rule, CalendarCompose) or (
        isinstance(rule, Functional) and len(rule.sources) == 2
    )


def _without_keys(found: Found) -> Found:
    rule = found.dependency
    return (
        replace(found, dependency=replace(rule, keys=None))
        if isinstance(rule, Functional)
        else found
    )
