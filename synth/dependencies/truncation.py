"""Times that are another one cut down to its day, hour, month, ...: generated columns of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.calendar import UTC, check_zone, local
from synth.dependencies.calendar_search import FIRST_ROWS, MAJOR_ZONES
from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import Columns, Rows, present
from synth.dependencies.dependency import DependencyError, Family, Formula
from synth.dependencies.sample import Sample
from synth.table.schema import TableSchema, arrow_type

LIKELY = 0.98  # of the first rows that a unit must fit before all rows are looked at
# From the finest: what is cut to the day is cut to the hour as well.
UNITS: dict[str, dict[str, Any]] = {
    "microsecond": {"unit": "microsecond"},  # a copy
    "second": {"unit": "second"},
    "minute": {"unit": "minute"},
    "quarter_hour": {"unit": "minute", "multiple": 15},
    "half_hour": {"unit": "minute", "multiple": 30},
    "hour": {"unit": "hour"},
    "day": {"unit": "day"},
    "week_monday": {"unit": "week"},
    "week_sunday": {"unit": "week", "week_starts_monday": False},
    "month": {"unit": "month"},
    "month_end": {"unit": "month"},
    "quarter": {"unit": "quarter"},
    "year": {"unit": "year"},
}
_WITHIN_A_DAY = ("microsecond", "second", "minute", "quarter_hour", "half_hour", "hour")
_DAY = pa.scalar(86_400_000_000, pa.duration("us"))
_NEXT_MONTH = pa.scalar(32 * 86_400_000_000, pa.duration("us"))  # from a month's first day


@dataclass(frozen=True)
class Truncation(Formula):
    """``target`` is the start of the source's day, hour, month, ... in a time zone.

    The source is a timestamp, or a date for units longer than a day; the target a date, or of the
    source's type. ``month_end`` is the month's last day.
    """

    kind: ClassVar[str] = "truncation"
    fields: ClassVar[tuple[str, ...]] = ("unit", "zone")
    rank: ClassVar[int] = 2

    target: str
    sources: tuple[str, ...]
    unit: str = "day"
    zone: str = UTC
    type: str = "date"  # the target's

    def predict(self, columns: Columns) -> pa.Array:
        source = columns[self.sources[0]]
        wall = local(source, self.zone)
        start = pc.floor_temporal(wall, **UNITS[self.unit])
        if self.unit == "month_end":
            start = pc.floor_temporal(pc.add(start, _NEXT_MONTH), unit="month")
            start = pc.subtract(start, _DAY)
        if self.type == "date":
            return start.cast(pa.date32())
        if self.type == "timestamp" and self.zone != UTC:
            start = self._instant(source, wall, start)
        return start.cast(arrow_type(self.type))

    def _instant(self, source: pa.Array, wall: pa.Array, start: pa.Array) -> pa.Array:
        """The instants of wall-clock times, without zone, as UTC has them."""
        utc = local(source, UTC)
        if self.unit in _WITHIN_A_DAY:  # as far back: an hour may occur twice
            return pc.subtract(utc, pc.subtract(wall, start))
        at = pc.assume_timezone(start, self.zone, ambiguous="earliest", nonexistent="latest")
        return at.cast(pa.timestamp("us", tz=UTC)).cast(pa.timestamp("us"))

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """A copy leads back to its source; of what is cut down many may be the source."""
        target, kind = columns[self.target], columns[source].type
        is_copy = self.unit == "microsecond" or (self.unit == "day" and pa.types.is_date(kind))
        return target if is_copy and target.type == kind else None

    def describe(self) -> str:
        if self.unit == "day" and self.type == "date":
            return f"{self.target} is the date of {self.sources[0]} in {self.zone}"
        if self.unit == "microsecond":
            return f"{self.target} is a copy of {self.sources[0]}"
        unit = {"month_end": "end of the month"}.get(self.unit)
        unit = unit or f"start of the {self.unit.replace('_', ' ')}"
        return f"{self.target} is the {unit} of {self.sources[0]} in {self.zone}"

    def check(self, schema: TableSchema) -> None:
        if self.unit not in UNITS:
            raise DependencyError(f"no unit {self.unit!r}: use one of {', '.join(UNITS)}")
        if len(self.sources) != 1 or schema[self.sources[0]].type not in TIMES:
            raise DependencyError(
                f"the source of {self.target!r} must be one date or timestamp column"
            )
        if schema[self.target].type not in ("date", schema[self.sources[0]].type):
            raise DependencyError(
                f"{self.target!r} must be a date, or of the type of {self.sources[0]!r}"
            )
        check_zone(self.zone)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Truncation:
        target, unit = data["target"], data.get("unit", "day")
        kind = schema[target].type
        return cls(target, tuple(data["sources"]), unit, data.get("zone", UTC), kind)


def find(sample: Sample) -> list[Truncation]:
    """For every time column the others that are it, cut down, in the zone that fits."""
    rules = []
    for source in sample.times:
        for target in sample.times:
            if source != target and sample.type_of(target) in ("date", sample.type_of(source)):
                rule = _cut(sample, source, target)
                if rule is not None:
                    rules.append(rule)
    return rules


def _cut(sample: Sample, source: str, target: str) -> Truncation | None:
    """The finest unit, and of zones the one, in which most rows agree."""
    is_date = sample.type_of(source) == "date"
    zones = (UTC,) if is_date else MAJOR_ZONES
    both = np.flatnonzero(present(sample.columns, (source, target)))
    if not len(both):
        return None
    rows = {n: sample.columns[n].take(pa.array(both)) for n in (source, target)}
    is_copy = _is_copy(rows, source, target)
    if is_copy and sample.names.index(source) > sample.names.index(target):
        return None  # the first of equal columns tells the others
    first = {name: array.slice(0, FIRST_ROWS) for name, array in rows.items()}
    for unit in UNITS:
        if unit in _WITHIN_A_DAY and "date" in (sample.type_of(source), sample.type_of(target)):
            continue
        if not is_copy and (unit == "microsecond" or (unit == "day" and is_date)):
            continue
        tried = [Truncation(target, (source,), unit, z, sample.type_of(target)) for z in zones]
        likely = [rule for rule in tried if rule.holds(first).mean() >= LIKELY]
        # The first of equals: what a zone has no say in is said of UTC.
        best = max(likely, key=lambda rule: float(rule.holds(rows).mean()), default=None)
        if best is not None and sample.admits(best):
            return best
    return None


def _is_copy(rows: Columns, source: str, target: str) -> bool:
    """Whether the source is cut down already, so that either says as much as the other."""
    own, other = rows[source], rows[target]
    return own.type == other.type and bool(pc.all(pc.equal(own, other)).as_py())


FAMILY = Family("truncated times", (Truncation,), find)
