"""A time that is told by how long after another it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.since import Since
from synth.encode.moment import BinnedWhole
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import MomentState
from synth.table.schema import Column, TableSchema
from synth.table.sub_column import SubColumn
from synth.table.values import from_numbers, to_numbers

CLOCK_LEVEL = 4


@dataclass(frozen=True)
class SinceEncoding(BinnedWhole):
    """Codes of the span, then of the values that stand apart, and of the time of day if by days.

    The first sub-column holds, in this order: the spans' own codes, null among them where it
    occurs, and one code for each value of ``rule.apart``. ``whole`` encodes the column as a number:
    its bins are those of the report.
    """

    kind: ClassVar[str] = "since"

    column: Column
    rule: Since
    whole: NumericEncoding
    span: NumericEncoding
    clock: NumericEncoding | None

    @classmethod
    def fit(
        cls, column: Column, state: MomentState, rule: Since, settings: EncoderSettings
    ) -> SinceEncoding:
        """The encoding from the profile of the train part, and from the spans of the rule."""
        assert rule.spans is not None
        part = replace(column, type="bigint")
        by_days = rule.unit == "day" and column.type != "date"
        return cls(
            column,
            rule,
            NumericEncoding.fit(column, state, settings),
            NumericEncoding.fit(part, rule.spans, settings),
            NumericEncoding.fit(part, state.clock, settings) if by_days else None,
        )

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        first, *rest = self.span.sub_columns
        for _ in self.rule.apart:
            first = first.with_one_more()
        clock = self.clock.sub_columns if self.clock else ()
        later = (replace(sub, level=CLOCK_LEVEL + sub.level) for sub in clock)
        return (first, *rest, *later)

    @property
    def has_null(self) -> bool:
        """Whether a code stands for null."""
        return self.span.has_null

    def knows(self, values: pa.Array) -> np.ndarray:
        """Bool: values that have a code without a start: those apart, and null where it occurs."""
        numbers, valid = to_numbers(values, self.column.type)
        known: np.ndarray = np.where(valid, self.rule.is_apart(numbers), self.has_null)
        return known

    def encode(self, array: pa.Array, start: pa.Array | None = None) -> np.ndarray:
        """int32 codes ``(rows, 1 to 4)`` of values and the starts that they are told from."""
        if start is None:
            start = pa.nulls(len(array), array.type)
        span, valid = self.rule.measured(start, array)
        parts = [self.span.encode(pa.array(span, mask=~valid))]
        if self.clock:
            clock = to_numbers(array, self.column.type)[0] % self.rule.day
            parts.append(np.where(valid[:, None], self.clock.encode(pa.array(clock)), 0))
        codes = np.concatenate(parts, axis=1).astype(np.int32)
        numbers, present = to_numbers(array, self.column.type)
        apart = present & self.rule.is_apart(numbers)
        codes[apart] = 0
        codes[apart, 0] = self._first_apart + np.searchsorted(self.rule.apart, numbers[apart])
        return codes

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """The values apart, of the column's own type; null where there is a span, or null."""
        place = codes[:, 0] - self._first_apart
        values = np.array([*self.rule.apart, 0], np.int64)[np.where(place < 0, -1, place)]
        return from_numbers(values, place >= 0, self.column.type, 0)

    def spans(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """int64: what is added to the start, or to its day where told by days; null elsewhere."""
        told = codes[:, 0] < self._first_apart
        width = len(self.span.sub_columns)
        coded = np.where(told[:, None], codes[:, :width], 0)
        span, valid = to_numbers(self.span.decode(coded, rng), "bigint")
        if self.clock:
            clock = to_numbers(self.clock.decode(codes[:, width:], rng), "bigint")[0]
            span = span * self.rule.day + clock
        return pa.array(span, mask=~(told & valid))

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule.to_json(),
            "whole": self.whole.to_json(),
            "span": self.span.to_json(),
            "clock": self.clock.to_json() if self.clock else None,
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> SinceEncoding:
        part, clock = replace(column, type="bigint"), data["clock"]
        return cls(
            column,
            Since.from_json(data["rule"], TableSchema((column,))),
            NumericEncoding.from_json(column, data["whole"]),
            NumericEncoding.from_json(part, data["span"]),
            NumericEncoding.from_json(part, clock) if clock else None,
        )

    @property
    def _first_apart(self) -> int:
        return self.span.sub_columns[0].cardinality
