"""Order constraints: start <= end, or start < end, in every row that has both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import NOTHING, Columns, Fixed, Rows, choose_rows, fixed_rows
from synth.dependencies.dependency import Constraint, DependencyError, Family, Mode
from synth.dependencies.evidence import Exceptions, Found, Tally
from synth.dependencies.grid import grid_of, limits_of
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.statistics.column_state import FULL_PRECISION
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import from_numbers, is_ordered, rounded, to_numbers

FIRST_ROWS = 1_000
VIOLATED_TIMES = 0.05  # share of randomly paired rows that must break an order worth keeping
VIOLATED_NUMBERS = 0.2  # numbers of unlike meaning are ordered by their size alone
OVERLAP = 0.5  # share of the wider range that both columns cover, for numbers
FEWEST_ROWS = 50


@dataclass(frozen=True)
class Order(Constraint):
    """The one source is at most ``target``, where both are given; less, where it is ``strict``.

    ``held``: columns that are told by others, or tell them, so that another one gives way.
    """

    kind: ClassVar[str] = "order"
    fields: ClassVar[tuple[str, ...]] = ("strict",)
    rank: ClassVar[int] = 9  # after null patterns, which draw values anew

    target: str  # the greater one
    sources: tuple[str, ...]
    type: str = "int"
    strict: bool = False
    held: tuple[str, ...] = ()

    def holds(self, columns: Columns) -> Rows:
        """True also where one of them is null: there is nothing to break."""
        low, high, both = self._numbers(columns)
        holds: Rows = ~(both & ((low >= high) if self.strict else (low > high)))
        return holds

    def ties(self, columns: Columns) -> int:
        """Rows in which the two are equal."""
        low, high, both = self._numbers(columns)
        return int((both & (low == high)).sum())

    def tally(self, settings: DependencySettings) -> Tally:
        return Ties(self)

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Order:
        return replace(self, held=tuple(name for name in self.columns if name in fixed))

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """Broken pairs change places; where only one value may move it goes to the other one.

        Not onto it, but as far from it as another row's values are from each other, where the order
        is strict, or it makes way for one that is held.
        """
        return self._restored(columns, fixed, rng)

    def _restored(
        self, columns: Columns, fixed: Fixed, rng: np.random.Generator | None
    ) -> dict[str, pa.Array]:
        """Without chance: as little apart as can be."""
        name, low, high = self.sources[0], columns[self.sources[0]], columns[self.target]
        wrong = ~self.holds(columns)
        free_low = wrong & ~fixed_rows(name, low, fixed)
        free_high = wrong & ~fixed_rows(self.target, high, fixed)
        if not (free_low | free_high).any():
            return {}
        small, large, _ = self._numbers(columns)
        equally_held = (name in self.held) == (self.target in self.held)
        swapped = free_low & free_high & (small > large) & equally_held
        raised = free_high & ~swapped & ~(free_low & (not equally_held and name not in self.held))
        lowered = free_low & ~swapped & ~raised
        onto = np.zeros(len(wrong), bool) if self.strict else ~(free_low & free_high)
        grid = self._grid(columns)
        gap = self._gaps(columns, rng, grid)
        above = self._array(np.where(onto, small, small + gap), grid)
        below = self._array(np.where(onto, large, large - gap), grid)
        return {
            name: choose_rows(swapped, high, choose_rows(lowered, below, low)),
            self.target: choose_rows(swapped, low, choose_rows(raised, above, high)),
        }

    def _grid(self, columns: Columns) -> int:
        """The digits after the point of both columns; 17 where one is continuous."""
        grids = [grid_of(columns[name]) for name in self.columns]
        return max(FULL_PRECISION if grid is None else grid for grid in grids)

    def _gaps(self, columns: Columns, rng: np.random.Generator | None, grid: int) -> np.ndarray:
        """How far apart values are in other rows, by chance; else the least that a type knows."""
        low, high, both = self._numbers(columns)
        apart = (high - low)[both & (high > low)]
        if rng is None or not len(apart):
            if low.dtype == np.int64:
                return np.ones(len(low), np.int64)
            size = np.maximum(np.abs(low), np.abs(high))
            finest: np.ndarray = np.maximum(size * (1e-6 if self.type == "float" else 1e-9), 1e-9)
            return finest if grid >= FULL_PRECISION else np.full(len(low), 10.0**-grid)
        gaps: np.ndarray = rng.choice(apart, len(low))
        return gaps

    def _array(self, values: np.ndarray, grid: int) -> pa.Array:
        """As the column's type; floats without the noise of sums."""
        if values.dtype != np.float64:
            values = np.clip(values, *limits_of(self.type))
        elif grid < FULL_PRECISION:
            values = rounded(values, grid)
        return from_numbers(values, np.ones(len(values), bool), self.type, grid)

    @classmethod
    def restore_all(
        cls, rules: Sequence[Any], columns: Columns, rng: np.random.Generator, fixed: Fixed
    ) -> dict[str, pa.Array]:
        """Until none is broken: each swap sorts one pair more; what is left goes by steps."""
        restored = dict(columns)
        for chance in (rng, None):
            for _ in range(len(rules) * len(rules) + 1):
                any_changed = False
                for rule in rules:
                    changed = rule._restored(restored, fixed, chance)
                    restored |= changed
                    any_changed |= bool(changed)
                if not any_changed:
                    return restored
        return restored

    @classmethod
    def implied(cls, rules: Sequence[Any], complete: Collection[str]) -> list[tuple[Any, str]]:
        return [(rule, "implied by other orders") for rule in implied(rules, complete)]

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """Also where the order comes by way of other columns."""
        for low, lows in given.items():
            for high, strict in columns_above(low, rules).items():
                if high in given and _exceeds(lows, given[high], strict):
                    order = "less than" if strict else "at most"
                    raise InputError(
                        f"given {low!r} and {high!r}: {low} is {order} {high} in every row, which "
                        "these values break: give others, or fit without this dependency (veto)"
                    )

    def describe(self) -> str:
        return f"{self.sources[0]} is {'less than' if self.strict else 'at most'} {self.target}"

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "held": list(self.held)}

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
        return cls(
            data["target"],
            tuple(data["sources"]),
            schema[data["target"]].type,
            data.get("strict", False),
            tuple(data.get("held", ())),
        )

    def _numbers(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        low, has_low = to_numbers(columns[self.sources[0]], self.type)
        high, has_high = to_numbers(columns[self.target], self.type)
        return low, high, has_low & has_high


class Ties(Exceptions):
    """The rows that break the order, and those in which the two are equal: it is strict without."""

    def __init__(self, rule: Order):
        super().__init__(rule)
        self.order, self.ties = rule, 0

    def update(self, columns: Columns) -> None:
        super().update(columns)
        self.ties += self.order.ties(columns)

    def merge(self, other: Self) -> None:
        super().merge(other)
        self.ties += other.ties

    def to_fields(self) -> dict[str, Any]:
        return {**super().to_fields(), "ties": self.ties}

    def load(self, fields: dict[str, Any]) -> None:
        super().load(fields)
        self.ties = fields["ties"]

    def found(self, rows: int, informative: int) -> Found | None:
        rule = replace(self.order, strict=not self.ties) if not self.count else self.order
        return Found(rule, rows, self.count, informative, rows, informative)


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
    with np.errstate(invalid="ignore"):  # between infinities, which have no range
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
        above = columns_above(rule.sources[0], others, through=complete)
        if rule.target in above and (above[rule.target] or not rule.strict):
            left = others
            found.append(rule)
    return found


def columns_above(
    start: str, rules: Iterable[Order], *, through: Collection[str] | None = None
) -> dict[str, bool]:
    """Columns that are at least ``start``, with whether they are above it.

    Only by way of those of ``through``, where given.
    """
    above = _above(rules)
    reached: dict[str, bool] = {}
    waiting = [(start, False)]
    while waiting:
        name, is_above = waiting.pop()
        if name != start and through is not None and name not in through:
            continue
        for higher, strict in above.get(name, {}).items():
            known, new = reached.get(higher), is_above or strict
            if known is None or (new and not known):
                reached[higher] = new
                waiting.append((higher, new))
    return reached


def _exceeds(low: pa.Array, high: pa.Array, strict: bool) -> bool:
    found = []
    for array in (low, high):
        numbers, valid = to_numbers(array, type_of_arrow(array.type))
        found.append(numbers[valid])
    lows, highs = found
    if not (len(lows) and len(highs)):
        return False
    return bool(lows.max() >= highs.min() if strict else lows.max() > highs.min())


def _above(rules: Iterable[Order]) -> dict[str, dict[str, bool]]:
    above: dict[str, dict[str, bool]] = {}
    for rule in rules:
        above.setdefault(rule.sources[0], {})[rule.target] = rule.strict
    return above


FAMILY = Family("orders", (Order,), find)
