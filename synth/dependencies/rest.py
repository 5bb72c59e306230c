"""What is left of a whole: shares that sum to 1 or 100, hours of a day, seats of a plane."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.arithmetic import Numbers
from synth.dependencies.columns import Columns, choose_rows
from synth.dependencies.condition import float_sum, is_on_grid, literal
from synth.dependencies.dependency import DependencyError, Family, Mode
from synth.dependencies.grid import from_grid, to_grid
from synth.dependencies.linear_search import is_told
from synth.dependencies.sample import Sample
from synth.dependencies.terms import MOST_TERMS, Terms, decimals_given
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import TableSchema, type_of_arrow

FEWEST_COLUMNS = 3  # of a whole; of two one lies on a line along the other
PRESENT = 0.75  # of the rows have a value of a column that is looked at
FIT_ROWS = 2_000
MOST_WINDOWS = 16  # parts of the rows, where some may be mistakes
LAST_BITS = 1e-7  # of weights by least squares


@dataclass(frozen=True)
class Rest(Terms):
    """``target`` is ``whole`` less the sources; null if one of them is.

    Shares are never negative: where the sources exceed the whole, the last of those that may change
    (``giving``) is as much smaller as it can be, then the one before it.
    """

    kind: ClassVar[str] = "rest"
    fields: ClassVar[tuple[str, ...]] = ("whole", "decimals")
    needed: ClassVar[tuple[str, ...]] = ("whole",)
    rank: ClassVar[int] = 6

    signs: tuple[int, ...] = ()
    whole: float = 0.0
    giving: tuple[str, ...] = ()

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """The target, and the sources that give way to it."""
        changed = dict[str, pa.Array]()
        for name in reversed(self.giving):
            total, valid, _ = self._total({**columns, **changed})
            low = valid & (total < 0)
            if not low.any():
                break
            own, _ = to_grid(columns[name], self.decimals)
            less = own - np.minimum(np.maximum(own, 0), np.maximum(-total, 0))
            made, fits = from_grid(less, low, type_of_arrow(columns[name].type), self.decimals)
            changed[name] = choose_rows(low & fits, made.cast(columns[name].type), columns[name])
        return {**changed, self.target: self.predict({**columns, **changed})}

    @property
    def repairs_sources(self) -> bool:
        return True

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Rest:
        """None gives way where exceptions are learned."""
        free = [name for name in self.sources if name not in fixed and mode != "exceptions"]
        return replace(self, giving=tuple(free))

    def without_repair(self) -> Rest:
        return replace(self, giving=())

    def describe(self) -> str:
        return f"{self.target} is what {' and '.join(self.sources)} leave of {self.whole:g}"

    def condition(self, schema: TableSchema) -> str | None:
        signs = [1] * len(self.sources)
        total = float_sum([schema[name] for name in self.sources], signs)
        left = f"({literal(self.whole)} - {total})"
        return is_on_grid(schema[self.target], left, self.decimals)

    def check(self, schema: TableSchema) -> None:
        super().check(schema)
        units = self.whole * 10.0**self.decimals
        if not (abs(units) < EXACT_FLOATS and abs(units - round(units)) <= 1e-6):
            raise DependencyError(
                f"whole is a number of at most {self.decimals} decimals, not {self.whole:g}"
            )

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), **({"giving": list(self.giving)} if self.giving else {})}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Rest:
        target, sources = data["target"], tuple(data["sources"])
        signs, giving = (-1,) * len(sources), tuple(data.get("giving", ()))
        own = (signs, decimals_given(data, schema), schema[target].type)
        return cls(target, sources, *own, float(data["whole"]), giving)

    def _solved_for(self, place: int, type_name: str) -> Rest:
        own = (self.sources[place], *self._around(place), self.decimals, type_name)
        return Rest(*own, self.whole)

    def _total(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        total, valid, null = super()._total(columns)
        return total + round(self.whole * 10**self.decimals), valid, null


def find(sample: Sample) -> list[Rest]:
    """Of columns whose sum is the same in every row, each by what the others leave."""
    numbers = Numbers(sample)
    if len(numbers.names) < FEWEST_COLUMNS:
        return []
    often = np.flatnonzero(numbers.valid.mean(0) >= PRESENT)
    complete = np.flatnonzero(numbers.valid[:, often].all(1))[:FIT_ROWS]
    if len(complete) < 4 * len(often):
        return []
    found = list[Rest]()
    values = numbers.values[complete][:, often]
    for places in _wholes(values, sample.settings.broken > 0):
        names = [numbers.names[often[place]] for place in places]
        decimals = max(numbers.decimals[name] for name in names)
        total = np.median(values[:, places].sum(1))
        whole = float(total) / 10 ** max(numbers.decimals.values())
        for target in names:
            sources = tuple(name for name in names if name != target)
            signs, kind = (-1,) * len(sources), sample.type_of(target)
            rule = Rest(target, sources, signs, decimals, kind, whole)
            if sample.admits(rule) and is_told(rule, sample.columns):
                found.append(rule)
    return found


def _wholes(values: np.ndarray, may_be_broken: bool) -> list[list[int]]:
    """Columns that sum to one number; where some rows may be mistakes, in a part without one."""
    found = _constant_sums(values)
    size = max(50, 3 * values.shape[1])
    starts = range(0, len(values) - size + 1, size) if may_be_broken else ()
    for start in starts[:MOST_WINDOWS]:
        found = found or _constant_sums(values[start : start + size])
    return found


def _constant_sums(values: np.ndarray) -> list[list[int]]:
    """Disjoint sets of columns whose sum is the same, and not 0, in every row; none is negative.

    Least squares of a constant by all columns gives those of a set one weight, and the others 0;
    of several sets each has a weight of its own.
    """
    shares = np.flatnonzero((values >= 0).all(0))
    values = values[:, shares]
    scale = np.maximum(np.abs(values).max(0, initial=0.0), 1.0)
    ones = np.ones(len(values))
    weights = np.linalg.lstsq(values / scale, ones, rcond=None)[0]
    if not np.allclose((values / scale) @ weights, ones, rtol=0, atol=LAST_BITS):
        return []
    left = [place for place in range(len(shares)) if abs(weights[place]) > LAST_BITS]
    found = []
    for group in _alike(weights / scale, left):
        total = values[:, group].sum(1)
        is_whole = total[0] and (total == total[0]).all()
        is_whole &= not np.isin(values[:, group], (0, total[0])).all()  # one is set: another kind
        if FEWEST_COLUMNS <= len(group) <= MOST_TERMS + 1 and is_whole:
            found.append([int(shares[place]) for place in group])
    return found


def _alike(weights: np.ndarray, left: list[int]) -> Iterator[list[int]]:
    while left:
        of = weights[left[0]]
        group = [place for place in left if abs(weights[place] - of) <= LAST_BITS * abs(of)]
        yield group
        left = [place for place in left if place not in group]


FAMILY = Family("what is left of a whole", (Rest,), find)
