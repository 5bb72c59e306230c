"""The dependencies that are used, in the order in which they are restored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import (
    NOTHING,
    Columns,
    Fixed,
    Rows,
    choose_rows,
    fixed_rows,
    present,
    where,
)
from synth.dependencies.dependency import Dependency, Mode, by_kind
from synth.dependencies.evidence import Found
from synth.dependencies.registry import found_from_json
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

ROUNDS = 3  # one kind's repairs may break what another one's have put right


@dataclass(frozen=True)
class Step:
    """One dependency and what is done with it.

    ``drop``: the target is not modelled. ``repair``: it is modelled and overwritten.
    ``exceptions``: it is modelled with one code more, "as the rule says". ``encoded``: it is
    modelled in terms of its source, which is the parent of its encoding; there is nothing to
    restore.
    """

    found: Found
    mode: Mode

    @property
    def target(self) -> str:
        return self.found.dependency.target

    @property
    def columns(self) -> tuple[str, ...]:
        """The target and its sources."""
        return self.found.dependency.columns

    @property
    def binds(self) -> bool:
        """Whether no row may break the rule but by a missing value, or none at all."""
        return self.mode != "exceptions" or self.found.is_bound

    @property
    def tells_nearly_all(self) -> bool:
        """Whether the target is as the rule says but for few rows, in which values are missing.

        Not of a map that lets its key give way to the target that is drawn.
        """
        found = self.found
        few = found.exceptions <= (1 - DependencySettings.near) * found.rows
        return (
            self.mode == "repair" and found.is_bound and few and not found.dependency.repairs_first
        )

    def bound(self, columns: Columns) -> Rows:
        """Where the target of a rule that only missing values break must be what it says.

        Where every value is there, and where the seed has no row in which one alone is missing.
        """
        there = present(columns, self.found.dependency.sources)
        has = present(columns, (self.target,))
        bound: Rows = there & has if self.found.gaps else there
        return bound if self.found.orphans else bound | ~there

    def broken(self, columns: Columns) -> Rows:
        """Rows that break the rule, as far as none of the seed does."""
        rule = self.found.dependency
        broken: Rows = ~rule.holds(columns) & ~rule.unknown(columns)
        if not self.found.is_bound:
            return broken
        has = present(columns, (self.target,))
        there = present(columns, rule.sources)
        alone = np.zeros(len(has), bool)
        if not self.found.orphans:
            alone |= has & ~there
        if not self.found.gaps:
            alone |= there & ~has
        rows: Rows = (broken & has & there) | alone
        return rows


@dataclass(frozen=True)
class Rejected:
    """A dependency that was found but is not used, and why."""

    found: Found
    why: str


@dataclass(frozen=True)
class Plan:
    """Steps in restoring order, acyclic, at most one determining step a target."""

    steps: tuple[Step, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """Targets that need no model."""
        return tuple(step.target for step in self.steps if step.mode == "drop")

    @property
    def stand_ins(self) -> frozenset[str]:
        """Sources of maps that store the keys of few rows, which stand in for the others."""
        return frozenset(
            step.found.dependency.sources[0]
            for step in self.steps
            if step.found.keys
            and 2 * step.found.supported < (step.found.complete or step.found.rows)
        )

    @property
    def encoded(self) -> tuple[Step, ...]:
        """Targets whose encoding has a parent column, parents before their children."""
        return tuple(step for step in self.steps if step.mode == "encoded")

    def restore(
        self,
        columns: Columns,
        rng: np.random.Generator,
        *,
        as_rule: Mapping[str, np.ndarray] | None = None,
        fixed: Fixed = NOTHING,
        anew: Callable[[Columns, Columns], dict[str, pa.Array]] | None = None,
    ) -> dict[str, pa.Array]:
        """All columns, determined ones put back; the columns given are not changed.

        ``as_rule`` says for targets with a code for it in which rows the rule speaks: they are
        filled when their turn comes, after their sources. Without it steps of mode ``exceptions``
        are passed over.
        ``fixed`` says of columns in which rows nothing may change them. ``anew`` makes of the
        columns before and after a repair with values of other rows those that fit their parents.
        """
        as_rule = as_rule or {}
        restored = dict(columns) | self._unsaid(columns, as_rule, fixed)
        for _ in range(ROUNDS):
            for kind, rules in self._constraints.items():
                before = restored
                restored = self._constrained(kind, rules, before, rng, fixed)
                if anew and kind.takes_other_values:
                    restored = anew(before, restored)
            if len(self._constraints) < 2 or self._constraints_hold(restored):
                break
        for step in self.steps:
            rule = step.found.dependency
            if rule.role != "rule":
                continue
            if step.found.is_bound:
                restored |= _bound(step, restored, as_rule.get(step.target), rng, fixed)
            elif step.mode != "exceptions":
                restored |= rule.restore(restored, rng, fixed)
            elif step.target in as_rule:
                # Not predict: a key that the map lacks takes a stored one's target.
                said = rule.restore(restored, rng, fixed)[step.target]
                own = restored[step.target]
                restored[step.target] = choose_rows(as_rule[step.target], said, own)
        return restored

    def solved(self, columns: Columns) -> dict[str, pa.Array]:
        """The columns, with what is missing filled in where a rule settles it without a model."""
        found = dict(columns)
        for step in self.steps:
            if step.binds:
                found |= step.found.dependency.solve(found)
        return found

    def breaking(
        self, columns: Columns, names: Collection[str]
    ) -> Iterator[tuple[Dependency, Rows]]:
        """Exact rules on the named columns, and the rows that break each."""
        for step in self.steps:
            rule = step.found.dependency
            if not step.binds or rule.is_open or not {*rule.columns} & set(names):
                continue
            rows = step.broken(columns)
            yield rule, rows if step.mode == "exceptions" else rows | rule.unknown(columns)

    def broken(self, columns: Columns, names: Collection[str]) -> list[tuple[str, int]]:
        """Exact rules on the named columns that rows break, in words, and how many rows do."""
        counted = ((r.describe(), int(rows.sum())) for r, rows in self.breaking(columns, names))
        return [(rule, count) for rule, count in counted if count]

    def require_possible(self, given: Columns) -> None:
        """InputError for values, drawn by column, with which a row cannot keep an exact rule."""
        exact = [step.found.dependency for step in self.steps if step.binds]
        for kind, rules in by_kind(exact).items():
            kind.require_possible(rules, given)

    def to_json(self) -> dict[str, Any]:
        return {
            "steps": [{"mode": step.mode, **step.found.to_json()} for step in self.steps],
            "rejected": [{"why": r.why, **r.found.to_json()} for r in self.rejected],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Plan:
        steps = tuple(Step(found_from_json(s, schema), s["mode"]) for s in data["steps"])
        rejected = tuple(Rejected(found_from_json(r, schema), r["why"]) for r in data["rejected"])
        return cls(steps, rejected)

    def _constrained(
        self,
        kind: type[Dependency],
        rules: list[Dependency],
        columns: Columns,
        rng: np.random.Generator,
        fixed: Fixed,
    ) -> dict[str, pa.Array]:
        """The columns after the constraints of a kind."""
        if kind.takes_other_values:
            return kind.restore_all(rules, columns, rng, fixed)
        told = self._told(columns)
        changed = kind.restore_all(rules, _hidden(columns, told), rng, fixed)
        kept = {
            name: choose_rows(rows, columns[name], changed[name]) for name, rows in told.items()
        }
        return changed | kept

    def _constraints_hold(self, columns: Columns) -> bool:
        seen = _hidden(columns, self._told(columns))
        return all(
            rule.holds(columns if kind.takes_other_values else seen).all()
            for kind, rules in self._constraints.items()
            for rule in rules
        )

    def _unsaid(
        self, columns: Columns, as_rule: Mapping[str, Rows], fixed: Fixed
    ) -> dict[str, pa.Array]:
        """Targets without what stands where their code is the rule's, until that is put back."""
        names = [s.target for s in self.steps if s.found.is_bound and s.target in as_rule]
        held = {name: fixed_rows(name, columns[name], fixed) for name in names}
        return {name: where(held[name] | ~as_rule[name], columns[name]) for name in names}

    def _told(self, columns: Columns) -> dict[str, Rows]:
        """Columns under constraints that a rule tells later, and the rows in which it does.

        What they hold before it is nothing to compare with: it says the same of its source.
        """
        held = {name for rules in self._constraints.values() for r in rules for name in r.columns}
        steps = (s for s in self.steps if s.found.dependency.role == "rule" and s.target in held)
        return {
            step.target: present(columns, step.found.dependency.sources) & step.bound(columns)
            for step in steps
            if step.found.is_bound
        }

    @cached_property
    def _constraints(self) -> dict[type[Dependency], list[Dependency]]:
        """By kind, in the order in which the kinds are restored."""
        rules = [step.found.dependency for step in self.steps]
        groups = by_kind(rule for rule in rules if rule.role == "constraint")
        return dict(sorted(groups.items(), key=lambda group: group[0].rank))


def _hidden(columns: Columns, told: Mapping[str, Rows]) -> dict[str, pa.Array]:
    """The columns without the values that a rule will overwrite."""
    return dict(columns) | {name: where(~rows, columns[name]) for name, rows in told.items()}


def _bound(
    step: Step,
    columns: Columns,
    as_rule: Rows | None,
    rng: np.random.Generator,
    fixed: Fixed,
) -> dict[str, pa.Array]:
    """What changes by a rule that only missing values break; ``as_rule``: where a code says so."""
    rule, rows = step.found.dependency, step.bound(columns)
    if as_rule is not None:
        rows = rows | as_rule
    changed = rule.restore(columns, rng, fixed)
    there, said = present(columns, rule.sources), changed[step.target]
    # A map knows no missing key here, and says nothing of it.
    given = there | fixed_rows(step.target, said, fixed)
    changed[step.target] = choose_rows(given, said, pa.nulls(len(said), said.type))
    for name in changed.keys() & set(rule.sources):
        changed[name] = choose_rows(there, changed[name], columns[name])
    return {name: choose_rows(rows, new, columns[name]) for name, new in changed.items()}
