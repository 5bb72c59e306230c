"""Calendar dependencies: parts of a date or time, and a date or time of its parts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.column_types import TIMES, require_number
from synth.dependencies.columns import Columns, Rows, by_value, choose_rows, once
from synth.dependencies.dependency import DependencyError, Formula, Mode, words
from synth.dependencies.grid import from_grid, to_grid
from synth.table.schema import TableSchema, arrow_type, type_of_arrow
from synth.table.values import MICROSECONDS_PER_DAY

UTC = "UTC"


def _written(*parts: pa.Array) -> pa.Array:
    """Parts as one number of two digits each: 2024 and 5 as 202405."""
    number = parts[0]
    for part in parts[1:]:
        number = pc.add(pc.multiply(number, 100), part)
    return number


def _minute_of_day(array: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(pc.hour(array), 60), pc.minute(array))


def _days_to(array: pa.Array, unit: str) -> pa.Array:
    """Days until the last one of a month or quarter."""
    last = pc.ceil_temporal(array, unit=unit, ceil_is_strictly_greater=True)
    return pc.subtract(pc.days_between(array, last), 1)


# Each of a wall-clock timestamp without zone.
PARTS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "year": pc.year,
    "month": pc.month,
    "day": pc.day,
    "hour": pc.hour,
    "minute": pc.minute,
    "second": pc.second,
    "quarter": pc.quarter,
    "day_of_year": pc.day_of_year,
    "weekday_monday_0": lambda a: pc.day_of_week(a, count_from_zero=True, week_start=1),
    "weekday_monday_1": lambda a: pc.day_of_week(a, count_from_zero=False, week_start=1),
    "weekday_sunday_0": lambda a: pc.day_of_week(a, count_from_zero=True, week_start=7),
    "weekday_sunday_1": lambda a: pc.day_of_week(a, count_from_zero=False, week_start=7),
    "week": pc.iso_week,
    "year_month": lambda a: _written(pc.year(a), pc.month(a)),
    "year_month_day": lambda a: _written(pc.year(a), pc.month(a), pc.day(a)),
    "hour_minute": lambda a: _written(pc.hour(a), pc.minute(a)),
    "year_quarter": lambda a: pc.add(pc.multiply(pc.year(a), 10), pc.quarter(a)),
    "year_week": lambda a: _written(pc.iso_year(a), pc.iso_week(a)),
    "days_to_month_end": lambda a: _days_to(a, "month"),
    "days_to_quarter_end": lambda a: _days_to(a, "quarter"),
    "hour_of_week": lambda a: pc.add(
        pc.multiply(pc.day_of_week(a, count_from_zero=True, week_start=1), 24), pc.hour(a)
    ),
    "half_hour_of_day": lambda a: pc.divide(_minute_of_day(a), 30),
    "quarter_hour_of_day": lambda a: pc.divide(_minute_of_day(a), 15),
    "minute_of_day": _minute_of_day,
    "second_of_day": lambda a: pc.add(pc.multiply(_minute_of_day(a), 60), pc.second(a)),
    "days_since_1970": lambda a: (
        pc.floor_temporal(a, unit="day").cast(pa.date32()).cast(pa.int32())
    ),
    "seconds_since_1970": lambda a: (
        pc.floor_temporal(a, unit="second").cast(pa.timestamp("s")).cast(pa.int64())
    ),
    "milliseconds_since_1970": lambda a: (
        pc.floor_temporal(a, unit="millisecond").cast(pa.timestamp("ms")).cast(pa.int64())
    ),
}
COMPOSED = ("year", "month", "day", "hour", "minute", "second")
_LAST = (9999, 12, 31, 23, 59, 59)


def local(array: pa.Array, zone: str) -> pa.Array:
    """Dates and instants as wall-clock timestamps of the zone (those without zone are UTC)."""
    if pa.types.is_date(array.type):
        return array.cast(pa.timestamp("us"))
    if zone == UTC:
        return array.cast(pa.timestamp("us", tz=UTC)).cast(pa.timestamp("us"))
    return pc.local_timestamp(array.cast(pa.timestamp("us", tz=UTC)).cast(_at(zone)))


def calendar_part(array: pa.Array, part: str, zone: str) -> pa.Array:
    """The part of this name of dates and instants in a zone."""
    return PARTS[part](local(array, zone))


@dataclass(frozen=True)
class CalendarPart(Formula):
    """``target`` is a part (year, hour, weekday, ...) of the one source, in a time zone."""

    kind: ClassVar[str] = "calendar_part"
    fields: ClassVar[tuple[str, ...]] = ("part", "zone")
    needed: ClassVar[tuple[str, ...]] = ("part",)
    rank: ClassVar[int] = 2

    target: str
    sources: tuple[str, ...]
    part: str
    zone: str = UTC
    type: str = "int"  # the target's

    def predict(self, columns: Columns) -> pa.Array:
        part = by_value(columns, self.sources[0], calendar_part, self.part, self.zone)
        valid = np.asarray(part.is_valid())
        values = np.asarray(pc.fill_null(part, 0)).astype(np.int64)
        return from_grid(values, valid, self.type)[0]

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    @property
    def part_of_moment(self) -> Literal["value", "clock", "weekday"]:
        if self.zone != UTC:
            return "value"
        if self.part.startswith("weekday"):
            return "weekday"
        return "clock" if self.part in ("hour", "minute", "second") else "value"

    def source_range(
        self, low: float, high: float, schema: TableSchema
    ) -> tuple[float, float] | None:
        """The years' first and last day, and one more beyond where the zone is not UTC."""
        if self.part != "year":
            return None
        years = [np.clip(year, 1, 9999) for year in (np.floor(low), np.ceil(high))]
        if years[0] > years[1]:
            return None
        first, after = (
            int(_month_start(np.array([int(year)]), np.array([1]))[0])
            for year in (years[0], years[1] + 1)
        )
        beyond = 0 if self.zone == UTC else 1
        day = 1 if schema[self.sources[0]].type == "date" else MICROSECONDS_PER_DAY
        return (first - beyond) * day, (after + beyond) * day - 1

    def describe(self) -> str:
        part = self.part.replace("_", " ")
        return f"{self.target} is the {part} of {self.sources[0]} in {self.zone}"

    def check(self, schema: TableSchema) -> None:
        if self.part not in PARTS:
            raise DependencyError(f"no calendar part {self.part!r}: use one of {', '.join(PARTS)}")
        if len(self.sources) != 1 or schema[self.sources[0]].type not in TIMES:
            raise DependencyError(
                f"the source of {self.target!r} must be one date or timestamp column"
            )
        require_number(schema, self.target)
        check_zone(self.zone)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> CalendarPart:
        target = data["target"]
        zone = data.get("zone", UTC)
        return cls(target, tuple(data["sources"]), data["part"], zone, schema[target].type)


@dataclass(frozen=True)
class CalendarCompose(Formula):
    """``target`` is the date or time of year, month, day (, hour, minute, second) columns.

    ``sources`` stand in that order; finer parts that are missing are 0. A wall-clock time that
    occurs twice is the earlier one.
    """

    kind: ClassVar[str] = "calendar_compose"
    fields: ClassVar[tuple[str, ...]] = ("zone",)
    rank: ClassVar[int] = 0

    target: str
    sources: tuple[str, ...]
    zone: str = UTC
    type: str = "date"  # the target's
    fixed: tuple[str, ...] = ()  # sources that stay as they are where the date does not exist

    def predict(self, columns: Columns) -> pa.Array:
        parts, valid, exists = self._parts(columns)
        return self._compose(parts, valid & exists)

    def known(self, columns: Columns) -> Rows:
        _, valid, exists = self._parts(columns)
        null = np.zeros(len(valid), bool)
        for name in self.sources:
            null |= np.asarray(columns[name].is_null())
        known: Rows = (valid & exists) | null
        return known

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """A date that does not exist (30 February) becomes the month's last, in the day too."""
        parts, valid, _ = self._parts(columns)
        mended = [
            np.clip(p, 1 if i < 3 else 0, last)
            for i, (p, last) in enumerate(zip(parts, _LAST, strict=False))
        ]
        mended[2] = np.minimum(mended[2], _days_in_month(mended[0], mended[1]))
        changed: dict[str, pa.Array] = {self.target: self._compose(mended, valid)}
        for name, old, new in zip(self.sources, parts, mended, strict=True):
            if name not in self.fixed and (valid & (old != new)).any():
                made = from_grid(new, valid, type_of_arrow(columns[name].type))[0]
                changed[name] = choose_rows(valid & (old != new), made, columns[name])
        return changed

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The part of the date or time."""
        name = COMPOSED[self.sources.index(source)]
        part = calendar_part(columns[self.target], name, self.zone)
        values = np.asarray(pc.fill_null(part, 0)).astype(np.int64)
        kind = type_of_arrow(columns[source].type)
        return from_grid(values, np.asarray(part.is_valid()), kind)[0]

    @property
    def repairs_sources(self) -> bool:
        return True

    def with_repair(self, fixed: Collection[str], mode: Mode) -> CalendarCompose:
        return replace(self, fixed=tuple(name for name in self.sources if name in fixed))

    def without_repair(self) -> CalendarCompose:
        return replace(self, fixed=self.sources)

    def describe(self) -> str:
        return f"{self.target} is made of {words(self.sources)} in {self.zone}"

    def check(self, schema: TableSchema) -> None:
        if not 3 <= len(self.sources) <= len(COMPOSED):
            raise DependencyError(
                f"{self.target!r} needs 3 to 6 sources in the order {', '.join(COMPOSED)}, "
                f"not {len(self.sources)}"
            )
        if schema[self.target].type not in TIMES:
            raise DependencyError(f"{self.target!r} must be a date or timestamp column")
        for name in self.sources:
            require_number(schema, name)
        check_zone(self.zone)

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "fixed": list(self.fixed)}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> CalendarCompose:
        target = data["target"]
        zone, fixed = data.get("zone", UTC), tuple(data.get("fixed", ()))
        return cls(target, tuple(data["sources"]), zone, schema[target].type, fixed)

    def _parts(self, columns: Columns) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """``(parts, valid, exists)``: no part is null, and there is such a date."""
        grids = [once(columns, name, to_grid) for name in self.sources]
        valid = np.logical_and.reduce([ok for _, ok in grids])
        parts = [np.where(valid, values, 1) for values, _ in grids]
        exists = (parts[0] >= 1) & (parts[2] >= 1)
        for part, last in zip(parts, _LAST, strict=False):
            exists &= (part >= 0) & (part <= last)
        exists &= (parts[1] >= 1) & (parts[1] <= 12)
        month = np.clip(parts[1], 1, 12)
        exists &= parts[2] <= _days_in_month(np.clip(parts[0], 1, 9999), month)
        return parts, valid, exists

    def _compose(self, parts: list[np.ndarray], valid: np.ndarray) -> pa.Array:
        safe = [np.where(valid, part, 1) for part in parts]
        days = _month_start(safe[0], safe[1]) + safe[2] - 1
        if self.type == "date":
            return pa.array(days.astype(np.int32), pa.int32(), mask=~valid).cast(pa.date32())
        seconds = np.zeros(len(days), np.int64)
        for part, size in zip(safe[3:], (3600, 60, 1), strict=False):
            seconds += part * size
        wall = pa.array(days * MICROSECONDS_PER_DAY + seconds * 1_000_000, pa.int64(), mask=~valid)
        naive = wall.cast(pa.timestamp("us"))
        if self.zone != UTC:
            at = pc.assume_timezone(naive, self.zone, ambiguous="earliest", nonexistent="earliest")
            naive = at.cast(pa.timestamp("us", tz=UTC)).cast(pa.timestamp("us"))
        return naive.cast(arrow_type(self.type))


def _at(zone: str) -> pa.DataType:
    return pa.timestamp("us", tz=zone)


def _month_start(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days: np.ndarray = months.astype("datetime64[D]").astype(np.int64)
    return days


def _days_in_month(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    after = np.where(month == 12, year + 1, year), np.where(month == 12, 1, month + 1)
    days: np.ndarray = _month_start(*after) - _month_start(year, month)
    return days


def check_zone(zone: str) -> None:
    """DependencyError for a time zone that there is not."""
    import zoneinfo

    if zone not in zoneinfo.available_timezones():
        raise DependencyError(f"no time zone {zone!r}: use a name such as Europe/Berlin")
