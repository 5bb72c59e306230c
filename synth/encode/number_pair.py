"""Numbers encoded by another one: by how much more, or by how many times as much, they are.

An odometer out and back, the high of a day over its open, a list price and a discounted one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import is_amount
from synth.dependencies.columns import Rows
from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.grid import declared_digits, from_grid, grid_of, limit_of, to_grid
from synth.dependencies.linear import in_units
from synth.dependencies.sample import Sample
from synth.encode.lag_atoms import odd_atoms
from synth.encode.parented import Encoding, Parented, ParentedEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import FULL_PRECISION, MOST_DECIMALS, ColumnState
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import Column, TableSchema, type_of_arrow
from synth.table.values import from_numbers, is_whole

HALF = 0.5 + 1e-6  # of a step


@dataclass(frozen=True)
class IncrementEncoding(ParentedEncoding):
    """Codes of the increment and of the atoms."""

    kind: ClassVar[str] = "increment"


@dataclass(frozen=True)
class NumberPair(Parented):
    """What a difference and a ratio share: ``target`` and its parent are numbers.

    ``decimals``: the grid of the target, on which both are exact; 17 where it is continuous.
    """

    fields: ClassVar[tuple[str, ...]] = ("decimals",)

    decimals: int = FULL_PRECISION

    @property
    def is_continuous(self) -> bool:
        return self.decimals >= FULL_PRECISION

    @property
    def parent_decimals(self) -> int:
        """The grid of what it is measured from, where its values lead back to that."""
        return self.decimals

    def completed(self, sample: Sample) -> Dependency:
        relation, found = self, grid_of(sample.columns[self.target])
        if self.is_continuous and found is not None:
            relation = replace(self, decimals=found)
        return replace(relation, atoms=relation.odd_atoms(sample))

    def odd_atoms(self, sample: Sample) -> tuple[int | float, ...]:
        """The values of many rows that are coded as they are."""
        return odd_atoms(sample, self)

    def check(self, schema: TableSchema) -> None:
        self._check_numbers(schema)
        types = {schema[name].type for name in self.sources}
        if len(types) > 1:
            raise DependencyError(
                f"{', '.join(map(repr, self.sources))} stand in for each other and must be of one "
                f"type, not {' and '.join(sorted(types))}"
            )

    def _check_numbers(self, schema: TableSchema) -> None:
        if not 0 <= self.decimals <= FULL_PRECISION:
            raise DependencyError(f"decimals is 0 to {FULL_PRECISION}, not {self.decimals}")
        for name in self.columns:
            if not is_amount(schema[name].type):
                raise DependencyError(
                    f"column {name!r} is of type {schema[name].type}: it must be a number"
                )

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Any:
        declared = declared_digits(schema[data["target"]].type)
        return super().from_json({"decimals": declared, **data}, schema)


@dataclass(frozen=True)
class ByDifference(NumberPair):
    """``target`` is what it is measured from plus a number that varies less than either.

    ``positive``: no value of the target is below 0, so none becomes so.
    """

    rank: ClassVar[int] = 10
    learned: ClassVar[tuple[str, ...]] = ("positive",)

    positive: bool = False

    @property
    def lag_type(self) -> str:
        return "double" if self.is_continuous else "bigint"

    def can_lead(self, parent: pa.Array) -> Rows:
        return self._nearest(parent)[1]

    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Multiples of the grid's step, or floats."""
        (begun, has_start), (ended, has_end) = self._nearest(parent), self._numbers(own)
        valid = has_start & has_end & ~self.is_atom(own)
        return np.where(valid, ended - begun, 0), valid

    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        """Within what the type holds; a sum below 0 lies between 0 and the parent instead."""
        start, valid = self._nearest(parent)
        total = start + lags
        if self.positive:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.clip(start / np.abs(lags), 0, 1)  # the further below, the nearer to 0
                inside = np.nan_to_num(np.maximum(start, 0) * share).astype(total.dtype)
            total = np.where(total < 0, inside, total)
        return self._array(total, valid, self.type)

    def before(self, own: pa.Array, lags: np.ndarray, parent: pa.Array) -> pa.Array:
        end, valid = self._numbers(own)
        return self._array(end - lags, valid, type_of_arrow(parent.type))

    def fit(self, column: Column, state: ColumnState, settings: EncoderSettings) -> Any:
        numeric, lag, own = self._fitted(column, state, settings)
        positive = not numeric.is_empty and bool(numeric.cells.lower.min() >= 0)
        relation = replace(self.without_values(), positive=positive)
        return self.encoding(column, relation, numeric, lag, own)

    def describe(self) -> str:
        return f"{self.target} is encoded by how much more than {self.parent_in_words} it is"

    def _numbers(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        if not self.is_continuous:
            return to_grid(array, self.decimals)
        values, valid = in_units(array, type_of_arrow(array.type))
        valid = valid & np.isfinite(values)
        return np.where(valid, values, 0.0), valid

    def _nearest(self, parent: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Parents on the target's grid, which need not be theirs."""
        numbers, on = self._numbers(parent)
        if on.all() or self.is_continuous:
            return numbers, on
        values, valid = in_units(parent, type_of_arrow(parent.type))
        with np.errstate(over="ignore", invalid="ignore"):
            steps = np.rint(values * 10.0**self.decimals)
            valid = valid & (np.abs(steps) < EXACT_FLOATS)
        return np.where(on, numbers, np.where(valid, steps, 0)).astype(np.int64), on | valid

    def _array(self, values: np.ndarray, valid: np.ndarray, type_name: str) -> pa.Array:
        if self.is_continuous:
            return from_numbers(values, valid, type_name, FULL_PRECISION)
        coarser = 10 ** max(self.decimals - declared_digits(type_name), 0)
        most = limit_of(type_name, self.decimals) // coarser * coarser
        on = np.rint(values / coarser).astype(np.int64) * coarser if coarser > 1 else values
        return from_grid(np.clip(on, -most, most), valid, type_name, self.decimals)[0]


@dataclass(frozen=True)
class Increment(ByDifference):
    """Measured from a column, or from those that stand in for it."""

    kind: ClassVar[str] = "increment"
    encoding: ClassVar[Encoding] = IncrementEncoding


@dataclass(frozen=True)
class RatioEncoding(ParentedEncoding):
    """Codes of the ratio and of the atoms."""

    kind: ClassVar[str] = "ratio"


@dataclass(frozen=True)
class ByRatio(NumberPair):
    """``target`` is what it is measured from, above 0, times a ratio that varies less than either.

    Of a target on a grid it is the plainest ratio that leads to it: 0.8 of 9.99 is 7.99.
    """

    rank: ClassVar[int] = 10

    @property
    def lag_type(self) -> str:
        return "double"

    def can_lead(self, parent: pa.Array) -> Rows:
        values, valid = in_units(parent, type_of_arrow(parent.type))
        leads: Rows = valid & (values > 0) & np.isfinite(values)
        return leads

    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        base = in_units(parent, type_of_arrow(parent.type))[0]
        values, given = in_units(own, self.type)
        valid = self.can_lead(parent) & given & np.isfinite(values) & ~self.is_atom(own)
        base, values = np.where(valid, base, 1.0), np.where(valid, values, 1.0)
        ratio = values / base
        if self.is_continuous:
            return ratio, valid
        steps, on = to_grid(own, self.decimals)
        valid = valid & on
        open_rows = np.flatnonzero(valid)
        for digits in range(MOST_DECIMALS + 1):
            plain = np.round(ratio[open_rows], digits)
            # A half may have been rounded either way.
            leads = self._far(base[open_rows] * plain, steps[open_rows]) <= HALF
            ratio[open_rows[leads]] = plain[leads]
            open_rows = open_rows[~leads]
        return np.where(valid, ratio, 0.0), valid

    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        """Rounded to the target's grid, within what its type holds."""
        base, _ = in_units(parent, type_of_arrow(parent.type))
        valid = self.can_lead(parent)
        return rounded_to(np.where(valid, base, 0.0) * lags, valid, self.type, self.decimals)

    def before(self, own: pa.Array, lags: np.ndarray, parent: pa.Array) -> pa.Array:
        values, valid = in_units(own, self.type)
        valid = valid & np.isfinite(values) & (lags > 0)
        shares = 1 / np.where(lags > 0, lags, 1.0)
        kind = type_of_arrow(parent.type)
        return rounded_to(np.where(valid, values, 0.0) * shares, valid, kind, self.parent_decimals)

    def describe(self) -> str:
        return f"{self.target} is encoded by its ratio to {self.parent_in_words}"

    def _far(self, values: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """How far values lie from multiples of the grid's step, in such steps."""
        with np.errstate(over="ignore", invalid="ignore"):
            far: np.ndarray = np.abs(values * 10.0**self.decimals - steps)
        return far


@dataclass(frozen=True)
class Ratio(ByRatio):
    """Measured from a column, or from those that stand in for it."""

    kind: ClassVar[str] = "ratio"
    encoding: ClassVar[Encoding] = RatioEncoding


def rounded_to(
    values: np.ndarray, valid: np.ndarray, type_name: str, decimals: int = FULL_PRECISION
) -> pa.Array:
    """Floats as a column's type, on a grid or continuous, within what the type holds."""
    if decimals >= FULL_PRECISION and not is_whole(type_name):
        return from_numbers(values, valid, type_name, FULL_PRECISION)
    decimals = min(decimals, declared_digits(type_name))
    most = limit_of(type_name, decimals)
    steps = np.rint(values * 10.0**decimals)
    inside = np.clip(steps, -float(most), float(most)).astype(np.int64)
    return from_grid(np.clip(inside, -most, most), valid, type_name, decimals)[0]
