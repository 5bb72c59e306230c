"""How what is asked of a column is asked of the learned one from which it comes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from synth.dependencies.plan import Step
from synth.encode import TableEncoder
from synth.encode.elapsed import ElapsedEncoding
from synth.encode.portion import Number, Wanted
from synth.sampling.condition import Condition, missing
from synth.table.schema import arrow_type
from synth.table.values import from_numbers, to_numbers

Ends = tuple[Number | None, Number | None]


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

    def __init__(self, encoder: TableEncoder, lags: Sequence[ElapsedEncoding]):
        super().__init__(encoder, lags[-1].parent, lags[0].column.name, ())
        self.lags = tuple(lags)

    @classmethod
    def of(cls, encoder: TableEncoder, name: str) -> Lagged | None:
        """The route from a column to the first of its parents that has none; None without one."""
        lags: list[ElapsedEncoding] = []
        while True:
            encoding = encoder.encodings[encoder.schema.names.index(name)]
            if encoder.drawn_for(name) != (name,):
                return None
            if not isinstance(encoding, ElapsedEncoding):
                return cls(encoder, lags) if lags else None
            lags.append(encoding)
            name = encoding.parent

    def wanted(self, condition: Condition, choice: int) -> Wanted:
        """Between which times the parent lies; all may do where the target may stand alone."""
        own, target = condition.set_of(choice), self.lags[0]
        asked = own.wanted(target.column.type)
        free = [pa.nulls(1, arrow_type(target.column.type)), _atoms(target)]
        low, high = asked.low, asked.high
        if any(own.meets(values).any() for values in free):
            low, high = None, None
        for lag in self.lags:
            is_free = lag.relation.parent_atoms or (lag is not target and lag.relation.atoms)
            low, high = (None, None) if is_free else self._before(lag, low, high)
        kind = self.encoder.schema[self.source].type
        return Wanted(partial(_within, kind, low, high), low, high, is_range=True)

    def _before(self, encoding: ElapsedEncoding, low: Number | None, high: Number | None) -> Ends:
        """From where to where the parent of values from ``low`` to ``high`` lies."""
        least, most = encoding.lag.cells.lower.min(), encoding.lag.cells.upper.max()
        if encoding.relation.unit == "time":
            return (None if low is None else int(low - most)), (
                None if high is None else int(high - least)
            )
        own, day = encoding.relation.day, encoding.relation.parent_day(self.encoder.schema)
        begun = None if low is None else int(low // own - most) * day
        return begun, None if high is None else int(high // own - least + 1) * day - 1


def _within(kind: str, low: Number | None, high: Number | None, values: pa.Array) -> np.ndarray:
    """Which values are missing, or numbers between two."""
    numbers, _ = to_numbers(values, kind)
    inside: np.ndarray = missing(values)
    there = np.ones(len(values), bool)
    there &= True if low is None else numbers >= low
    there &= True if high is None else numbers <= high
    return inside | there


def _atoms(encoding: ElapsedEncoding) -> pa.Array:
    """The values of the column that are coded as they are, wherever its parent lies."""
    atoms = np.array(encoding.relation.atoms, np.int64)
    return from_numbers(atoms, np.ones(len(atoms), bool), encoding.column.type, 0)
