"""Order constraints: start <= end, or start < end, in every row that has both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import NOTHING, Columns, Fixed, Rows, choose_rows, fixed_rows
from synth.dependencies.condition import number
from synth.dependencies.dependency import Constraint, DependencyError, Mode
from synth.dependencies.evidence import Breaks, Exceptions, Found, Tally
from synth.dependencies.grid import grid_of, limits_of
from synth.dependencies.settings import DependencySettings
from synth.statistics.column_state import FULL_PRECISION
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import from_numbers, is_ordered, rounded, to_numbers

if TYPE_CHECKING:
    from synth.dependencies.sample import Sample

_EXPONENTS = 128  # of two, from -64 on: how far beyond an order rows lie
ABRUPT, FEWEST_INSIDE = 40.0, 20  # times as many rows lie as far inside as those that break it
FEWEST_ALIKE, SHARE_ALIKE = 200, 25  # rows, or a part of all, of which a value is as great


@dataclass(frozen=True)
class Order(Constraint):
    """The one source is at most ``target``, where both are given; less, where it is ``strict``.

    ``held``: columns that are told by others, or tell them, so that another one gives way.
    """

    kind: ClassVar[str] = "order"
    fields: ClassVar[tuple[str, ...]] = ("strict",)
    rank: ClassVar[int] = 9  # after null patterns, which draw values anew
    broken_by_mistakes: ClassVar[bool] = True

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

    def gaps(self, columns: Columns) -> np.ndarray:
        """How far the target lies above the source, float64, in the rows that have both."""
        low, high, both = self._numbers(columns)
        return gaps_of(low[both], high[both])

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

    def may_be_mistakes(self, found: Found, sample: Sample | None) -> bool:
        """Where two columns only tend to be in order, rows thin out on both sides of the line."""
        breaks = found.breaks
        if breaks is None or sample is None:
            return False
        low, high, both = self._numbers(sample.columns)
        half, are_times = 0.5 * breaks.share, self.type in TIMES
        return is_abrupt(low[both], high[both], breaks.depth, half, are_times=are_times)

    def condition(self, schema: TableSchema) -> str | None:
        low, high = (number(schema[name]) for name in (self.sources[0], self.target))
        return f"{low} <= {high}"

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
    """The rows that break the order, and those in which the two are equal: it is strict without.

    ``beyond``, int64 ``(_EXPONENTS,)``: of those that break it, how far, in powers of two.
    """

    def __init__(self, rule: Order):
        super().__init__(rule)
        self.order, self.ties = rule, 0
        self.beyond = np.zeros(_EXPONENTS, np.int64)

    def update(self, columns: Columns) -> None:
        count = self.count
        super().update(columns)
        self.ties += self.order.ties(columns)
        if self.count > count:
            gaps = self.order.gaps(columns)
            exponents = np.frexp(-gaps[gaps < 0])[1] + _EXPONENTS // 2
            places = np.clip(exponents, 0, _EXPONENTS - 1)
            self.beyond += np.bincount(places, minlength=_EXPONENTS)

    def merge(self, other: Self) -> None:
        super().merge(other)
        self.ties += other.ties
        self.beyond += other.beyond

    def to_fields(self) -> dict[str, Any]:
        return {**super().to_fields(), "ties": self.ties, "beyond": self.beyond}

    def load(self, fields: dict[str, Any]) -> None:
        super().load(fields)
        self.ties, self.beyond = fields["ties"], fields["beyond"].copy()

    def found(self, rows: int, informative: int) -> Found | None:
        rule = replace(self.order, strict=not self.ties) if not self.count else self.order
        breaks = Breaks(self.counts["complete"], self.count, depth=self._depth())
        return Found(rule, rows, self.count, informative, rows, informative, breaks=breaks)

    def _depth(self) -> float:
        """How far beyond half of the rows lie at most that break it; 0 where none does."""
        if not self.beyond.any():
            return 0.0
        middle = np.searchsorted(np.cumsum(self.beyond), self.beyond.sum() / 2)
        return float(2.0 ** (int(middle) - _EXPONENTS // 2))


def is_abrupt(
    low: np.ndarray, high: np.ndarray, depth: float, broken: float, *, are_times: bool
) -> bool:
    """Whether rows end abruptly where an order does, as they do but for mistakes.

    ``low`` and ``high`` are a sample's; of all rows the share ``broken`` lies beyond the order, by
    at most ``depth``. As far inside there are many rows, or, where two columns only tend to be in
    order, few. Numbers are compared with those of rows whose greater value is about as great:
    counts of little lie close to each other, whatever they count.
    """
    gaps = gaps_of(low, high)
    inside = int(((gaps >= 0) & (gaps <= depth)).sum())
    if inside < max(FEWEST_INSIDE, ABRUPT * broken * len(gaps)):
        return False
    by_size = np.argsort(np.maximum(low, high), kind="stable")
    ordered = gaps[by_size]
    beyond = np.flatnonzero(ordered < 0)
    if are_times or not len(beyond):
        return True
    width = min(max(FEWEST_ALIKE, len(gaps) // SHARE_ALIKE), len(gaps))
    ratios = []
    for place in beyond.tolist():
        start = min(max(place - width // 2, 0), len(gaps) - width)
        alike, own = ordered[start : start + width], -ordered[place]
        within = ((alike < 0) & (alike >= -own)).sum()
        ratios.append(((alike >= 0) & (alike <= own)).sum() / within)
    return bool(np.median(ratios) >= ABRUPT)


def gaps_of(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How much greater the one is than the other, float64; nan between infinities."""
    with np.errstate(invalid="ignore"):
        gaps: np.ndarray = high.astype(np.float64) - low.astype(np.float64)
    return gaps


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
    above = directly_above(rules)
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


def directly_above(rules: Iterable[Order]) -> dict[str, dict[str, bool]]:
    """The columns above each by one of the rules, with whether that is strict."""
    above: dict[str, dict[str, bool]] = {}
    for rule in rules:
        above.setdefault(rule.sources[0], {})[rule.target] = rule.strict
    return above
