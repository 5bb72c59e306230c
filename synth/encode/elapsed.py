"""Times encoded by how long after another they are: end = start + lag, and the lag is learned.

Two times that are each learned by their place in years meet to the minute by chance only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.dependency import DependencyError, Family
from synth.dependencies.grid import limits_of
from synth.dependencies.sample import Sample
from synth.encode.alone import drawn_codes
from synth.encode.kind import End
from synth.encode.lag_atoms import atoms_of, odd_parents, with_stand_ins
from synth.encode.numeric import NumericEncoding
from synth.encode.parented import Encoding, Parented, ParentedEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import ColumnState, MomentState
from synth.table.limits import HEAVY_SHARE
from synth.table.schema import Column, TableSchema, type_of_arrow
from synth.table.sub_column import SubColumn
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, to_numbers

UNITS = ("day", "time")
CLOCK_LEVEL = 4
FEWEST_ROWS = 200
NARROWER = 0.25  # a lag is worth more than the time itself where it varies so much less
MIDDLE = (0.05, 0.95)
SOME_MONTHS = 60  # days from which on days of the month show a pattern
EVERY_DAY = 18  # days of the month in use, 30 where all are
FEWER_HOURS = 0.7  # of the parent's hours in use: the target keeps hours of its own
CLEARLY = 0.2  # share of the rows by which clocks must repeat more than lags


@dataclass(frozen=True)
class ElapsedEncoding(ParentedEncoding):
    """Codes of the lag and of the atoms, and of the time of day where lags are whole days."""

    kind: ClassVar[str] = "elapsed"

    relation: Elapsed
    clock: NumericEncoding | None

    @property
    def _lag_sub_columns(self) -> tuple[SubColumn, ...]:
        clock = self.clock.sub_columns if self.clock else ()
        later = (replace(sub, level=CLOCK_LEVEL + sub.level) for sub in clock)
        return (*super()._lag_sub_columns, *later)

    def _lag_codes(self, array: pa.Array, lag: np.ndarray, valid: np.ndarray) -> np.ndarray:
        codes = super()._lag_codes(array, lag, valid)
        if not self.clock:
            return codes
        clock = to_numbers(array, self.column.type)[0] % self.relation.day
        coded = np.where(valid[:, None], self.clock.encode(pa.array(clock)), 0)
        return np.concatenate([codes, coded], axis=1).astype(np.int32)

    def _lags(self, codes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        lags, valid = super()._lags(codes, rng)
        if self.clock:
            coded = codes[:, len(self.lag.sub_columns) : len(self._lag_sub_columns)]
            clock = to_numbers(self.clock.decode(coded, rng), "bigint")[0]
            lags = lags * self.relation.day + clock
        return lags, valid

    def _any_codes(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        codes = super()._any_codes(rows, rng)
        if not self.clock:
            return codes
        return np.concatenate([codes, drawn_codes(self.clock, rows, rng)], axis=1)

    def parent_range(self, low: End, high: End, schema: TableSchema) -> tuple[End, End] | None:
        if self.relation.parent_atoms:  # from them there is no lag
            return None, None
        least, most = self.lag.cells.lower.min(), self.lag.cells.upper.max()
        if self.relation.unit == "time":
            return (None if low is None else int(low - most)), (
                None if high is None else int(high - least)
            )
        own, day = self.relation.day, self.relation.parent_day(schema)
        begun = None if low is None else int(low // own - most) * day
        return begun, None if high is None else int(high // own - least + 1) * day - 1

    def free_values(self) -> pa.Array:
        atoms = np.array(self.relation.atoms, np.int64)
        return from_numbers(atoms, np.ones(len(atoms), bool), self.column.type, 0)

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "clock": self.clock.to_json() if self.clock else None}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> ElapsedEncoding:
        part, clock = replace(column, type="bigint"), data["clock"]
        return cls(
            *cls._read(column, data), NumericEncoding.from_json(part, clock) if clock else None
        )


@dataclass(frozen=True)
class Elapsed(Parented):
    """``target`` is a time so long after the source.

    ``unit``: ``time`` for lags to the microsecond; ``day`` for whole days, with the time of day
    learned as it is (a check-out at 11, whenever the guest came), and between a date and a time.
    """

    kind: ClassVar[str] = "elapsed"
    fields: ClassVar[tuple[str, ...]] = ("unit",)
    rank: ClassVar[int] = 10
    encoding: ClassVar[Encoding] = ElapsedEncoding

    unit: str = "day"

    @property
    def day(self) -> int:
        """A day in the units of the target's numbers."""
        return _day_of(self.type)

    def parent_day(self, schema: TableSchema) -> int:
        """A day in the units of the parent's numbers."""
        return _day_of(schema[self.parent].type)

    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Whole days or the columns' own unit."""
        kind = type_of_arrow(parent.type)
        begun, ended = to_numbers(parent, kind)[0], to_numbers(own, self.type)[0]
        valid = self.can_lead(parent) & np.asarray(own.is_valid()) & ~self.is_atom(own)
        if self.unit == "day":
            begun, ended = begun // _day_of(kind), ended // self.day
        return np.where(valid, ended - begun, 0), valid

    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        """Lags in the target's own unit, from the beginning of the parent's day if by days."""
        kind = type_of_arrow(parent.type)
        start, valid = to_numbers(parent, kind)[0], self.can_lead(parent)
        if self.unit == "day":
            start = start // _day_of(kind) * self.day
        ended = np.clip(start + lags, *limits_of(self.type))
        return from_numbers(ended, valid, self.type, 0)

    def before(self, own: pa.Array, lags: np.ndarray, parent: pa.Array) -> pa.Array:
        """By days the parent keeps its time of day."""
        kind = type_of_arrow(parent.type)
        end, valid = to_numbers(own, self.type)
        if self.unit == "day":
            clock = to_numbers(parent, kind)[0] % _day_of(kind)
            start = (end // self.day - lags // self.day) * _day_of(kind) + clock
        else:
            start = end - lags
        return from_numbers(start, valid, kind, 0)

    def fit(self, column: Column, state: ColumnState, settings: EncoderSettings) -> ElapsedEncoding:
        clock = None
        if self.unit == "day" and column.type != "date":
            assert isinstance(state, MomentState)  # of a time
            part = replace(column, type="bigint")
            clock = NumericEncoding.fit(part, state.clock, settings, tails=False)
        return ElapsedEncoding(
            column, self.without_values(), *self._fitted(column, state, settings), clock
        )

    def describe(self) -> str:
        unit = "days" if self.unit == "day" else "time"
        return f"{self.target} is encoded by the {unit} elapsed since {self.parent_in_words}"

    def check(self, schema: TableSchema) -> None:
        if self.unit not in UNITS:
            raise DependencyError(f"no unit {self.unit!r}: use one of {', '.join(UNITS)}")
        for name in self.sources:
            start, end = schema[name].type, schema[self.target].type
            if not {start, end} <= set(TIMES) or (start != end and self.unit != "day"):
                raise DependencyError(
                    f"{self.target!r} and {name!r} must be dates or timestamps of one type, or of "
                    f"any where unit is day, not {end} and {start}"
                )

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Elapsed:
        kinds = {schema[name].type for name in data["sources"] if name in schema.names}
        kinds.add(schema[data["target"]].type)
        unit = "day" if "date" in kinds or len(kinds) > 1 else "time"
        return super().from_json({"unit": unit, **data}, schema)


def find(sample: Sample) -> list[Elapsed]:
    """Pairs of times that lie much closer together than either varies, the closest first.

    Where rows lack the start, the next closest that they have stands in for it.
    """
    found: list[tuple[float, Elapsed]] = []
    places = {name: place for place, name in enumerate(sample.names)}
    for end in sample.times:
        kind, atoms = sample.type_of(end), atoms_of(sample, end)
        own: list[tuple[float, Elapsed]] = []
        for start in sample.times:
            if start != end:
                unit = "time" if sample.type_of(start) == kind else "day"
                relation = Elapsed(end, (start,), kind, atoms, unit=unit)
                relation = replace(relation, parent_atoms=odd_parents(sample, relation))
                width = _width(sample, relation, is_first=places[start] < places[end])
                if width is not None and not _is_of_the_calendar(sample, relation):
                    own.append((width, replace(relation, unit=_unit(sample, relation))))
        own.sort(key=lambda entry: entry[0])
        for width, relation in own:
            others = [one.parent for _, one in own if _can_stand_in(sample, one.parent, relation)]
            found.append((width, with_stand_ins(sample, relation, others)))
    return [relation for _, relation in sorted(found, key=lambda entry: entry[0])]


def _can_stand_in(sample: Sample, name: str, relation: Elapsed) -> bool:
    """Whether lags from another column and from the parent are of one unit, and its atoms too."""
    like = sample.type_of(relation.parent)
    return sample.type_of(name) == like or like != "date" or not relation.parent_atoms


def _width(sample: Sample, relation: Elapsed, *, is_first: bool) -> float | None:
    """The range of the middle lags, in shares of the narrower column; None if too far.

    None also where the parent mostly comes later: each pair is encoded in one direction.
    """
    start, end = sample.columns[relation.parent], sample.columns[relation.target]
    lag, valid = relation.lag(start, end)
    if valid.sum() < FEWEST_ROWS or not relation.holds(sample.columns).all():
        return None
    middle = float(np.median(lag[valid]))
    if middle < 0 or (middle == 0 and not is_first):
        return None
    sides = [_numbers(sample, relation, name)[valid] for name in relation.columns]
    low, high = np.quantile(lag[valid], MIDDLE)
    narrower = min(float(np.diff(np.quantile(side, MIDDLE))[0]) for side in sides)
    width = float(high - low) / narrower if narrower > 0 else np.inf
    return width if width <= NARROWER else None


def _numbers(sample: Sample, relation: Elapsed, name: str) -> np.ndarray:
    """A column in the unit of the lags."""
    kind = sample.type_of(name)
    numbers = to_numbers(sample.columns[name], kind)[0]
    return numbers // _day_of(kind) if relation.unit == "day" else numbers


def _day_of(type_name: str) -> int:
    """A day in the units of a type's numbers."""
    return 1 if type_name == "date" else MICROSECONDS_PER_DAY


def _is_of_the_calendar(sample: Sample, relation: Elapsed) -> bool:
    """Whether the target keeps to some days of the month, which no lag from elsewhere meets."""
    _, valid = relation.lag(sample.columns[relation.parent], sample.columns[relation.target])
    numbers = to_numbers(sample.columns[relation.target], relation.type)[0][valid] // relation.day
    if float(np.diff(np.quantile(numbers, MIDDLE))[0]) < SOME_MONTHS:
        return False
    dates = numbers.astype("datetime64[D]")
    return _in_use(dates - dates.astype("datetime64[M]")) < EVERY_DAY


def _unit(sample: Sample, relation: Elapsed) -> str:
    """``day`` for dates, long lags, and where the times of day repeat; ``time`` for others.

    A request is answered days later, or in office hours; a rental of two days ends to the minute.
    """
    if relation.unit == "day" or relation.type == "date":
        return "day"
    start, end = sample.columns[relation.parent], sample.columns[relation.target]
    lag, valid = relation.lag(start, end)
    came, went = (
        to_numbers(array, relation.type)[0][valid] % relation.day for array in (start, end)
    )
    by_clock, by_lag = _repeating(went), _repeating(lag[valid])
    if by_lag > by_clock + CLEARLY:
        return "time"
    is_long = float(np.median(lag[valid])) >= relation.day
    hour = relation.day // 24
    keeps_hours = _in_use(went // hour) < FEWER_HOURS * _in_use(came // hour)
    return "day" if is_long or keeps_hours or by_clock > by_lag + CLEARLY else "time"


def _in_use(values: np.ndarray) -> float:
    """How many values are in use: exp(entropy), their number where all are as frequent."""
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _repeating(values: np.ndarray) -> float:
    """Share of the rows whose value many rows hold."""
    rows = np.unique(values, return_counts=True)[1]
    return float(rows[rows >= HEAVY_SHARE * len(values)].sum() / max(len(values), 1))


FAMILY = Family("elapsed times", (Elapsed,), find)
