"""What a condition asks of one column: values with shares, a set, a range, or all but some."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode.portion import Wanted
from synth.table.values import is_ordered, to_numbers

FREE = -1  # the choice of a row of which a condition asks nothing


class ValueSet(ABC):
    """Values of which any will do; arrays are of the column's type. What is missing is alike."""

    @abstractmethod
    def meets(self, array: pa.Array) -> np.ndarray:
        """Bool ``(n,)``: which values are in the set."""

    def wanted(self, type_name: str) -> Wanted:
        """The set as the codes of a column of this type are asked."""
        return Wanted(self.meets)


@dataclass(frozen=True)
class Among(ValueSet):
    """Any of these values."""

    values: pa.Array

    def meets(self, array: pa.Array) -> np.ndarray:
        """Missing where one of the values is."""
        absent, own = missing(array), missing(self.values)
        held = pc.is_in(array, value_set=self.values.filter(pa.array(~own)))
        found: np.ndarray = np.where(absent, own.any(), np.asarray(pc.fill_null(held, False)))
        return found

    def wanted(self, type_name: str) -> Wanted:
        low, high = ends(self.values, type_name)
        return Wanted(self.meets, low, high, is_set=True)


@dataclass(frozen=True)
class Between(ValueSet):
    """From ``low`` to ``high``, both ends among them; null leaves an end open."""

    low: pa.Scalar
    high: pa.Scalar

    def meets(self, array: pa.Array) -> np.ndarray:
        """False where missing."""
        found = ~missing(array)
        for compare, end in ((pc.greater_equal, self.low), (pc.less_equal, self.high)):
            if end.is_valid:
                found &= np.asarray(pc.fill_null(compare(array, end), False))
        return found

    def wanted(self, type_name: str) -> Wanted:
        low, high = (
            ends(pa.array([end.as_py()], end.type), type_name)[0] for end in (self.low, self.high)
        )
        return Wanted(self.meets, low, high, is_range=True)


@dataclass(frozen=True)
class Other(ValueSet):
    """Any but these values."""

    values: pa.Array

    def meets(self, array: pa.Array) -> np.ndarray:
        found: np.ndarray = ~Among(self.values).meets(array)
        return found


@dataclass(frozen=True)
class Condition:
    """One column of which each row takes one choice: a value, or any value of a set.

    Choices are the ``values`` (of the column's type), then the ``sets``; ``shares`` has that of
    each, 1 in all. ``codes``: int32 ``(values, sub-columns of the column)``; of a column that is
    not drawn they count nothing. Given rows have their choice in ``chosen``, ``FREE`` where nothing
    is asked of them; else it is None.
    """

    column: str
    values: pa.Array
    shares: np.ndarray
    codes: np.ndarray
    sets: tuple[ValueSet, ...] = ()
    chosen: np.ndarray | None = None

    def choose(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """Int64 ``(rows,)``: the choice of each row, by one uniform each."""
        reach = np.cumsum(self.shares)
        at = np.searchsorted(reach, rng.random(rows) * reach[-1], side="right")
        choice: np.ndarray = np.minimum(at, len(reach) - 1)
        return choice

    def meets(self, array: pa.Array, chosen: np.ndarray) -> np.ndarray:
        """Bool ``(n,)``: whether each row's value is the one chosen, or one of the set."""
        count = len(self.values)
        is_value = (chosen >= 0) & (chosen < count)
        asked = self.values.take(pa.array(chosen, mask=~is_value))
        same = np.asarray(pc.fill_null(pc.equal(array, asked), False))
        found: np.ndarray = ~is_value | same | (missing(array) & missing(asked))
        for place, own in enumerate(self.sets):
            rows = np.flatnonzero(chosen == count + place)
            if len(rows):
                found[rows] = own.meets(array.take(pa.array(rows)))
        return found

    def set_of(self, choice: int) -> ValueSet:
        """A choice as a set; a value is one of its own."""
        count = len(self.values)
        return Among(self.values.slice(choice, 1)) if choice < count else self.sets[choice - count]


def missing(array: pa.Array) -> np.ndarray:
    """Bool ``(n,)``: null, or no number."""
    found = np.asarray(array.is_null())
    if pa.types.is_floating(array.type):
        found = found | np.asarray(pc.fill_null(pc.is_nan(array), False))
    return found


def ends(values: pa.Array, type_name: str) -> tuple[int | float | None, int | float | None]:
    """The least and the greatest number of the values that are there; None where there is none."""
    if not is_ordered(type_name):
        return None, None
    numbers, _ = to_numbers(values, type_name)
    own = numbers[~missing(values)]
    return (own.min().item(), own.max().item()) if len(own) else (None, None)
