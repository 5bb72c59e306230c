"""Sums and differences of numbers, exact on the columns' decimal grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from synth.dependencies.condition import exact_sum, float_sum, is_on_grid
from synth.dependencies.dependency import Family
from synth.dependencies.grid import grid_of, to_grid
from synth.dependencies.sample import Sample
from synth.dependencies.terms import MOST_TERMS, Terms, decimals_given
from synth.table.schema import TableSchema
from synth.table.sql import quote
from synth.table.values import is_whole

FIRST_ROWS = 256
FIT_ROWS = 2_000
MOST_WINDOWS = 16  # parts of the rows, where some may be mistakes
FEWEST_ROWS = 50  # rows in which every term is at work


@dataclass(frozen=True)
class Sum(Terms):
    """``target`` is the sum of the sources, each with its sign; null if one of them is."""

    kind: ClassVar[str] = "sum"
    fields: ClassVar[tuple[str, ...]] = ("signs", "decimals")
    rank: ClassVar[int] = 6

    def describe(self) -> str:
        return f"{self.target} is {self.signed}"

    def condition(self, schema: TableSchema) -> str | None:
        columns = [schema[name] for name in self.sources]
        if all(is_whole(schema[name].type) for name in self.columns):
            return f"{quote(self.target)} = {exact_sum(columns, self.signs)}"
        return is_on_grid(schema[self.target], float_sum(columns, self.signs), self.decimals)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Sum:
        target, sources = data["target"], tuple(data["sources"])
        signs = tuple(data.get("signs", [1] * len(sources)))
        return cls(target, sources, signs, decimals_given(data, schema), schema[target].type)

    def _solved_for(self, place: int, type_name: str) -> Sum:
        return Sum(self.sources[place], *self._around(place), self.decimals, type_name)


def find(sample: Sample) -> list[Sum]:
    """Sums of two columns in all three readings, then totals of up to six columns."""
    numbers = Numbers(sample)
    if len(numbers.names) < 3:
        return []
    rules: list[Sum] = []
    for a, b, c in numbers.triples():
        for target, sources, signs in (
            (c, (a, b), (1, 1)),
            (a, (c, b), (1, -1)),
            (b, (c, a), (1, -1)),
        ):
            rules.append(numbers.rule(target, sources, signs))
    summed = {frozenset((rule.target, *rule.sources)) for rule in rules}
    return rules + numbers.totals(summed)


class Numbers:
    """The numeric columns of a sample on one grid."""

    def __init__(self, sample: Sample):
        self.sample = sample
        grids = {name: grid_of(sample.columns[name]) for name in sample.numbers}
        names = [
            name for name, grid in grids.items() if grid is not None and sample.distinct(name) > 2
        ]
        self.names = names[: sample.settings.number_columns]
        self.decimals = {name: grids[name] or 0 for name in self.names}
        if self.names:
            finest = max(self.decimals.values())
            on = [to_grid(sample.columns[name], finest) for name in self.names]
            self.values = np.stack([values for values, _ in on], 1)
            self.valid = np.stack([valid for _, valid in on], 1)

    def rule(self, target: str, sources: tuple[str, ...], signs: tuple[int, ...]) -> Sum:
        decimals = max(self.decimals[name] for name in (target, *sources))
        return Sum(target, sources, signs, decimals, self.sample.type_of(target))

    def triples(self) -> list[tuple[str, str, str]]:
        """``(a, b, c)`` with a + b = c."""
        values, valid = self.values[:FIRST_ROWS], self.valid[:FIRST_ROWS]
        least = 2 * self.sample.settings.near - 1.02
        found = []
        for a in range(len(self.names)):
            for b in range(a + 1, len(self.names)):
                given = valid[:, [a]] & valid[:, [b]] & valid
                same = (values[:, [a]] + values[:, [b]] == values) & given
                likely = (same.sum(0) >= least * given.sum(0)) & (given.sum(0) >= 8)
                for c in np.flatnonzero(likely):
                    if c not in (a, b) and self._is_real([a, b], [1, 1], int(c)):
                        found.append((self.names[a], self.names[b], self.names[c]))
        return found

    def _is_real(self, terms: list[int], signs: list[int], target: int) -> bool:
        """Whether the sum holds where every term is at work, and another row's would not."""
        rows = self.valid[:, [*terms, target]].all(1) & (self.values[:, terms] != 0).all(1)
        if rows.sum() < FEWEST_ROWS:
            return False
        total = self.values[rows][:, terms] @ np.array(signs)
        actual = self.values[rows, target]
        parts = [
            np.roll(self.values[rows, t], 1 + i) * s
            for i, (t, s) in enumerate(zip(terms, signs, strict=True))
        ]
        spoiled = [
            total - self.values[rows, t] * s + p
            for t, s, p in zip(terms, signs, parts, strict=True)
        ]
        by_chance = max(float((other == actual).mean()) for other in spoiled)
        names = tuple(self.names[t] for t in terms)
        rule = self.rule(self.names[target], names, tuple(signs))
        overall = self.sample.admits(rule)
        return overall and bool(
            (total == actual).mean() >= self.sample.settings.near and by_chance < 0.7
        )

    def _fitted(self, others: np.ndarray, target: np.ndarray) -> list[tuple[int, int]]:
        """The terms that every row has; where some may be mistakes, those of a part without one."""
        found = _signed_terms(others, target)
        size = max(FEWEST_ROWS, 2 * others.shape[1])
        starts = range(0, len(target) - size + 1, size) if self.sample.settings.broken else ()
        for start in starts[:MOST_WINDOWS]:
            found = found or _signed_terms(
                others[start : start + size], target[start : start + size]
            )
        return found

    def totals(self, summed: set[frozenset[str]]) -> list[Sum]:
        """Columns that least squares gives as a sum of three to six others, signs 1 or -1."""
        complete = np.flatnonzero(self.valid.all(1))[:FIT_ROWS]
        if len(complete) < 4 * len(self.names):
            return []
        # Results of the small sums are left out, or the fit has no single answer.
        results = {max(group, key=lambda n: (self.sample.distinct(n), n)) for group in summed}
        used = [i for i, name in enumerate(self.names) if name not in results]
        values = self.values[complete][:, used].astype(np.float64)
        found = []
        for place, target in enumerate(used):
            others = [i for i in range(len(used)) if i != place]
            fitted = self._fitted(values[:, others], values[:, place])
            terms = [(used[others[i]], sign) for i, sign in fitted]
            if 3 <= len(terms) <= MOST_TERMS:
                columns, signs = [t for t, _ in terms], [s for _, s in terms]
                if self._is_real(columns, signs, target):
                    names = tuple(self.names[t] for t in columns)
                    found.append(self.rule(self.names[target], names, tuple(signs)))
        return found


def _signed_terms(others: np.ndarray, target: np.ndarray) -> list[tuple[int, int]]:
    """``(column, sign)`` where the target is exactly a signed sum of some columns, else none."""
    scale = np.maximum(np.abs(others).max(0, initial=0.0), 1.0)
    weights = np.linalg.lstsq(others / scale, target, rcond=None)[0] / scale
    signs = np.rint(weights).astype(np.int64)
    if np.abs(signs).max(initial=0) > 1 or not np.array_equal(others @ signs, target):
        return []
    return [(int(i), int(signs[i])) for i in np.flatnonzero(signs)]


FAMILY = Family("sums", (Sum,), find)
