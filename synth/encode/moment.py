"""Dates and times of too many values to keep each: by week, day of the week and time of day.

Ranks alone would lose what repeats: that nothing happens on Sundays, or between two and five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.encode.kind import ColumnKind
from synth.encode.numeric import NumericEncoding
from synth.encode.portion import Portion, Wanted, levels_of
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import MomentState
from synth.table.bins import ColumnBins
from synth.table.schema import Column
from synth.table.sub_column import SubColumn
from synth.table.values import (
    DAYS_PER_WEEK,
    MICROSECONDS_PER_DAY,
    calendar_parts,
    from_calendar_parts,
    from_numbers,
    to_numbers,
)

SECOND = 1_000_000  # microseconds
MOST_EXACT = 0.95  # share of the rows whose value is kept exactly: with more, ranks lose little


class CodedInParts(ColumnKind):
    """What is asked of a column's values as numbers, where the codes are those of their parts."""

    holds_new_values: ClassVar[bool] = True

    numeric: NumericEncoding

    @property
    def is_empty(self) -> bool:
        """Whether no value is held by enough rows."""
        return self.numeric.is_empty

    def bins(self) -> ColumnBins:
        return self.numeric.bins()

    def bin_of(self, array: pa.Array) -> np.ndarray:
        return self.numeric.bin_of(array)

    def objection(self, values: pa.Array) -> str | None:
        return self.numeric.objection(values)


@dataclass(frozen=True)
class MomentEncoding(CodedInParts):
    """Codes of the week, then of the weekday, then of the time of day where there is any.

    ``numeric`` encodes the column as a number: its bins are those of the report, and its ends bound
    what is decoded. A null is one of the week's.
    """

    kind: ClassVar[str] = "moment"

    column: Column
    numeric: NumericEncoding
    week: NumericEncoding
    clock: NumericEncoding | None

    @classmethod
    def fit(
        cls, column: Column, state: MomentState, settings: EncoderSettings
    ) -> MomentEncoding | NumericEncoding:
        """The encoding from the profile of the train part; a number's where that loses little."""
        numeric = NumericEncoding.fit(column, state, settings)
        cells = numeric.cells
        exact = cells.counts[cells.is_atom].sum() >= MOST_EXACT * cells.counts.sum()
        if exact or len(state.week.frequent.values) < 2:
            return numeric
        part = replace(column, type="bigint")
        week = NumericEncoding.fit(part, state.week, settings, tails=False)
        has_clock = len(state.clock.frequent.values) > 1
        clock = None
        if has_clock:  # which no law leads beyond midnight
            clock = NumericEncoding.fit(part, state.clock, settings, tails=False)
        return cls(column, numeric, week, clock)

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        ranks = tuple(round((day + 0.5) / DAYS_PER_WEEK, 6) for day in range(DAYS_PER_WEEK))
        week, day = self.week.sub_columns, SubColumn(self.column.name, 2, DAYS_PER_WEEK, ranks)
        clock = self.clock.sub_columns if self.clock else ()
        return (*week, day, *(replace(sub, level=4 + sub.level) for sub in clock))

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, 2 to 5)``; what follows the week is 0 where the value is null."""
        values, valid = to_numbers(array, self.column.type)
        week, weekday, clock = calendar_parts(values, self.column.type)
        parts = [self.week.encode(pa.array(week, mask=~valid))]
        parts.append(np.where(valid, weekday, 0)[:, None])
        if self.clock:
            coded = self.clock.encode(pa.array(clock))
            parts.append(np.where(valid[:, None], coded, 0))
        return np.concatenate(parts, axis=1).astype(np.int32)

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's own type, within the ends of what was learned."""
        width = len(self.week.sub_columns)
        week, valid = to_numbers(self.week.decode(codes[:, :width], rng), "bigint")
        clock = np.zeros(len(codes), np.int64)
        if self.clock:
            clock = to_numbers(self.clock.decode(codes[:, width + 1 :], rng), "bigint")[0]
        values = from_calendar_parts(week, codes[:, width], clock, self.column.type)
        return from_numbers(self._inside(values, rng), valid, self.column.type, 0)

    def portion(self, wanted: Sequence[Wanted]) -> Portion:
        """By bounds alone: their weeks, the days of one week, the hours of one day."""
        null = pa.nulls(1, self.column.arrow_type)
        no_null = not all(one.meets(null)[0] for one in wanted)
        first, last = self.numeric.cells.lower.min(), self.numeric.cells.upper.max()
        low = max([first, *(one.low for one in wanted if one.low is not None)])
        high = min([last, *(one.high for one in wanted if one.high is not None)])
        (ends, days, clocks) = calendar_parts(np.array([low, high, first, last]), self.column.type)
        # What lies beyond the ends is drawn one week inwards: their weeks count for the next ones.
        weeks = ends[0] - (ends[0] - 1 == ends[2]), ends[1] + (ends[1] + 1 == ends[3])
        parts = [*_allowed(self.week, weeks, no_null=no_null)]
        day = np.ones((1, DAYS_PER_WEEK), np.float32)
        is_week = ends[0] == ends[1]
        if is_week:
            day[0] = (np.arange(DAYS_PER_WEEK) >= days[0]) & (np.arange(DAYS_PER_WEEK) <= days[1])
        days_asked = [one for one in wanted if one.of == "weekday"]
        day[0] *= self._meet(days_asked, np.arange(DAYS_PER_WEEK), np.zeros(DAYS_PER_WEEK, int))
        parts.append(day)
        if self.clock:
            of_day = is_week and days[0] == days[1]
            ends_of_day = (clocks[0], clocks[1]) if of_day else (0, MICROSECONDS_PER_DAY)
            asked = [one for one in wanted if one.of == "clock"]
            parts += self._clock_portion(ends_of_day, asked)
        return Portion(tuple(parts))

    def _meet(self, wanted: Sequence[Wanted], day: np.ndarray, clock: np.ndarray) -> np.ndarray:
        """Bool ``(n,)``: times of a week that meet all that is asked of days or clocks alone."""
        if not wanted:
            return np.ones(len(day), bool)
        kind = self.column.type
        numbers = from_calendar_parts(np.ones(len(day), np.int64), day, clock, kind)
        times = from_numbers(numbers, np.ones(len(day), bool), kind, 0)
        found: np.ndarray = np.logical_and.reduce([one.meets(times) for one in wanted])
        return found

    def _clock_portion(
        self, ends: tuple[Any, Any], wanted: Sequence[Wanted]
    ) -> tuple[np.ndarray, ...]:
        """1 for codes of clocks within the ends of which some second meets what is asked."""
        assert self.clock is not None
        plain = _allowed(self.clock, ends)
        if not wanted:
            return plain
        cells = self.clock.cells
        last = np.where(cells.is_atom, cells.upper, cells.upper - 1)
        first = cells.lower // SECOND
        counts = last // SECOND - first + 1
        cell = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        seconds = (first[cell] + within) * SECOND
        good = self._meet(wanted, np.zeros(len(seconds), np.int64), seconds)
        share = (np.bincount(cell, good, len(counts)) > 0).astype(np.float64)
        absent = np.ones(self.clock.has_null + self.clock.has_nan)
        seen = levels_of(share, self.clock.levels.table(), absent)
        return tuple(one * other for one, other in zip(plain, seen, strict=True))

    def to_json(self) -> dict[str, Any]:
        return {
            "whole": self.numeric.to_json(),
            "week": self.week.to_json(),
            "clock": self.clock.to_json() if self.clock else None,
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> MomentEncoding:
        part = replace(column, type="bigint")
        clock = data["clock"]
        return cls(
            column,
            NumericEncoding.from_json(column, data["whole"]),
            NumericEncoding.from_json(part, data["week"]),
            NumericEncoding.from_json(part, clock) if clock else None,
        )

    def _inside(self, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Values beyond the ends, in the first or the last week, go one week inwards.

        What is outside even then takes a value of the outmost cell.
        """
        cells, day = self.numeric.cells, 1 if self.column.type == "date" else MICROSECONDS_PER_DAY
        first, last = cells.lower.min(), _last(cells.upper, cells.is_atom)
        inwards = DAYS_PER_WEEK * day * ((values < first).astype(np.int64) - (values > last))
        moved = values + inwards
        ends = np.where(inwards > 0, np.argmin(cells.lower), np.argmax(cells.upper))
        drawn = self.numeric.drawn(ends, rng.random(len(values)))
        inside: np.ndarray = np.where((moved < first) | (moved > last), drawn, moved)
        return inside


def _allowed(
    part: NumericEncoding, ends: tuple[Any, Any], *, no_null: bool = False
) -> tuple[np.ndarray, ...]:
    """1 for the codes of a part that reach into the ends, and for its null where it may be."""

    def meets(values: pa.Array) -> np.ndarray:
        numbers, valid = to_numbers(values, "bigint")
        inside = (numbers >= ends[0]) & (numbers <= ends[1])
        found: np.ndarray = np.where(valid, inside, not no_null)
        return found

    within = Wanted(meets, int(ends[0]), int(ends[1]), is_range=True)
    return tuple((own > 0).astype(np.float32) for own in part.portion([within]).weights)


def _last(upper: np.ndarray, is_atom: np.ndarray) -> np.int64:
    """The last value of the cells: an interval is open at its end."""
    last: np.int64 = np.where(is_atom, upper, upper - 1).max()
    return last
