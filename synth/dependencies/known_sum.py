"""Sums of what is there: totals for which a missing amount counts as none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synth.dependencies.arithmetic import Numbers
from synth.dependencies.columns import Columns
from synth.dependencies.dependency import DependencyError, Family
from synth.dependencies.grid import to_grid
from synth.dependencies.linear_search import is_told
from synth.dependencies.sample import Sample
from synth.dependencies.terms import MOST_TERMS, Terms, decimals_given
from synth.table.schema import TableSchema, type_of_arrow

EMPTY = ("zero", "null")


@dataclass(frozen=True)
class KnownSum(Terms):
    """``target`` is the sum of those sources that have a value, each with its sign.

    Where none has, it is what ``empty`` says: 0, as pandas' ``sum`` and SQL's ``coalesce`` have it,
    or null, as SQL's ``sum``.
    """

    kind: ClassVar[str] = "sum_of_known"
    fields: ClassVar[tuple[str, ...]] = ("signs", "decimals", "empty")
    rank: ClassVar[int] = 6

    empty: str = "zero"
    strict: bool = False  # null where one source is, for a term that is solved for

    def describe(self) -> str:
        none = "0" if self.empty == "zero" else "null"
        said = f"{self.target} is {self.signed}"
        return f"{said}, of those that are not missing; {none} where all are"

    def check(self, schema: TableSchema) -> None:
        super().check(schema)
        if self.empty not in EMPTY:
            raise DependencyError(f"empty is {' or '.join(EMPTY)}, not {self.empty!r}")

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> KnownSum:
        target, sources = data["target"], tuple(data["sources"])
        signs, decimals = tuple(data.get("signs", [1] * len(sources))), decimals_given(data, schema)
        return cls(target, sources, signs, decimals, schema[target].type, data.get("empty", "zero"))

    def _solved_for(self, place: int, type_name: str) -> KnownSum:
        own = (self.sources[place], *self._around(place), self.decimals, type_name)
        return KnownSum(*own, self.empty, strict=True)

    def _total(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        total, valid, null = super()._total(columns)
        if self.strict:
            return total, valid, null
        missing = {name: np.asarray(columns[name].is_null()) for name in self.sources}
        on = [to_grid(columns[name], self.decimals)[1] | missing[name] for name in self.sources]
        none = np.logical_and.reduce(list(missing.values()))
        if self.empty == "zero":
            none = np.zeros(len(none), bool)
        return total, np.logical_and.reduce(on) & ~none, none


def find(sample: Sample) -> list[KnownSum]:
    """Sums, as rows without a missing value suggest them, that hold where terms are missing too."""
    numbers = Numbers(sample)
    lacking = {n for n in numbers.names if sample.columns[n].null_count}
    if len(numbers.names) < 3 or not lacking:
        return []
    # A term that is missing is 0 on the grid: it is there, for the search.
    for place, name in enumerate(numbers.names):
        numbers.valid[:, place] |= np.asarray(sample.columns[name].is_null())
    found = list[KnownSum]()
    for target, sources, signs in _suggested(numbers):
        if lacking.isdisjoint(sources) or not 2 <= len(sources) <= MOST_TERMS:
            continue
        decimals = max(numbers.decimals[name] for name in (target, *sources))
        kind = type_of_arrow(sample.columns[target].type)
        for empty in EMPTY:
            rule = KnownSum(target, sources, signs, decimals, kind, empty)
            holds = rule.holds(sample.columns)
            if sample.accepts(holds, target) and is_told(rule, sample.columns):
                found.append(rule)
                break
    return found


def _suggested(numbers: Numbers) -> Iterator[tuple[str, tuple[str, ...], tuple[int, ...]]]:
    """``(target, sources, signs)`` of sums of two columns in all three readings, and of more."""
    summed = set[frozenset[str]]()
    for a, b, c in numbers.triples():
        summed.add(frozenset((a, b, c)))
        yield c, (a, b), (1, 1)
        yield a, (c, b), (1, -1)
        yield b, (c, a), (1, -1)
    for rule in numbers.totals(summed):
        yield rule.target, rule.sources, rule.signs


FAMILY = Family("sums of what is there", (KnownSum,), find)
