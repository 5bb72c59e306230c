"""Decimals of more than 18 digits: exact as whole steps from a base, where these fit in int64."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.encode.categorical import CategoricalEncoding
from synth.encode.kind import ColumnKind
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import NumberState, TextState
from synth.statistics.entities import shared_from
from synth.statistics.wide_state import REACH, WideState
from synth.table.bins import ColumnBins
from synth.table.schema import Column, decimal_parts
from synth.table.sub_column import SubColumn
from synth.table.wide_decimals import from_unscaled, unscaled, written

SHARED = 0.95  # of the rows that values of enough rows hold: above, each of these is a label
COARSE = 2**60  # units; a base is a multiple of so many, since the least value is somebody's own


@dataclass(frozen=True)
class WideEncoding(ColumnKind):
    """The encoding of ``(value - base) / unit`` as a whole number, ``numeric``.

    ``base`` and ``unit`` count the decimal's last digit. ``atoms``: where the unit is too coarse
    for all values, the exact ones of those that enough rows hold, by their number of units.
    """

    kind: ClassVar[str] = "wide"
    holds_new_values: ClassVar[bool] = True

    column: Column
    numeric: NumericEncoding
    base: int
    unit: int
    atoms: Mapping[int, int] = field(default_factory=dict)

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return self.numeric.sub_columns

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, 1 or 2)``."""
        return self.numeric.encode(self._steps(array))

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's own type, on its grid."""
        steps = self.numeric.decode(codes, rng)
        valid = np.asarray(steps.is_valid())
        whole = np.asarray(steps.fill_null(0)).astype(object)
        values = self.base + whole * self.unit
        if self.atoms:
            values[:] = [self.atoms.get(s, v) for s, v in zip(whole, values, strict=True)]
        return from_unscaled(values, valid, self.column.arrow_type)

    def bins(self) -> ColumnBins:
        """Those of the steps, with the values that they stand for.

        Where these lie closer than floats do, bins have no places, as those of labels.
        """
        bins = self.numeric.bins()
        count = len(self.numeric.cells.lower)
        if self.column.sensitive:
            labels = bins.labels
        else:
            labels = (*(self._label(place) for place in range(count)), *bins.labels[count:])
        if len({self._value(low) for low in bins.lower[:count] if low is not None}) < count:
            nowhere = (None,) * len(bins)
            return replace(
                bins, unit="category", ordinal=False, labels=labels, lower=nowhere, upper=nowhere
            )
        return replace(
            bins,
            labels=labels,
            lower=tuple(None if low is None else self._value(low) for low in bins.lower),
            upper=tuple(None if high is None else self._value(high) for high in bins.upper),
        )

    def bin_of(self, array: pa.Array) -> np.ndarray:
        return self.numeric.bin_of(self._steps(array))

    def objection(self, values: pa.Array) -> str | None:
        """A value must lie within what was learned."""
        cells = self.numeric.cells
        last = np.where(cells.is_atom, cells.upper, cells.upper - 1).max()
        low, high = self._exact(int(cells.lower.min())), self._exact(int(last))
        numbers, valid = unscaled(values)
        outside = [value for value in numbers[valid] if not low <= value <= high + self.unit - 1]
        if not outside:
            return None
        if self.column.sensitive:
            return "the value lies outside what the model has learned: give another"
        value, first, end = (written(number, self._scale) for number in (outside[0], low, high))
        return (
            f"{value} lies outside what the model has learned: give a value from {first} to {end}"
        )

    @property
    def is_empty(self) -> bool:
        """Whether no value is held by enough rows."""
        return self.numeric.is_empty

    def to_json(self) -> dict[str, Any]:
        return {
            "steps": self.numeric.to_json(),
            "base": str(self.base),  # as texts: other readers of JSON have no numbers of this size
            "unit": str(self.unit),
            "atoms": {str(step): str(value) for step, value in self.atoms.items()},
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> WideEncoding:
        numeric = NumericEncoding.from_json(replace(column, type="bigint"), data["steps"])
        atoms = {int(step): int(value) for step, value in data["atoms"].items()}
        return cls(column, numeric, int(data["base"]), int(data["unit"]), atoms)

    @cached_property
    def _scale(self) -> int:
        return _scale_of(self.column)

    @cached_property
    def _step_of(self) -> dict[int, int]:
        return {value: step for step, value in self.atoms.items()}

    def _exact(self, step: int) -> int:
        return self.atoms.get(step, self.base + step * self.unit)

    def _value(self, step: float) -> float:
        number: float = self._exact(int(step)) / 10**self._scale
        return number

    def _label(self, place: int) -> str:
        cells = self.numeric.cells
        low, high = int(cells.lower[place]), int(cells.upper[place])
        first = written(self._exact(low), self._scale)
        last = written(self._exact(max(high - self.numeric.step, low)), self._scale)
        return first if first == last else f"{first} to {last}"

    def _steps(self, array: pa.Array) -> pa.Array:
        """int64, the nearest that can be reached."""
        values, valid = unscaled(array)
        steps = (values - self.base) // self.unit
        if self.atoms:
            steps[:] = [self._step_of.get(v, s) for v, s in zip(values, steps, strict=True)]
        return pa.array(np.clip(steps, -REACH, REACH).astype(np.int64), mask=~valid)


@dataclass(frozen=True)
class RoundedWideEncoding(WideEncoding):
    """The same where the unit is too coarse for all values."""

    kind: ClassVar[str] = "wide, rounded"
    reason: ClassVar[str | None] = (
        "its values lie too far apart for their last digits to be learned: values of many rows are "
        "exact, others are made to 18 digits of the column's range"
    )


@dataclass(frozen=True)
class WideLabels(ColumnKind):
    """Few values that lie too far apart to be steps of one unit: each is a label."""

    kind: ClassVar[str] = "wide labels"

    column: Column
    labels: CategoricalEncoding

    @property
    def is_empty(self) -> bool:
        """Whether no value is held by enough rows: then there are no labels."""
        return False

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return self.labels.sub_columns

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, 1 or 2)``."""
        return self.labels.encode(self._texts(array))

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's own type; a rare code takes one of the frequent values."""
        texts = self.labels.decode(codes, rng)
        values = np.array([int(text or 0) for text in texts.to_pylist()], object)
        return from_unscaled(values, np.asarray(texts.is_valid()), self.column.arrow_type)

    def bins(self) -> ColumnBins:
        """One bin per value, then rare, then null."""
        bins, values = self.labels.bins(), self.labels.values
        if self.column.sensitive:
            return bins
        shown = (written(int(value), _scale_of(self.column)) for value in values)
        return replace(bins, labels=(*shown, *bins.labels[len(values) :]))

    def bin_of(self, array: pa.Array) -> np.ndarray:
        return self.labels.bin_of(self._texts(array))

    def to_json(self) -> dict[str, Any]:
        return {"labels": self.labels.to_json()}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> WideLabels:
        text = replace(column, type="string")
        return cls(column, CategoricalEncoding.from_json(text, data["labels"]))

    def _texts(self, array: pa.Array) -> pa.Array:
        values, valid = unscaled(array)
        return pa.array([str(v) if ok else None for v, ok in zip(values, valid, strict=True)])


def fit_wide(
    column: Column, state: WideState, settings: EncoderSettings
) -> WideEncoding | WideLabels:
    """The encoding of a column of wide decimals, exact wherever that can be."""
    assert state.low is not None and state.high is not None  # of a column with a value
    counts = {int(text): count for text, count in state.exact.counts.items()}
    part = replace(column, type="bigint")
    if not state.beyond:
        return WideEncoding(column, NumericEncoding.fit(part, state.near, settings), 0, 1)
    unit = max(math.gcd(*(v - state.low for v in counts)), 1) if state.exact.is_exact else 1
    base = _base(state.low, unit, state.low % unit)
    if (state.high - base) // unit < REACH:
        places = {value: (value - base) // unit for value in counts}
        steps = _steps_state(part, state, places, base, unit)
        return WideEncoding(column, NumericEncoding.fit(part, steps, settings), base, unit)
    least = shared_from(state, settings.min_entities)
    shared = {value for value, count in counts.items() if count >= least}
    held = sum(counts[value] for value in shared)
    if state.exact.is_exact and held >= SHARED * state.count:
        texts = TextState(replace(column, type="string"), state.rows, state.nulls, state.exact)
        texts.by_entity = state.by_entity
        plain = replace(settings, rare_values="frequent")  # a made-up text may be no number
        return WideLabels(column, CategoricalEncoding.fit(texts.column, texts, plain))
    unit = 2 ** max(((state.high - state.low) // COARSE).bit_length(), 1)
    base = _base(state.low, unit, 0)
    places = _apart(counts, shared, base, unit)
    steps = _steps_state(part, state, places, base, unit)
    numeric = NumericEncoding.fit(part, steps, settings)
    kept = set(numeric.cells.lower[numeric.cells.is_atom].tolist())
    atoms = {places[value]: value for value in sorted(shared) if places[value] in kept}
    return RoundedWideEncoding(column, numeric, base, unit, atoms)


def _apart(counts: Mapping[int, int], shared: set[int], base: int, unit: int) -> dict[int, int]:
    """The step of each value; of two shared ones that fall on one, the larger takes the next."""
    places = {value: (value - base) // unit for value in counts}
    last = -1
    for value in sorted(shared):
        last = places[value] = max(places[value], last + 1)
    return places


def _base(low: int, unit: int, rest: int) -> int:
    """The largest multiple of ``COARSE`` units, and the rest that all values share, below."""
    return (low - rest) // (COARSE * unit) * COARSE * unit + rest


def _steps_state(
    part: Column, state: WideState, places: Mapping[int, int], base: int, unit: int
) -> NumberState:
    """The state of the column's whole steps: its counts exact, its quantiles from the floats'.

    ``places`` holds the step of each value that was counted.
    """
    assert state.low is not None and state.high is not None
    steps = NumberState(part, state.rows, state.nulls, step=1)
    at = np.array(list(places.values()), np.int64)
    own = np.array([state.exact.counts[str(value)] for value in places], np.int64)
    steps.frequent.add(*_joined(at, own))
    steps.frequent.error = state.exact.error
    factor = 10.0**state.scale
    known = {value / factor: place for value, place in places.items()}
    for level, items in enumerate(state.quantiles.levels):
        made = []
        for item in items.tolist():
            place = known.get(item)
            if place is None:
                value = min(max(int(item * factor), state.low), state.high)
                place = (value - base) // unit
            made.append(place)
        if level:
            steps.quantiles.levels.append(np.zeros(0))
            steps.quantiles.odd.append(False)
        steps.quantiles.levels[level] = np.sort(np.array(made, np.float64))
    return steps


def _joined(places: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values that share a step counted together."""
    unique, at = np.unique(places, return_inverse=True)
    return unique, np.bincount(at, counts, len(unique)).astype(np.int64)


def _scale_of(column: Column) -> int:
    parts = decimal_parts(column.type)
    assert parts is not None
    return parts[1]
