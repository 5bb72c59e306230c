"""Predicates that an attacker makes of a table, and how many rows or entities each one matches.

A predicate is a conjunction over some columns: a value, at least or at most a value, or null
(Cohen & Nissim, Towards Formalizing the GDPR's Notion of Singling Out, PNAS 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats


@dataclass(frozen=True)
class Condition:
    """On one column: a value from ``low`` to ``high``, both included; null where both are NaN."""

    place: int
    low: float
    high: float


Predicate = tuple[Condition, ...]


@dataclass(frozen=True)
class Sorted:
    """A table with each column sorted, nulls last, so that a condition is a range of places.

    ``entities`` are those of :class:`synth.metrics.features.Features`.
    """

    values: Floats
    entities: npt.NDArray[np.int64] | None = None

    @cached_property
    def orders(self) -> npt.NDArray[np.int64]:
        """int64 ``(rows, columns)``: the places of each column's rows in order."""
        return np.asarray(self.values.argsort(axis=0, kind="stable"), np.int64)

    @cached_property
    def columns(self) -> list[Floats]:
        """Of each column its values in order, without nulls."""
        ordered = np.take_along_axis(self.values, self.orders, axis=0)
        return [column[~np.isnan(column)] for column in ordered.T]

    def matches(self, predicate: Predicate) -> int:
        """How many rows meet all conditions; where rows are of entities, of how many they are."""
        rows = self._rows(predicate)
        return len(rows) if self.entities is None else len(np.unique(self.entities[rows]))

    def _rows(self, predicate: Predicate) -> npt.NDArray[np.int64]:
        ranges = [self._range(condition) for condition in predicate]
        sizes = [end - start for start, end in ranges]
        narrowest = int(np.argmin(sizes))
        start, end = ranges[narrowest]
        rows = self.orders[start : max(start, end), predicate[narrowest].place]
        for number, condition in enumerate(predicate):
            if number != narrowest and len(rows):
                rows = rows[_meet(self.values[rows, condition.place], condition)]
        return rows

    def _range(self, condition: Condition) -> tuple[int, int]:
        column = self.columns[condition.place]
        if np.isnan(condition.low):
            return len(column), len(self.values)
        start = int(column.searchsorted(condition.low, "left"))
        return start, int(column.searchsorted(condition.high, "right"))


def _meet(values: Floats, condition: Condition) -> npt.NDArray[np.bool_]:
    if np.isnan(condition.low):
        return np.isnan(values)
    return np.asarray((values >= condition.low) & (values <= condition.high))


def rare_value_predicates(table: Features) -> list[Predicate]:
    """On one column: a value of one row, beyond the lowest or highest, null where one row is."""
    found: list[Predicate] = []
    for place, column in enumerate(table.columns):
        values = table.values[:, place]
        present = values[~np.isnan(values)]
        if len(values) - len(present) == 1:
            found.append((Condition(place, np.nan, np.nan),))
        distinct, counts = np.unique(present, return_counts=True)
        found += [(Condition(place, value, value),) for value in distinct[counts == 1].tolist()]
        if column.ordinal and len(distinct):
            found.append((Condition(place, -np.inf, float(distinct[0])),))
            found.append((Condition(place, float(distinct[-1]), np.inf),))
    return found


def row_predicates(
    table: Features, count: int, width: int, rng: np.random.Generator
) -> list[Predicate]:
    """Each from one row and ``width`` columns: its labels, and its numbers as bounds.

    A number above the column's median becomes a lower bound, any other one an upper bound: that is
    the side on which fewer rows lie.
    """
    medians = [
        float(np.nanmedian(values)) if column.ordinal and not np.isnan(values).all() else np.nan
        for column, values in zip(table.columns, table.values.T, strict=True)
    ]
    rows = rng.integers(len(table), size=count)
    places = rng.permuted(np.tile(np.arange(len(medians)), (count, 1)), axis=1)[:, :width]

    def condition(value: float, place: int) -> Condition:
        if np.isnan(value) or not table.columns[place].ordinal:
            return Condition(place, value, value)
        if value > medians[place]:
            return Condition(place, value, np.inf)
        return Condition(place, -np.inf, value)

    return [
        tuple(condition(float(table.values[row, place]), int(place)) for place in sorted(chosen))
        for row, chosen in zip(rows, places, strict=True)
    ]


def guessed_predicates(
    table: Features, count: int, width: int, rng: np.random.Generator
) -> list[Predicate]:
    """Random values of random columns, each with a random direction: the naive attacker's.

    A column's values are equally likely, however many rows hold them.
    """
    distinct = [np.unique(values) for values in table.values.T]  # all nulls are one value

    def condition(place: int) -> Condition:
        value = float(rng.choice(distinct[place]))
        side = int(rng.integers(3)) if table.columns[place].ordinal else 0
        if side == 0 or np.isnan(value):
            return Condition(place, value, value)
        return Condition(place, value, np.inf) if side == 1 else Condition(place, -np.inf, value)

    return [
        tuple(
            condition(int(place))
            for place in np.sort(rng.choice(len(distinct), width, replace=False))
        )
        for _ in range(count)
    ]
