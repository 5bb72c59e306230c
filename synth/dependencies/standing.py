"""Rules restored beside values that stand: given by a condition, or present where others lack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from synth.dependencies.calendar import CalendarCompose
from synth.dependencies.dependency import Columns, Dependency, Rows, choose_rows
from synth.dependencies.functional import Functional
from synth.dependencies.nulls import Nulls
from synth.dependencies.order import Order
from synth.dependencies.since import Since, span_name

if TYPE_CHECKING:
    from synth.dependencies.plan import Step

Standing = Mapping[str, Rows]  # column -> the rows in which nothing may change it


def restore_beside(
    rule: Dependency, columns: Columns, rng: np.random.Generator, standing: Standing
) -> dict[str, pa.Array]:
    """What ``rule.restore`` changes, but nothing that stands: the row's other values give way."""
    if not standing.keys() & {rule.target, *rule.sources}:
        return rule.restore(columns, rng)
    if isinstance(rule, Order):
        return _in_order(rule, columns, standing)
    if isinstance(rule, Since):
        return _told_since(rule, columns, rng, standing)
    if isinstance(rule, Nulls):
        return _null_together(rule, columns, rng, standing)
    changed = rule.restore(columns, rng)
    held = [_stands(name, changed[name], standing) for name in rule.sources if name in changed]
    fixed = np.logical_or.reduce(held) if held else np.zeros(1, bool)
    if fixed.any():
        # The target was found for a redrawn source: here it must follow from what stands.
        plain = {**columns, **_without_repair(rule).restore(columns, rng)}
        changed = {name: choose_rows(fixed, plain[name], new) for name, new in changed.items()}
    return _kept(changed, columns, standing)


def broken_rules(
    steps: Iterable[Step], columns: Columns, names: Collection[str]
) -> list[tuple[str, int]]:
    """Exact rules on the named columns that rows break, in words, and how many rows do.

    A map that is never repaired breaks nothing: for keys it lacks any target is as good.
    """
    found = []
    for step in steps:
        rule = step.found.dependency
        open_map = isinstance(rule, Functional) and rule.redraw is None
        if step.mode == "exceptions" or open_map or not {rule.target, *rule.sources} & set(names):
            continue
        broken = int((~rule.holds(columns)).sum())
        if broken:
            found.append((rule.describe(), broken))
    return found


def _in_order(rule: Order, columns: Columns, standing: Standing) -> dict[str, pa.Array]:
    """Broken pairs change places; beside a value that stands, the other one takes it over."""
    low, high = columns[rule.sources[0]], columns[rule.target]
    wrong = ~rule.holds(columns)
    lower = wrong & ~_stands(rule.sources[0], low, standing)
    raised = wrong & ~_stands(rule.target, high, standing)
    if not (lower | raised).any():
        return {}
    return {
        rule.sources[0]: choose_rows(lower, high, low),
        rule.target: choose_rows(raised, low, high),
    }


def _told_since(
    rule: Since, columns: Columns, rng: np.random.Generator, standing: Standing
) -> dict[str, pa.Array]:
    """Where only the target stands, the span leads back to the source."""
    changed = rule.restore(columns, rng)
    if span_name(rule.target) in columns:
        source, target = rule.sources[0], columns[rule.target]
        leads = _stands(rule.target, target, standing) & ~_stands(source, target, standing)
        changed[source] = choose_rows(leads, rule.start_of(columns), columns[source])
    return _kept(changed, columns, standing)


def _null_together(
    rule: Nulls, columns: Columns, rng: np.random.Generator, standing: Standing
) -> dict[str, pa.Array]:
    """Where only the target stands, the source follows it."""
    source = rule.sources[0]
    leads = _stands(rule.target, columns[rule.target], standing)
    changed: dict[str, pa.Array] = {}
    if leads.any():
        backward = replace(rule, target=source, sources=(rule.target,))
        own = columns[source]
        changed[source] = choose_rows(leads, backward.restore(columns, rng).get(source, own), own)
        changed = _kept(changed, columns, standing)
    changed |= rule.restore({**columns, **changed}, rng)
    return _kept(changed, columns, standing)


def _without_repair(rule: Dependency) -> Dependency:
    """The rule as it is where none of its sources may be changed."""
    if isinstance(rule, Functional):
        return replace(rule, redraw=None)
    return replace(rule, fixed=rule.sources) if isinstance(rule, CalendarCompose) else rule


def _stands(name: str, array: pa.Array, standing: Standing) -> Rows:
    return standing.get(name, np.zeros(len(array), bool))


def _kept(
    changed: Mapping[str, pa.Array], columns: Columns, standing: Standing
) -> dict[str, pa.Array]:
    return {
        name: choose_rows(standing[name], columns[name], new) if name in standing else new
        for name, new in changed.items()
    }
