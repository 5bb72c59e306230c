"""Order constraints: start <= end in every row that has both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import NOTHING, Columns, Fixed, Rows, choose_rows, fixed_rows
from synth.dependencies.dependency import Constraint, DependencyError, Family
from synth.dependencies.sample import Sample
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import is_ordered, to_numbers

FIRST_ROWS = 1_000
VIOLATED_TIMES = 0.05  # share of randomly paired rows that must break an order worth keeping
VIOLATED_NUMBERS = 0.2  # numbers of unlike meaning are ordered by their size alone
OVERLAP = 0.5  # share of the wider range that both columns cover, for numbers
FEWEST_ROWS = 50


@dataclass(frozen=True)
class Order(Constraint):
    """The one source is at most ``target``, where both are given."""

    kind: ClassVar[str] = "order"
    rank: ClassVar[int] = 9  # after null patterns, which draw values anew

    target: str  # the greater one
    sources: tuple[str, ...]
    type: str = "int"

    def holds(self, columns: Columns) -> Rows:
        """True also where one of them is null: there is nothing to break."""
        low, high, both = self._numbers(columns)
        holds: Rows = ~(both & (low > high))
        return holds

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """Broken pairs change places; where one value is fixed the other one takes it over."""
        low, high = columns[self.sources[0]], columns[self.target]
        wrong = ~self.holds(columns)
        lower = wrong & ~fixed_rows(self.sources[0], low, fixed)
        raised = wrong & ~fixed_rows(self.target, high, fixed)
        if not (lower | raised).any():
            return {}
        return {
            self.sources[0]: choose_rows(lower, high, low),
            self.target: choose_rows(raised, low, high),
        }

    @classmethod
    def restore_all(
        cls, rules: Sequence[Any], columns: Columns, rng: np.random.Generator, fixed: Fixed
    ) -> dict[str, pa.Array]:
        """Until none is broken: each swap sorts one pair more."""
        restored = dict(columns)
        for _ in range(len(rules) * len(rules) + 1):
            any_changed = False
            for rule in rules:
                changed = rule.restore(restored, rng, fixed)
                restored |= changed
                any_changed |= bool(changed)
            if not any_changed:
                break
        return restored

    @classmethod
    def implied(cls, rules: Sequence[Any], complete: Collection[str]) -> list[tuple[Any, str]]:
        return [(rule, "implied by other orders") for rule in implied(rules, complete)]

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """Also where the order comes by way of other columns."""
        for low, lows in given.items():
            for high in columns_above(low, rules) & given.keys():
                if _exceeds(lows, given[high]):
                    raise InputError(
                        f"given {low!r} and {high!r}: {low} is at most {high} in every row, which "
                        "these values break: give others, or fit without this dependency (veto)"
                    )

    def describe(self) -> str:
        return f"{self.sources[0]} is at most {self.target}"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"an order has one source, not {len(self.sources)}")
        low, high = schema[self.sources[0]].type, schema[self.target].type
        if low != high or not is_ordered(low):
            raise DependencyError(
                f"{self.sources[0]!r} and {self.target!r} must be numbers, dates or times of one "
                f"type, not {low} and {high}"
            )

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Order:
        return cls(data["target"], tuple(data["sources"]), schema[data["target"]].type)

    def _numbers(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        low, has_low = to_numbers(columns[self.sources[0]], self.type)
        high, has_high = to_numbers(columns[self.target], self.type)
        return low, high, has_low & has_high


def find(sample: Sample) -> list[Order]:
    """Pairs of one type that no row breaks, though randomly paired rows would."""
    groups: dict[str, list[str]] = {}
    for name in sample.names:
        if is_ordered(sample.type_of(name)) and sample.varies(name):
            groups.setdefault(sample.type_of(name), []).append(name)
    found: list[Order] = []
    for kind, names in groups.items():
        on = [to_numbers(sample.columns[name], kind) for name in names]
        values = np.stack([v for v, _ in on], 1)
        valid = np.stack([ok for _, ok in on], 1)
        for low, high in _pairs(values, valid, kind in TIMES):
            found.append(Order(names[high], (names[low],), kind))
    return _plainest_first(found)


def _pairs(values: np.ndarray, valid: np.ndarray, are_times: bool) -> list[tuple[int, int]]:
    first, given = values[:FIRST_ROWS], valid[:FIRST_ROWS]
    found = []
    for low in range(values.shape[1]):
        both = given[:, [low]] & given
        never = ~(both & (first[:, [low]] > first)).any(0) & (both.sum(0) >= 8)
        for high in np.flatnonzero(never):
            # The first rows rule out most pairs for a fiftieth of the work.
            if (
                high != low
                and _is_real(first, given, low, int(high), are_times)
                and _is_real(values, valid, low, int(high), are_times)
            ):
                found.append((low, int(high)))
    return found


def _is_real(values: np.ndarray, valid: np.ndarray, low: int, high: int, are_times: bool) -> bool:
    rows = valid[:, low] & valid[:, high]
    small, large = values[rows, low], values[rows, high]
    if len(small) < FEWEST_ROWS or (small > large).any() or (small == large).all():
        return False
    ordered = np.sort(large)
    broken = float(np.searchsorted(ordered, small, side="left").mean() / len(ordered))
    if are_times:
        return broken >= VIOLATED_TIMES
    # The middle nine tenths: a single far value makes any range wide.
    (a, b), (c, d) = np.quantile(small, (0.05, 0.95)), np.quantile(large, (0.05, 0.95))
    widest = max(b, d) - min(a, c)
    overlap = (min(b, d) - max(a, c)) / widest if widest > 0 else 0.0
    return bool(broken >= VIOLATED_NUMBERS and overlap >= OVERLAP)


def _plainest_first(rules: list[Order]) -> list[Order]:
    """Those that no two others imply first: what is cut off is least missed."""
    above = _above(rules)

    def is_implied(rule: Order) -> bool:
        return any(rule.target in above.get(middle, ()) for middle in above[rule.sources[0]])

    return sorted(rules, key=is_implied)


def implied(rules: Sequence[Order], complete: Collection[str]) -> list[Order]:
    """The rules that others imply, as a <= c where a <= b and b <= c stay.

    Only by way of ``complete`` columns: where b is null, nothing else puts a and c in order.
    """
    left, found = list(rules), list[Order]()
    for rule in rules:
        others = [other for other in left if other != rule]
        if rule.target in columns_above(rule.sources[0], others, through=complete):
            left = others
            found.append(rule)
    return found


def columns_above(
    start: str, rules: Iterable[Order], *, through: Collection[str] | None = None
) -> set[str]:
    """Columns that are at least ``start``; only by way of those of ``through``, where given."""
    above = _above(rules)
    reached, waiting = set(above.get(start, ())), list(above.get(start, ()))
    while waiting:
        name = waiting.pop()
        passes = through is None or name in through
        new = above.get(name, set()) - reached if passes else set()
        reached |= new
        waiting += new
    return reached


def _exceeds(low: pa.Array, high: pa.Array) -> bool:
    found = []
    for array in (low, high):
        numbers, valid = to_numbers(array, type_of_arrow(array.type))
        found.append(numbers[valid])
    lows, highs = found
    return bool(len(lows) and len(highs) and lows.max() > highs.min())


def _above(rules: Iterable[Order]) -> dict[str, set[str]]:
    above: dict[str, set[str]] = {}
    for rule in rules:
        above.setdefault(rule.sources[0], set()).add(rule.target)
    return above


FAMILY = Family("orders", (Order,), find)
