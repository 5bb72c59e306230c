"""Clock dependencies: the hour and minute of an HHMM number, and clock + minutes = clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, once, present
from synth.dependencies.dependency import DependencyError, Family, Formula
from synth.dependencies.grid import from_grid, to_grid
from synth.dependencies.sample import Sample
from synth.table.schema import TableSchema, type_of_arrow

MIDNIGHT = 2400
DAY = 1440  # minutes
FIRST_ROWS = 500
FEWEST_TIMES = 20  # a column of fewer clock times is a code, not a clock


def clock_minutes(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(minutes, valid, sound)``: 517 is 317, 2400 is 1440; sound where null or a clock time."""
    values, valid = to_grid(array)
    clock = valid & (values >= 0) & (values <= MIDNIGHT) & (values % 100 < 60)
    null = np.asarray(array.is_null())
    return np.where(clock, values // 100 * 60 + values % 100, 0), clock, clock | null


@dataclass(frozen=True)
class ClockPart(Formula):
    """``target`` is the hour or minute of the one source; ``midnight`` is the hour of 2400."""

    kind: ClassVar[str] = "clock_part"
    fields: ClassVar[tuple[str, ...]] = ("part", "midnight")
    needed: ClassVar[tuple[str, ...]] = ("part",)
    rank: ClassVar[int] = 1

    target: str
    sources: tuple[str, ...]
    part: str
    midnight: int = 0  # 0 or 24
    type: str = "int"

    def predict(self, columns: Columns) -> pa.Array:
        minutes, valid, _ = once(columns, self.sources[0], clock_minutes)
        hours = np.where(minutes == DAY, self.midnight, minutes // 60)
        values = hours if self.part == "hour" else minutes % 60
        return from_grid(values, valid, self.type)[0]

    def known(self, columns: Columns) -> Rows:
        return once(columns, self.sources[0], clock_minutes)[2]

    def describe(self) -> str:
        return f"{self.target} is the {self.part} of the clock time {self.sources[0]}"

    def check(self, schema: TableSchema) -> None:
        if self.part not in ("hour", "minute"):
            raise DependencyError(f"no clock part {self.part!r}: use hour or minute")
        _check_midnight(self.midnight, (0, 24))
        _check(self.target, self.sources, 1, schema)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> ClockPart:
        target, midnight = data["target"], data.get("midnight", 0)
        return cls(target, tuple(data["sources"]), data["part"], midnight, schema[target].type)


@dataclass(frozen=True)
class ClockSum(Formula):
    """``target`` is the clock time so many minutes after the first source, modulo a day."""

    kind: ClassVar[str] = "clock_sum"
    fields: ClassVar[tuple[str, ...]] = ("midnight",)
    rank: ClassVar[int] = 3

    target: str
    sources: tuple[str, ...]  # clock, minutes
    midnight: int = MIDNIGHT  # how the target writes midnight: 0 or 2400
    type: str = "int"

    def predict(self, columns: Columns) -> pa.Array:
        start, valid, _ = clock_minutes(columns[self.sources[0]])
        delta, given = to_grid(columns[self.sources[1]])
        minutes = (start + delta) % DAY
        values = minutes // 60 * 100 + minutes % 60
        return from_grid(np.where(minutes == 0, self.midnight, values), valid & given, self.type)[0]

    def known(self, columns: Columns) -> Rows:
        sound = clock_minutes(columns[self.sources[0]])[2]
        given = to_grid(columns[self.sources[1]])[1]
        known: Rows = sound & (given | np.asarray(columns[self.sources[1]].is_null()))
        return known

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The clock time so many minutes before; of the minutes one of many would do."""
        end, valid, _ = clock_minutes(columns[self.target])
        if source != self.sources[0]:
            return pa.nulls(len(end), columns[source].type)
        delta, given = to_grid(columns[self.sources[1]])
        minutes = (end - delta) % DAY
        values = minutes // 60 * 100 + minutes % 60
        kind = type_of_arrow(columns[source].type)
        return from_grid(np.where(minutes == 0, self.midnight, values), valid & given, kind)[0]

    def describe(self) -> str:
        clock, delta = self.sources
        return f"{self.target} is the clock time {clock} plus {delta} minutes"

    def check(self, schema: TableSchema) -> None:
        _check_midnight(self.midnight, (0, MIDNIGHT))
        _check(self.target, self.sources, 2, schema)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> ClockSum:
        target, midnight = data["target"], data.get("midnight", MIDNIGHT)
        return cls(target, tuple(data["sources"]), midnight, schema[target].type)


def find(sample: Sample) -> list[ClockPart | ClockSum]:
    """Hours and minutes of every clock column, and sums that lead from one to another."""
    clocks = [name for name in sample.whole_number_columns if is_clock(sample, name)]
    rules: list[ClockPart | ClockSum] = []
    for clock in clocks:
        for target in sample.whole_number_columns:
            if target != clock and sample.varies(target) and _is_small(sample, target):
                rules += _parts(sample, clock, target)
    return rules + _sums(sample, clocks)


def _parts(sample: Sample, clock: str, target: str) -> list[ClockPart | ClockSum]:
    for part, midnight in (("hour", 0), ("hour", 24), ("minute", 0)):
        rule = ClockPart(target, (clock,), part, midnight, sample.type_of(target))
        if _fits(sample, rule):
            return [rule]
    return []


def _sums(sample: Sample, clocks: list[str]) -> list[ClockPart | ClockSum]:
    rules: list[ClockPart | ClockSum] = []
    for start in clocks:
        for end in clocks:
            if start == end:
                continue
            midnight = _midnight(sample, end)
            for delta in sample.whole_number_columns:
                if delta not in (start, end) and sample.varies(delta):
                    rule = ClockSum(end, (start, delta), midnight, sample.type_of(end))
                    if _fits(sample, rule) and _matters(sample, rule):
                        rules.append(rule)
    return rules


def _fits(sample: Sample, rule: ClockPart | ClockSum) -> bool:
    # In a sparse column the first rows may hold nulls only, so they can but rule out.
    first = sample.first(FIRST_ROWS)
    holds = rule.holds(first) | ~present(first, rule.columns)
    return holds.mean() >= 2 * sample.settings.near - 1.01 and sample.admits(rule)


def _matters(sample: Sample, rule: ClockSum) -> bool:
    """Whether the minutes of another row would spoil the sum."""
    delta = sample.columns[rule.sources[1]]
    turned = pa.concat_arrays([delta.slice(1), delta.slice(0, 1)])
    holds = rule.holds({**sample.columns, rule.sources[1]: turned})
    return bool(holds[present(sample.columns, rule.columns)].mean() < 0.8)


def _midnight(sample: Sample, name: str) -> int:
    values, valid = sample.whole_numbers(name)
    return 0 if (values[valid] == 0).sum() > (values[valid] == MIDNIGHT).sum() else MIDNIGHT


def is_clock(sample: Sample, name: str) -> bool:
    """Whether every value reads as a clock time, 517 for 5:17, and some are past ten."""
    array = sample.columns[name]
    values, valid = sample.whole_numbers(name)
    if sample.distinct(name) < FEWEST_TIMES or not valid.any() or values[valid].max() < 1000:
        return False
    return bool(clock_minutes(array)[2].all())


def _is_small(sample: Sample, name: str) -> bool:
    values, valid = sample.whole_numbers(name)
    return bool(values[valid].min() >= 0 and values[valid].max() < 60)


def _check_midnight(midnight: int, allowed: tuple[int, int]) -> None:
    if midnight not in allowed:
        raise DependencyError(
            f"midnight is {allowed[0]} or {allowed[1]}, as the target writes it, not {midnight}"
        )


def _check(target: str, sources: tuple[str, ...], count: int, schema: TableSchema) -> None:
    if len(sources) != count:
        raise DependencyError(f"{target!r} needs {count} source columns here, not {len(sources)}")
    for name in (target, *sources):
        require_number(schema, name)


FAMILY = Family("clock rules", (ClockPart, ClockSum), find)
