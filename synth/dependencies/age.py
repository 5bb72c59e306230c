"""Ages: the years, months, weeks or days from a date to another one, or to one day for all rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES, require_number
from synth.dependencies.columns import Columns, Rows
from synth.dependencies.dependency import DependencyError, Formula
from synth.dependencies.grid import CALENDAR, from_grid
from synth.dependencies.rounding import ROUNDINGS
from synth.table.schema import TableSchema, decimal_parts
from synth.table.values import MICROSECONDS_PER_DAY, is_whole, to_numbers

# Completed units by the calendar, in months; differences of the calendar's own numbers, which look
# at no day of the month; and units of so many days.
COMPLETED = {"year": 12, "month": 1}
NUMBERED = {"calendar_year": 12, "calendar_month": 1}
LENGTHS = {
    "365.25_days": 365.25,
    "365_days": 365.0,
    "365.2425_days": 365.2425,
    "30_days": 30.0,
    "week": 7.0,
    "day": 1.0,
}
UNITS = (*COMPLETED, *NUMBERED, *LENGTHS)
MOST_DECIMALS = 2
EPOCH = date(1970, 1, 1)


def day_numbers(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(days, valid)``: int64 days since 1970, of a date or of the day of a timestamp in UTC."""
    values, valid = to_numbers(array, type_name)
    return values if type_name == "date" else values // MICROSECONDS_PER_DAY, valid


def counted(
    start: np.ndarray, end: np.ndarray, unit: str, rounding: str, decimals: int
) -> np.ndarray:
    """int64: the units from one day to another, as multiples of ``10**-decimals``."""
    if unit in LENGTHS:
        steps = (end - start) * 10.0**decimals / LENGTHS[unit]
        rounded: np.ndarray = np.floor(steps) if rounding == "down" else np.rint(steps)
        return rounded.astype(np.int64)
    (first, of_first), (last, of_last) = _months(start), _months(end)
    if unit in NUMBERED:
        units: np.ndarray = last // NUMBERED[unit] - first // NUMBERED[unit]
        return units
    completed: np.ndarray = (last - first - (of_last < of_first)) // COMPLETED[unit]
    return completed


def ends(
    start: np.ndarray, count: np.ndarray, unit: str, rounding: str, decimals: int
) -> tuple[np.ndarray, np.ndarray]:
    """``(first, last)``: the days up to which so many units, as :func:`counted`, have passed."""
    if unit in LENGTHS:
        length, low = LENGTHS[unit] / 10.0**decimals, 0.0 if rounding == "down" else 0.5
        reach = [np.ceil((count + more - low) * length).astype(np.int64) for more in (0, 1)]
        return start + reach[0], start + reach[1] - 1
    return _reached(start, count, unit), _reached(start, count + 1, unit) - 1


def _reached(start: np.ndarray, count: np.ndarray, unit: str) -> np.ndarray:
    """The first day on which so many units of the calendar have passed."""
    month, day = _months(start)
    if unit in NUMBERED:
        size = NUMBERED[unit]
        return _first_day((month // size + count) * size)
    month = month + count * COMPLETED[unit]
    # Who was born on the 31st is a month older on the first day after a shorter month.
    reached: np.ndarray = np.minimum(_first_day(month) + day, _first_day(month + 1))
    return reached


def _months(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(months since 1970, days since the first of the month)``."""
    as_days = days.astype("datetime64[D]")
    months = as_days.astype("datetime64[M]")
    return months.astype(np.int64), (as_days - months.astype("datetime64[D]")).astype(np.int64)


def _first_day(months: np.ndarray) -> np.ndarray:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True)
class Age(Formula):
    """``target`` is how many units have passed from the first source to the second, or to ``at``.

    ``at`` is a day (ISO 8601) for all rows: of an age as of the day on which a table was drawn.
    """

    kind: ClassVar[str] = "age"
    fields: ClassVar[tuple[str, ...]] = ("unit", "rounding", "decimals", "at")
    rank: ClassVar[int] = 5

    target: str
    sources: tuple[str, ...]  # start, and end where no day is given
    unit: str = "year"
    rounding: str = "down"
    decimals: int = 0
    at: str | None = None
    type: str = "int"
    time_types: tuple[str, ...] = ("date", "date")

    def predict(self, columns: Columns) -> pa.Array:
        start, valid = day_numbers(columns[self.sources[0]], self.time_types[0])
        if self.at is not None:
            end = np.full(len(start), _day_of(self.at))
        else:
            end, ended = day_numbers(columns[self.sources[1]], self.time_types[1])
            valid = valid & ended
        start, end = (np.where(valid, days, 0) for days in (start, end))
        count = counted(start, end, self.unit, self.rounding, self.decimals)
        return from_grid(count, valid, self.type, self.decimals)[0]

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def source_range(
        self, low: float, high: float, schema: TableSchema
    ) -> tuple[float, float] | None:
        """The first and the last start as of the one day; a start and an end have no bounds."""
        if self.at is None:
            return None
        days = np.arange(CALENDAR[0], CALENDAR[1] + 1)
        count = counted(
            days, np.full(len(days), _day_of(self.at)), self.unit, self.rounding, self.decimals
        )
        scale = 10.0 ** (self.decimals - _digits(self.type))
        inside = days[(count >= low * scale - 1e-6) & (count <= high * scale + 1e-6)]
        if not len(inside):
            return None
        size = 1 if self.time_types[0] == "date" else MICROSECONDS_PER_DAY
        return float(inside[0] * size), float((inside[-1] + 1) * size - 1)

    def describe(self) -> str:
        end = self.at if self.at is not None else self.sources[1]
        how = "whole" if self.rounding == "down" else "rounded"
        units = _unit_in_words(self.unit)
        return f"{self.target} is the {how} {units} from {self.sources[0]} to {end}"

    def check(self, schema: TableSchema) -> None:
        if self.unit not in UNITS:
            raise DependencyError(f"no unit {self.unit!r}: use one of {', '.join(UNITS)}")
        if self.rounding not in ROUNDINGS:
            raise DependencyError(
                f"no rounding {self.rounding!r}: use one of {', '.join(ROUNDINGS)}"
            )
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise DependencyError(f"decimals is 0 to {MOST_DECIMALS}, not {self.decimals}")
        if self.unit not in LENGTHS and (self.decimals or self.rounding != "down"):
            raise DependencyError(
                f"a {self.unit} is counted whole: leave out decimals and rounding, or use one of "
                f"{', '.join(LENGTHS)}"
            )
        if len(self.sources) != (2 if self.at is None else 1):
            raise DependencyError(
                "an age has two sources, start and end, or one source and at, the day for all rows"
            )
        if self.at is not None:
            _day_of(self.at)
        for name in self.sources:
            if schema[name].type not in TIMES:
                raise DependencyError(f"column {name!r} must be a date or a timestamp")
        require_number(schema, self.target)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Age:
        target, sources = data["target"], tuple(data["sources"])
        at = data.get("at")
        return cls(
            target,
            sources,
            data.get("unit", "year"),
            data.get("rounding", "down"),
            int(data.get("decimals", 0)),
            None if at is None else str(at),
            schema[target].type,
            tuple(schema[name].type for name in sources),
        )


def as_day(number: int) -> str:
    """A day since 1970 as ISO 8601 has it."""
    return (EPOCH + timedelta(days=number)).isoformat()


def _day_of(text: str) -> int:
    try:
        return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        raise DependencyError(f"at is a day such as '2024-12-31', not {text!r}") from None


def _digits(type_name: str) -> int:
    """Decimals by which ``to_numbers`` has a type's values multiplied."""
    parts = decimal_parts(type_name)
    return parts[1] if parts and is_whole(type_name) else 0


def _unit_in_words(unit: str) -> str:
    if unit.endswith("_days"):
        return f"periods of {unit.removesuffix('_days')} days"
    return f"{unit.replace('_', ' ')}s"
