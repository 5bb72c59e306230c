"""Durations: end = start + n units, and n = whole units between start and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES, require_number
from synth.dependencies.columns import Columns, Rows
from synth.dependencies.condition import double, elapsed
from synth.dependencies.dependency import DependencyError, Family, Formula
from synth.dependencies.grid import from_grid, to_grid
from synth.dependencies.sample import Sample
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, to_numbers

UNITS = {
    "day": MICROSECONDS_PER_DAY,
    "hour": 3_600_000_000,
    "minute": 60_000_000,
    "second": 1_000_000,
}
FIRST_ROWS = 500


def microseconds(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)`` of a date or timestamp column."""
    values, valid = to_numbers(array, type_name)
    return values * (UNITS["day"] if type_name == "date" else 1), valid


@dataclass(frozen=True)
class Shift(Formula):
    """``target`` is the first source plus the second, counted in ``unit``."""

    kind: ClassVar[str] = "shift"
    fields: ClassVar[tuple[str, ...]] = ("unit",)
    rank: ClassVar[int] = 4

    target: str
    sources: tuple[str, ...]  # start, count
    unit: str = "day"
    type: str = "date"

    def predict(self, columns: Columns) -> pa.Array:
        start, valid = microseconds(columns[self.sources[0]], self.type)
        count, given = to_grid(columns[self.sources[1]])
        end = start + count * UNITS[self.unit]
        if self.type == "date":
            end = end // UNITS["day"]
        return from_numbers(end, valid & given, self.type, 0)

    def known(self, columns: Columns) -> Rows:
        count = columns[self.sources[1]]
        known: Rows = to_grid(count)[1] | np.asarray(count.is_null())
        return known

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The start so long before the end, or the count of whole units between."""
        end, ended = microseconds(columns[self.target], self.type)
        if source == self.sources[1]:
            start, begun = microseconds(columns[self.sources[0]], self.type)
            count, rest = np.divmod(end - start, UNITS[self.unit])
            kind = type_of_arrow(columns[source].type)
            return from_grid(count, ended & begun & (rest == 0), kind)[0]
        count, given = to_grid(columns[self.sources[1]])
        start = end - count * UNITS[self.unit]
        if self.type == "date":
            start, rest = np.divmod(start, UNITS["day"])
            given = given & (rest == 0)
        return from_numbers(start, ended & given, self.type, 0)

    def decimals_of(self, source: str) -> int | None:
        return 0 if source == self.sources[1] else None

    def condition(self, schema: TableSchema) -> str | None:
        start, count = (schema[name] for name in self.sources)
        passed = elapsed(start, schema[self.target], self.unit)
        return None if passed is None else f"{passed} = {double(count)}"

    def describe(self) -> str:
        return f"{self.target} is {self.sources[0]} plus {self.sources[1]} {self.unit}s"

    def check(self, schema: TableSchema) -> None:
        _check_unit(self.unit, self.sources)
        start = schema[self.sources[0]].type
        if start not in TIMES or schema[self.target].type != start:
            raise DependencyError(
                f"{self.target!r} and {self.sources[0]!r} must be dates or timestamps of one type"
            )
        require_number(schema, self.sources[1])

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Shift:
        target = data["target"]
        return cls(target, tuple(data["sources"]), data.get("unit", "day"), schema[target].type)


@dataclass(frozen=True)
class Difference(Formula):
    """``target`` is the number of whole units from the first source to the second."""

    kind: ClassVar[str] = "difference"
    fields: ClassVar[tuple[str, ...]] = ("unit",)
    rank: ClassVar[int] = 5

    target: str
    sources: tuple[str, ...]  # start, end
    unit: str = "day"
    type: str = "int"
    time_type: str = "date"

    def predict(self, columns: Columns) -> pa.Array:
        start, begun = microseconds(columns[self.sources[0]], self.time_type)
        end, ended = microseconds(columns[self.sources[1]], self.time_type)
        return from_grid((end - start) // UNITS[self.unit], begun & ended, self.type)[0]

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The other date; a time of which whole units are counted may be one of many."""
        other = self.sources[1 - self.sources.index(source)]
        if self.unit != "day" or self.time_type != "date":
            return pa.nulls(len(columns[other]), columns[other].type)
        given, valid = to_numbers(columns[other], self.time_type)
        count, counted = to_grid(columns[self.target])
        led = given + count if source == self.sources[1] else given - count
        return from_numbers(led, valid & counted, self.time_type, 0)

    def condition(self, schema: TableSchema) -> str | None:
        start, end = (schema[name] for name in self.sources)
        passed = elapsed(start, end, self.unit)
        return None if passed is None else f"floor({passed}) = {double(schema[self.target])}"

    def describe(self) -> str:
        return f"{self.target} is the {self.unit}s from {self.sources[0]} to {self.sources[1]}"

    def check(self, schema: TableSchema) -> None:
        _check_unit(self.unit, self.sources)
        start, end = (schema[name].type for name in self.sources)
        if start not in TIMES or start != end:
            raise DependencyError(
                f"{' and '.join(map(repr, self.sources))} must be dates or timestamps of one type"
            )
        require_number(schema, self.target)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Difference:
        target, sources = data["target"], tuple(data["sources"])
        unit = data.get("unit", "day")
        return cls(target, sources, unit, schema[target].type, schema[sources[0]].type)


def find(sample: Sample) -> list[Shift | Difference]:
    """For every pair of time columns a number column that counts the units between."""
    counts = [name for name in sample.whole_number_columns if sample.varies(name)]
    rules: list[Shift | Difference] = []
    if not counts:
        return rules
    shown = np.stack([sample.whole_numbers(name)[0][:FIRST_ROWS] for name in counts], 1)
    given = np.stack([sample.whole_numbers(name)[1][:FIRST_ROWS] for name in counts], 1)
    for start in sample.times:
        for end in sample.times:
            if start != end and sample.type_of(end) == sample.type_of(start):
                for unit in UNITS:
                    likely = _counting(sample, (start, end), unit, shown, given)
                    for place in np.flatnonzero(likely):
                        rules += _rules(sample, start, end, counts[place], unit)
    return rules


def _counting(
    sample: Sample, times: tuple[str, str], unit: str, shown: np.ndarray, given: np.ndarray
) -> np.ndarray:
    """Which whole-number columns ``(rows, columns)`` count the units between, in the first rows."""
    kind = sample.type_of(times[0])
    start, end = (microseconds(sample.columns[n].slice(0, FIRST_ROWS), kind) for n in times)
    both = (start[1] & end[1])[:, None] & given
    gap = ((end[0] - start[0]) // UNITS[unit])[:, None]
    wrong = (both & (gap != shown)).sum(0)
    likely: np.ndarray = (both.sum(0) >= 8) & (wrong <= 2 * (1 - sample.settings.near) * len(shown))
    return likely


def _rules(sample: Sample, start: str, end: str, count: str, unit: str) -> list[Shift | Difference]:
    kind = sample.type_of(start)
    tried = (
        Shift(end, (start, count), unit, kind),
        Difference(count, (start, end), unit, sample.type_of(count), kind),
    )
    return [rule for rule in tried if sample.admits(rule, count)]


def _check_unit(unit: str, sources: tuple[str, ...]) -> None:
    if unit not in UNITS:
        raise DependencyError(f"no unit {unit!r}: use one of {', '.join(UNITS)}")
    if len(sources) != 2:
        raise DependencyError(f"a duration has two sources, not {len(sources)}")


FAMILY = Family("durations", (Shift, Difference), find)
