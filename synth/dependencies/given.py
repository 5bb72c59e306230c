"""Values that are given to columns, and the rules of a table that no row with them can keep."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pyarrow as pa

from synth.dependencies.arithmetic import Sum
from synth.dependencies.dependency import Dependency
from synth.dependencies.duration import Shift
from synth.dependencies.grid import to_grid
from synth.dependencies.order import Order, columns_above
from synth.dependencies.plan import Plan
from synth.table.errors import InputError
from synth.table.schema import type_of_arrow
from synth.table.values import to_numbers

Values = Mapping[str, pa.Array]  # column -> each value that it may be given


def require_possible(given: Values, plan: Plan) -> None:
    """ValueError for values that break a rule of the plan: an order, a null pattern, a sum's grid.

    They are drawn apart, so that a pair which breaks a rule does occur. A message names no value.
    """
    rules = [step.found.dependency for step in plan.steps]
    _require_order(given, [rule for rule in rules if isinstance(rule, Order)])
    _require_null_patterns(given, plan)
    _require_grid(given, [s.found.dependency for s in plan.steps if s.mode != "exceptions"])


def _require_order(given: Values, rules: list[Order]) -> None:
    """Also where the order comes by way of other columns."""
    for low, lows in given.items():
        for high in columns_above(low, rules) & given.keys():
            if _exceeds(lows, given[high]):
                raise InputError(
                    f"given {low!r} and {high!r}: {low} is at most {high} in every row, which "
                    "these values break: give others, or fit without this dependency (veto)"
                )


def _exceeds(low: pa.Array, high: pa.Array) -> bool:
    found = []
    for array in (low, high):
        numbers, valid = to_numbers(array, type_of_arrow(array.type))
        found.append(numbers[valid])
    lows, highs = found
    return bool(len(lows) and len(highs) and lows.max() > highs.min())


def _require_null_patterns(given: Values, plan: Plan) -> None:
    """Where one column is given a null, and one that shares its nulls is not."""
    source: dict[str, str] = {}
    for step in plan.steps:
        if step.found.dependency.kind == "nulls":
            of = step.found.dependency.sources[0]
            source |= {step.target: of, of: of}
    for one, other in combinations(given, 2):
        if one not in source or source[one] != source.get(other):
            continue
        nulls = {
            empty for name in (one, other) for empty in np.asarray(given[name].is_null()).tolist()
        }
        if len(nulls) > 1:
            raise InputError(
                f"given {one!r} and {other!r}: each is null exactly where the other is: give "
                "values for both, or null for both, or leave one of them out"
            )


def _require_grid(given: Values, rules: list[Dependency]) -> None:
    """Where a term of a sum, or a count of units, has more decimals than the rule is exact in."""
    for rule in rules:
        for name in (name for name in rule.sources if name in given):
            decimals = _decimals(rule, name)
            if decimals is not None and _is_finer(given[name], decimals):
                raise InputError(
                    f"given {name!r}: {rule.describe()}, in {decimals} decimals, and a value has "
                    "more: round it, or fit without this dependency (veto)"
                )


def _decimals(rule: Dependency, source: str) -> int | None:
    """Those in which the rule is exact in a source; None where it takes any value."""
    if isinstance(rule, Sum):
        return rule.decimals
    return 0 if isinstance(rule, Shift) and source == rule.sources[1] else None


def _is_finer(values: pa.Array, decimals: int) -> bool:
    numbers, valid = to_numbers(values, type_of_arrow(values.type))
    present = valid & (numbers == numbers)
    return bool((present & ~to_grid(values, decimals)[1]).any())
