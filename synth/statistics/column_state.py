"""What is known of a column after one scan: a mergeable state.

A state holds raw values and lives only inside a job, see ``synth.profiling.table_profile``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.statistics.distinct import DistinctValues, hash_numbers, hash_texts
from synth.statistics.entities import ByEntity
from synth.statistics.frequent import FrequentNumbers, FrequentTexts
from synth.statistics.quantiles import QuantileSummary
from synth.statistics.shapes import KnownShapes
from synth.table.schema import Column, decimal_parts
from synth.table.values import calendar_parts, is_moment, is_ordered, is_whole, rounded, to_numbers

FULL_PRECISION = 17  # a float64 that needs more decimals than MOST_DECIMALS has no grid
MOST_DECIMALS = 9
NO_GRID = -1  # in place of a step
MOST_WHOLE = 2.0**62  # of whole floats, which an int64 holds as they are
MOST_FRACTION = 2.0**53 / 10**MOST_DECIMALS  # of others, whose last decimals a float64 counts


def _rescaled(step: int, decimals: int, wanted: int) -> int:
    """A step in units of more decimals; NO_GRID where there is no last one."""
    if step in (0, NO_GRID) or decimals == wanted:
        return step
    return NO_GRID if wanted >= FULL_PRECISION else int(step * 10 ** (wanted - decimals))


def _divisor(values: np.ndarray, decimals: int) -> int:
    """Of finite floats in units of the last decimal; NO_GRID where one of them is not exact.

    Whether it is does not depend on the decimals, so that parts of a table agree with the whole.
    """
    is_whole_number = values == np.rint(values)
    fractions, size = values[~is_whole_number], np.abs(values)
    inexact = np.where(is_whole_number, size >= MOST_WHOLE, size >= MOST_FRACTION)
    if decimals >= FULL_PRECISION or inexact.any():
        return NO_GRID
    found = int(np.gcd.reduce(values[is_whole_number].astype(np.int64))) * 10**decimals
    units = np.rint(fractions * 10.0**decimals).astype(np.int64)
    return math.gcd(found, int(np.gcd.reduce(units)))


def _common(one: int, other: int) -> int:
    """The step of both; NO_GRID where one of them has none."""
    return NO_GRID if NO_GRID in (one, other) else math.gcd(one, other)


@dataclass
class NumberState:
    """The state of an ordered column: counts, moments, frequent values, quantiles, grid."""

    column: Column
    rows: int = 0
    nulls: int = 0
    nans: int = 0
    finite: int = 0
    mean: float = 0.0  # of the finite values
    squares: float = 0.0  # of their distances from the mean (Chan et al. 1983)
    step: int = 0  # greatest common divisor, in units of the last decimal; 0 while none was seen
    decimals: int = 0  # digits after the point of float values
    frequent: FrequentNumbers = field(init=False)
    quantiles: QuantileSummary = field(default_factory=QuantileSummary)
    distinct: DistinctValues = field(default_factory=DistinctValues)
    by_entity: ByEntity | None = None  # never written: states are told once they are whole

    def __post_init__(self) -> None:
        kind = np.int64 if is_whole(self.column.type) else np.float64
        self.frequent = FrequentNumbers(np.zeros(0, kind))

    @property
    def counted(self) -> FrequentNumbers | FrequentTexts:
        """Frequent values with their counts."""
        return self.frequent

    @property
    def count(self) -> int:
        """Rows with a value: neither null nor NaN."""
        return self.rows - self.nulls - self.nans

    @property
    def deviation(self) -> float:
        """Standard deviation of the finite values, inf where their squares overflow."""
        return math.sqrt(self.squares / self.finite) if self.finite else 0.0

    def update(self, array: pa.Array) -> None:
        """Add the rows of an array of the column's type."""
        values, valid = to_numbers(array, self.column.type)
        self.rows += len(values)
        self.nulls += int(len(values) - valid.sum())
        values = values[valid]
        if values.dtype == np.float64:
            present = ~np.isnan(values)
            self.nans += int(len(values) - present.sum())
            values = values[present] + 0.0  # -0.0 and 0.0 are one value
        if not len(values):
            return
        unique, counts, ordered = _in_order(values)
        finite = ordered[np.isfinite(ordered)]
        if len(finite):
            mean = float((finite / len(finite)).sum())
            with np.errstate(over="ignore"):
                squares = float(((finite - mean) ** 2).sum())
            self._add_moments(len(finite), mean, squares)
        self._add_grid(unique)
        self.frequent.add(unique, counts)
        self.quantiles.add_sorted(finite)
        self.distinct.add_hashes(hash_numbers(unique))

    def _add_moments(self, more: int, mean: float, squares: float) -> None:
        # Shares of means and not sums: a sum of the largest floats would overflow.
        total, gap = self.finite + more, mean - self.mean
        if self.finite:
            squares += gap * gap * (self.finite * more / total)
        self.squares += squares
        self.mean = self.mean * (self.finite / total) + mean * (more / total)
        self.finite = total

    def _add_grid(self, values: np.ndarray) -> None:
        if values.dtype == np.int64:
            self.step = math.gcd(self.step, int(np.gcd.reduce(values)))
            return
        finite, before = values[np.isfinite(values)], self.decimals
        while self.decimals < FULL_PRECISION and np.any(rounded(finite, self.decimals) != finite):
            self.decimals += 1
            if self.decimals > MOST_DECIMALS:
                self.decimals = FULL_PRECISION
        self.step = _rescaled(self.step, before, self.decimals)
        if self.step not in (1, NO_GRID) and len(finite):
            self.step = _common(self.step, _divisor(finite, self.decimals))

    def merge(self, other: NumberState) -> None:
        """Add the rows that another state of the column has seen."""
        if other.finite:
            self._add_moments(other.finite, other.mean, other.squares)
        self.rows += other.rows
        self.nulls += other.nulls
        self.nans += other.nans
        decimals = max(self.decimals, other.decimals)
        steps = (_rescaled(one.step, one.decimals, decimals) for one in (self, other))
        self.step, self.decimals = _common(*steps), decimals
        self.frequent.merge(other.frequent)
        self.quantiles.merge(other.quantiles)
        self.distinct.merge(other.distinct)

    def to_fields(self) -> dict[str, Any]:
        """The state as plain fields, for :func:`synth.statistics.pack.pack`."""
        fields: dict[str, Any] = {
            "numbers": np.array(
                [self.rows, self.nulls, self.nans, self.step, self.decimals, self.finite]
            ),
            "moments": np.array([self.mean, self.squares]),
            "values": self.frequent.values,
            "counts": self.frequent.counts,
            "error": self.frequent.error,
            "odd": np.array(self.quantiles.odd, np.int64),
            "distinct": self.distinct.smallest,
        }
        for level, items in enumerate(self.quantiles.levels):
            fields[f"level{level}"] = items
        return fields

    @classmethod
    def from_fields(cls, column: Column, fields: dict[str, Any]) -> Self:
        """What :meth:`to_fields` gave."""
        rows, nulls, nans, step, decimals, finite = (int(x) for x in fields["numbers"])
        mean, squares = (float(x) for x in fields["moments"])
        if not step and (mean or squares):
            step = NO_GRID  # an earlier version looked for none in floats
        state = cls(column, rows, nulls, nans, finite, mean, squares, step, decimals)
        state.frequent = FrequentNumbers(fields["values"], fields["counts"], fields["error"])
        odd = [bool(x) for x in fields["odd"]]
        state.quantiles = QuantileSummary([fields[f"level{i}"] for i in range(len(odd))], odd)
        state.distinct = DistinctValues(fields["distinct"])
        return state


@dataclass
class MomentState(NumberState):
    """The state of a date or a time, and with it those of its week and of its time of day.

    Weeks are counted from the Monday before 1970, times of day are microseconds; of a timestamp
    with a zone both are those of UTC.
    """

    week: NumberState = field(init=False)
    clock: NumberState = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        part = replace(self.column, type="bigint")
        self.week, self.clock = NumberState(part), NumberState(part)

    def update(self, array: pa.Array) -> None:
        """Add the rows of an array, whole and in their parts."""
        super().update(array)
        values, valid = to_numbers(array, self.column.type)
        week, _, clock = calendar_parts(values, self.column.type)
        self.week.update(pa.array(week, mask=~valid))
        self.clock.update(pa.array(clock[valid]))

    def merge(self, other: NumberState) -> None:
        """Add the rows that another state of the column has seen."""
        super().merge(other)
        if isinstance(other, MomentState):
            self.week.merge(other.week)
            self.clock.merge(other.clock)

    def to_fields(self) -> dict[str, Any]:
        """The fields of a number, and under ``week/`` and ``clock/`` those of the parts."""
        fields = super().to_fields()
        for name, part in (("week", self.week), ("clock", self.clock)):
            fields |= {f"{name}/{key}": value for key, value in part.to_fields().items()}
        return fields

    @classmethod
    def from_fields(cls, column: Column, fields: dict[str, Any]) -> MomentState:
        """What :meth:`to_fields` gave."""
        state = super().from_fields(column, fields)
        assert isinstance(state, MomentState)
        for name in ("week", "clock"):
            lead = f"{name}/"
            own = {k.removeprefix(lead): v for k, v in fields.items() if k.startswith(lead)}
            part = NumberState.from_fields(replace(column, type="bigint"), own)
            setattr(state, name, part)
        return state


def _in_order(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct values, how many rows have each, and all values, each ascending."""
    if values.dtype == np.int64:
        first, last = int(values.min()), int(values.max())
        if last - first < len(values):  # counted, not compared: four times as fast
            rows = np.bincount(values - first)
            place = np.flatnonzero(rows)
            unique = place + first
            return unique, rows[place], np.repeat(unique, rows[place])
    ordered = np.sort(values)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return ordered[starts], np.diff(np.r_[starts, len(ordered)]), ordered


@dataclass
class TextState:
    """The state of a text or boolean column: counts, frequent values, shapes."""

    column: Column
    rows: int = 0
    nulls: int = 0
    frequent: FrequentTexts = field(default_factory=FrequentTexts)
    shapes: FrequentTexts = field(default_factory=lambda: FrequentTexts(capacity=1024))
    distinct: DistinctValues = field(default_factory=DistinctValues)
    by_entity: ByEntity | None = None
    _shapes: KnownShapes = field(default_factory=KnownShapes, repr=False, compare=False)

    @property
    def counted(self) -> FrequentTexts:
        """Frequent values with their counts."""
        return self.frequent

    @property
    def count(self) -> int:
        """Rows with a value."""
        return self.rows - self.nulls

    def update(self, array: pa.Array) -> None:
        """Add the rows of an array of texts or booleans."""
        self.rows += len(array)
        self.nulls += array.null_count
        texts = array.drop_null()
        if pa.types.is_boolean(texts.type):
            texts = texts.cast(pa.string())
        if pa.types.is_dictionary(texts.type):
            rows = np.bincount(np.asarray(texts.indices), minlength=len(texts.dictionary))
            seen = np.flatnonzero(rows)
            unique, counts = texts.dictionary.take(pa.array(seen)), rows[seen].tolist()
        else:
            found = pc.value_counts(texts)
            unique, counts = found.field(0), found.field(1).to_pylist()
        values = unique.to_pylist()
        self.frequent.add(values, counts)
        self.distinct.add_hashes(hash_texts(values))
        by_shape: dict[str, int] = {}
        for shape, count in zip(self._shapes.of(unique, values), counts, strict=True):
            by_shape[shape] = by_shape.get(shape, 0) + count
        self.shapes.add(list(by_shape), list(by_shape.values()))

    def merge(self, other: TextState) -> None:
        """Add the rows that another state of the column has seen."""
        self.rows += other.rows
        self.nulls += other.nulls
        self.frequent.merge(other.frequent)
        self.shapes.merge(other.shapes)
        self.distinct.merge(other.distinct)

    def to_fields(self) -> dict[str, Any]:
        """The state as plain fields, for :func:`synth.statistics.pack.pack`."""
        return {
            "numbers": np.array([self.rows, self.nulls, self.frequent.error, self.shapes.error]),
            "values": list(self.frequent.counts),
            "counts": np.array(list(self.frequent.counts.values()), np.int64),
            "shapes": list(self.shapes.counts),
            "shape_counts": np.array(list(self.shapes.counts.values()), np.int64),
            "distinct": self.distinct.smallest,
        }

    @classmethod
    def from_fields(cls, column: Column, fields: dict[str, Any]) -> TextState:
        """What :meth:`to_fields` gave."""
        rows, nulls, error, shape_error = (int(x) for x in fields["numbers"])
        state = cls(column, rows, nulls)
        values = dict(zip(fields["values"], fields["counts"].tolist(), strict=True))
        state.frequent = FrequentTexts(values, error)
        found = dict(zip(fields["shapes"], fields["shape_counts"].tolist(), strict=True))
        state.shapes = FrequentTexts(found, shape_error, state.shapes.capacity)
        state.distinct = DistinctValues(fields["distinct"])
        return state


ColumnState = NumberState | TextState


def new_state(column: Column) -> ColumnState:
    """The empty state of a column; InputError where its type is not supported."""
    _ = column.arrow_type
    if is_moment(column.type):
        return MomentState(column)
    if decimal_parts(column.type) and not is_whole(column.type):
        from synth.statistics.wide_state import WideState  # which builds on this module

        return WideState(column)
    return NumberState(column) if is_ordered(column.type) else TextState(column)
