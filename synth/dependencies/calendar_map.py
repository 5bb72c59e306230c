"""Columns that a part of a date or time determines by a map: names of weekdays, seasons, shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.calendar import PARTS, UTC, calendar_part, check_zone
from synth.dependencies.calendar_search import FIRST_ROWS, MAJOR_ZONES
from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import Columns, Rows, by_value
from synth.dependencies.dependency import DependencyError, Family
from synth.dependencies.evidence import Found, TableFacts, Tally
from synth.dependencies.functional import KeyCounts, Mapped
from synth.dependencies.keymap import KeyMap
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

MAPPED = (
    "weekday_monday_1",
    "month",
    "hour",
    "day",
    "days_to_month_end",
    "week",
    "days_to_quarter_end",
    "quarter_hour_of_day",
    "year",
    "year_month",
)
CLOCKS = ("hour", "quarter_hour_of_day")  # a date has none
MOST_VALUES = 60  # of a target: with more it is no name of a weekday, a month or an hour
FEWEST_ROWS_A_VALUE = 20  # of the sample, for each value that a part takes
TIMES_A_PART = 3  # with fewer times it is they that tell the target, as any code would
LIKELY = 0.98  # of the first rows, for a part to be looked at in all of them


@dataclass(frozen=True)
class CalendarMap(Mapped):
    """``target`` is what a map holds for a part of the one source, in a time zone."""

    kind: ClassVar[str] = "calendar_map"
    fields: ClassVar[tuple[str, ...]] = ("part", "zone")
    needed: ClassVar[tuple[str, ...]] = ("part",)
    rank: ClassVar[int] = 7

    target: str
    sources: tuple[str, ...]
    part: str
    zone: str = UTC
    keys: KeyMap | None = None  # of the part

    def predict(self, columns: Columns) -> pa.Array:
        return self.learned_keys.targets(self.learned_keys.find(self._key(columns)))

    def known(self, columns: Columns) -> Rows:
        return self.learned_keys.find(self._key(columns)) >= 0

    def unknown(self, columns: Columns) -> Rows:
        """Parts that the map does not store."""
        return ~self.known(columns)

    @property
    def is_open(self) -> bool:
        """The source is never repaired: for parts that the map lacks any target is as good."""
        return True

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """A part that the map lacks takes the target of the nearest one."""
        key = self._key(columns)
        lines = self.learned_keys.reached(self.learned_keys.find(key), key)
        return {self.target: self.learned_keys.targets(self.learned_keys.nearest(lines, key))}

    def tally(self, settings: DependencySettings) -> Tally:
        return KeyCounts(self, settings)

    def with_keys(self, keys: KeyMap, *, is_weak: bool) -> CalendarMap:
        return replace(self, keys=keys)

    def keyed(self, columns: Columns) -> dict[str, pa.Array]:
        return {"0": self._key(columns)[0], "target": columns[self.target]}

    def precedence(self, found: Found, facts: TableFacts) -> tuple[float, ...]:
        """Among maps of one source, by their size."""
        return (1, found.keys, found.keys, 0)

    def without_values(self) -> CalendarMap:
        return replace(self, keys=None)

    def describe(self) -> str:
        part = self.part.removesuffix("_monday_1").replace("_", " ")
        return f"{self.target} is determined by the {part} of {self.sources[0]} in {self.zone}"

    def check(self, schema: TableSchema) -> None:
        if self.part not in PARTS:
            raise DependencyError(f"no calendar part {self.part!r}: use one of {', '.join(PARTS)}")
        if len(self.sources) != 1 or schema[self.sources[0]].type not in TIMES:
            raise DependencyError(
                f"the source of {self.target!r} must be one date or timestamp column"
            )
        check_zone(self.zone)

    def to_json(self) -> dict[str, Any]:
        keys = {} if self.keys is None else {"keys": self.keys.to_json()}
        return {**super().to_json(), **keys}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> CalendarMap:
        target, keys = data["target"], None
        if "keys" in data:
            keys = KeyMap.from_json(data["keys"], ["bigint", schema[target].type])
        return cls(target, tuple(data["sources"]), data["part"], data.get("zone", UTC), keys)

    def _key(self, columns: Columns) -> list[pa.Array]:
        return [by_value(columns, self.sources[0], part_of, self.part, self.zone)]


def part_of(array: pa.Array, part: str, zone: str) -> pa.Array:
    """A part of dates or times as int64."""
    return calendar_part(array, part, zone).cast(pa.int64())


def find(sample: Sample) -> list[CalendarMap]:
    """For every time column the targets of few values that one of its parts tells, and the zone."""
    targets = [
        name
        for name in sample.names
        if name not in sample.times and 2 <= sample.distinct(name) <= MOST_VALUES
    ]
    return [
        rule
        for time in sample.times
        for target in targets
        if (rule := _of(sample, time, target)) is not None
    ]


def _of(sample: Sample, time: str, target: str) -> CalendarMap | None:
    """The part of fewest values that tells the target, in the zone that does so best."""
    zones = (UTC,) if sample.type_of(time) == "date" else MAJOR_ZONES
    there = np.asarray(sample.columns[time].is_valid()) & np.asarray(
        sample.columns[target].is_valid()
    )
    both = np.flatnonzero(there)
    codes, times = sample.codes(target)[both], sample.columns[time].take(pa.array(both))
    for part in MAPPED:
        if part in CLOCKS and sample.type_of(time) == "date":
            continue
        shown = {zone: _numbers(times.slice(0, FIRST_ROWS), part, zone) for zone in zones}
        likely = [z for z in zones if _told(shown[z], codes[:FIRST_ROWS]) >= LIKELY]
        best = max(likely, key=lambda z: _told(_numbers(times, part, z), codes), default=None)
        if best is None:
            continue
        numbers = _numbers(times, part, best)
        parts = len(np.unique(numbers))
        if FEWEST_ROWS_A_VALUE * parts > len(numbers) or TIMES_A_PART * parts > len(times.unique()):
            continue
        usual = _usual(numbers, codes)
        holds = np.ones(sample.rows, bool)
        holds[both] = usual == codes
        by_chance = 1 - np.bincount(codes).max() / len(codes)
        if by_chance > 0.02 and sample.accepts(holds, target):
            return CalendarMap(target, (time,), part, best)
    return None


def _numbers(array: pa.Array, part: str, zone: str) -> np.ndarray:
    return np.asarray(part_of(array, part, zone))


def _told(numbers: np.ndarray, codes: np.ndarray) -> float:
    return float((_usual(numbers, codes) == codes).mean()) if len(codes) else 0.0


def _usual(numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """For each row the code that most rows of its number hold."""
    values, at = np.unique(numbers, return_inverse=True)
    counts = np.zeros((len(values), int(codes.max(initial=0)) + 1), np.int64)
    np.add.at(counts, (at.reshape(-1), codes), 1)
    usual: np.ndarray = counts.argmax(1)[at.reshape(-1)]
    return usual


FAMILY = Family("maps of calendar parts", (CalendarMap,), find)
