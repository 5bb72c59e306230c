"""How what is asked of a column is asked of the learned one from which it comes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from synth.dependencies.plan import Step
from synth.encode import TableEncoder
from synth.encode.kind import ColumnKind
from synth.encode.portion import Number, Wanted
from synth.sampling.condition import Condition, missing
from synth.table.values import to_numbers


class Route:
    """How a column's values follow from those of one learned column, its source."""

    def __init__(self, encoder: TableEncoder, source: str, target: str, steps: Sequence[Step]):
        self.encoder, self.source, self.target, self.steps = encoder, source, target, tuple(steps)
        self._last: tuple[pa.Array, pa.Array] | None = None

    def forward(self, values: pa.Array) -> pa.Array:
        """The target's values; those of the same array are remembered."""
        if not self.steps:
            return values
        if self._last is None or self._last[0] is not values:
            columns: dict[str, pa.Array] = {self.source: values}
            for step in self.steps:
                columns |= step.found.dependency.restore(columns, np.random.default_rng(0))
            self._last = values, columns[self.target]
        return self._last[1]

    def wanted(self, condition: Condition, choice: int) -> Wanted:
        """A choice of the target, as it is asked of the source."""
        schema = self.encoder.schema
        own = condition.set_of(choice).wanted(schema[self.target].type)
        if not self.steps:
            return own
        low, high = own.low, own.high
        for place, step in enumerate(reversed(self.steps)):
            rule = step.found.dependency
            met = rule.source_range_of(own.meets) if place == 0 else None
            if met is None and low is not None and high is not None:
                met = rule.source_range(low, high, schema)
            low, high = met if met is not None else (None, None)
        part = self.steps[0].found.dependency.part_of_moment
        return Wanted(lambda values: own.meets(self.forward(values)), low, high, of=part)


class Lagged(Route):
    """How a time that is encoded by its lag restricts the time from which its lags are counted."""

    def __init__(self, encoder: TableEncoder, lags: Sequence[ColumnKind], source: str):
        super().__init__(encoder, source, lags[0].column.name, ())
        self.lags = tuple(lags)

    @classmethod
    def of(cls, encoder: TableEncoder, name: str) -> Lagged | None:
        """The route from a column to the first of its parents that has none; None without one."""
        lags: list[ColumnKind] = []
        while encoder.drawn_for(name) == (name,):
            encoding = encoder.encodings[encoder.schema.names.index(name)]
            if encoding.parent is None or encoding.parent_range(0, 0, encoder.schema) is None:
                return cls(encoder, lags, name) if lags else None
            lags.append(encoding)
            name = encoding.parent
        return None

    def wanted(self, condition: Condition, choice: int) -> Wanted:
        """Between which times the parent lies; all may do where the target may stand alone."""
        own, target = condition.set_of(choice), self.lags[0]
        asked = own.wanted(target.column.type)
        free = [pa.nulls(1, target.column.arrow_type), target.free_values()]
        low, high = asked.low, asked.high
        if any(own.meets(values).any() for values in free):
            low, high = None, None
        for lag in self.lags:
            is_free = lag is not target and len(lag.free_values()) > 0
            ends = None if is_free else lag.parent_range(low, high, self.encoder.schema)
            low, high = ends or (None, None)
        kind = self.encoder.schema[self.source].type
        return Wanted(partial(_within, kind, low, high), low, high, is_range=True)


def _within(kind: str, low: Number | None, high: Number | None, values: pa.Array) -> np.ndarray:
    """Which values are missing, or numbers between two."""
    numbers, _ = to_numbers(values, kind)
    inside: np.ndarray = missing(values)
    there = np.ones(len(values), bool)
    there &= True if low is None else numbers >= low
    there &= True if high is None else numbers <= high
    return inside | there
