"""The dependencies that are used, in the order in which they are restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Dependency, Found, choose_rows
from synth.dependencies.standing import Standing, restore_beside
from synth.table.schema import TableSchema

Mode = Literal["drop", "repair", "exceptions", "since"]


@dataclass(frozen=True)
class Step:
    """One dependency and what is done with it.

    ``drop``: the target is not modelled. ``repair``: it is modelled and overwritten.
    ``exceptions``: it is modelled with one code more, "as the rule says". ``since``: what is
    modelled of it is the span from its source.
    """

    found: Found
    mode: Mode

    @property
    def target(self) -> str:
        return self.found.dependency.target

    @property
    def columns(self) -> tuple[str, ...]:
        """The target and its sources."""
        return self.target, *self.found.dependency.sources


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
    def since(self) -> tuple[Step, ...]:
        """Targets that are told by the span from another time, sources before targets."""
        return tuple(step for step in self.steps if step.mode == "since")

    def restore(
        self,
        columns: Mapping[str, pa.Array],
        rng: np.random.Generator,
        *,
        as_rule: Mapping[str, np.ndarray] | None = None,
        standing: Standing | None = None,
    ) -> dict[str, pa.Array]:
        """All columns, determined ones put back; the columns given are not changed.

        ``as_rule`` says for targets of mode ``exceptions`` in which rows the rule speaks: they are
        filled when their turn comes, after their sources. Without it these steps are passed over.
        ``standing`` says of columns in which rows nothing may change them.
        """
        standing = standing or {}
        restored = dict(columns)
        for step in self.since:
            restored |= restore_beside(step.found.dependency, restored, rng, standing)
        constraints = [step for step in self.steps if step.found.dependency.is_constraint]
        _keep_constraints(constraints, restored, rng, standing)
        for step in self.steps:
            rule = step.found.dependency
            if rule.is_constraint or step.mode == "since":
                continue
            if step.mode == "exceptions":
                if as_rule and step.target in as_rule:
                    # Not predict: a key that the map lacks takes a stored one's target.
                    said = restore_beside(rule, restored, rng, standing)[step.target]
                    own = restored[step.target]
                    restored[step.target] = choose_rows(as_rule[step.target], said, own)
                continue
            restored |= restore_beside(rule, restored, rng, standing)
        return restored

    def to_json(self) -> dict[str, Any]:
        return {
            "steps": [{"mode": step.mode, **step.found.to_json()} for step in self.steps],
            "rejected": [{"why": r.why, **r.found.to_json()} for r in self.rejected],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Plan:
        steps = tuple(Step(Found.from_json(s, schema), s["mode"]) for s in data["steps"])
        rejected = tuple(Rejected(Found.from_json(r, schema), r["why"]) for r in data["rejected"])
        return cls(steps, rejected)


def _keep_constraints(
    steps: list[Step],
    columns: dict[str, pa.Array],
    rng: np.random.Generator,
    standing: Standing,
) -> None:
    """Null patterns, then orders until none is broken: each swap sorts one pair more."""
    rules = [step.found.dependency for step in steps]
    _keep_nulls([rule for rule in rules if rule.kind == "nulls"], columns, rng, standing)
    orders = [rule for rule in rules if rule.kind == "order"]
    for _ in range(len(orders) * len(orders) + 1):
        changed = [
            columns.update(c)
            for rule in orders
            if (c := restore_beside(rule, columns, rng, standing))
        ]
        if not changed:
            break


def _keep_nulls(
    rules: list[Dependency],
    columns: dict[str, pa.Array],
    rng: np.random.Generator,
    standing: Standing,
) -> None:
    """Once, and again where a rule changed its source: rules before it went by the source's values.

    Twice is enough: the source is then null in every row, or as what stands has it.
    """
    for _ in range(2):
        nulled = False
        for rule in rules:
            changed = restore_beside(rule, columns, rng, standing)
            nulled |= rule.sources[0] in changed
            columns |= changed
        if not nulled:
            break
