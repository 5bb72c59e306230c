"""Values that are never learned but made anew: keys in sequence, texts from their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode.kind import ColumnKind, Drawn
from synth.encode.portion import Portion, Wanted
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import ColumnState, TextState
from synth.statistics.entities import shared_from
from synth.table.bins import NULL, ColumnBins
from synth.table.schema import Column, decimal_parts
from synth.table.sub_column import SubColumn
from synth.table.values import from_numbers

FALLBACK = "Aaaaaaaa"  # the shape of a column none of whose shapes is held by enough rows
_ALPHABETS = {
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "a": "abcdefghijklmnopqrstuvwxyz",
    "9": "0123456789",
}


@dataclass(frozen=True)
class Shapes:
    """Shapes of texts with their shares; drawing fills each class with random characters."""

    shapes: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def fit(cls, state: TextState, settings: EncoderSettings) -> Shapes:
        """The shapes that at least ``min_entities`` rows share."""
        ranked = state.shapes.ranked()
        least = shared_from(state, settings.min_entities)
        kept = [(shape, count) for shape, count in ranked if count >= least]
        if not kept:
            kept = [(FALLBACK, 1)]
        return cls(tuple(shape for shape, _ in kept), tuple(count for _, count in kept))

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """``rows`` texts, one rng call per character place and class."""
        share = np.array(self.counts) / sum(self.counts)
        which = rng.choice(len(self.shapes), rows, p=share)
        longest = max(map(len, self.shapes), default=0)
        if not longest:
            return pa.array([""] * rows, pa.string())
        padded = np.array([list(shape.ljust(longest, "\0")) for shape in self.shapes])
        letters = padded[which]
        for symbol, alphabet in _ALPHABETS.items():
            mask = letters == symbol
            filled = np.array(list(alphabet))[rng.integers(0, len(alphabet), int(mask.sum()))]
            letters[mask] = filled
        joined = np.ascontiguousarray(letters).view(f"<U{longest}").ravel()
        return pa.array(joined.tolist(), pa.string())  # numpy drops the trailing NULs

    def to_json(self) -> dict[str, Any]:
        return {"shapes": list(self.shapes), "counts": list(self.counts)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Shapes:
        return cls(tuple(data["shapes"]), tuple(data["counts"]))


@dataclass(frozen=True)
class NotLearned(ColumnKind):
    """A column none of whose values is learned: compared by being null or not alone."""

    column: Column

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        """What the generator sees of the column: nothing, unless a subclass says otherwise."""
        return ()

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 ``(rows, number of sub-columns)``: 1 for null where there is a sub-column."""
        return self.bin_of(array)[:, None][:, : len(self.sub_columns)]

    def bins(self) -> ColumnBins:
        """Two bins: any value, null."""
        return null_bins(self.column)

    def bin_of(self, array: pa.Array) -> np.ndarray:
        """int32 ``(rows,)``: 1 for null."""
        return null_or_not(array)


def null_bins(column: Column) -> ColumnBins:
    """Two bins: any value, null."""
    nowhere = (None, None)
    return ColumnBins(
        column.name,
        "category",
        ordinal=False,
        labels=("(any value)", NULL),
        lower=nowhere,
        upper=nowhere,
        pair_bins=(0, 1),
        sensitive=column.sensitive,
    )


def null_or_not(array: pa.Array) -> np.ndarray:
    """int32 ``(rows,)``: 1 for null."""
    null: np.ndarray = np.asarray(array.is_null()).astype(np.int32)
    return null


@dataclass(frozen=True)
class MadeEncoding(NotLearned):
    """Texts that few rows share (names, addresses, identifiers): only null or not is learned."""

    kind: ClassVar[str] = "made"
    reason: ClassVar[str | None] = (
        "too few rows share a value; texts are made up from the shapes of the seed's"
    )

    shapes: Shapes
    has_null: bool

    @classmethod
    def fit(cls, column: Column, state: TextState, settings: EncoderSettings) -> MadeEncoding:
        return cls(column, Shapes.fit(state, settings), state.nulls > 0)

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return (SubColumn(self.column.name, 0, 2),) if self.has_null else ()

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        texts = self.shapes.draw(len(codes), rng)
        if not self.has_null:
            return texts
        return pc.if_else(pa.array(codes[:, 0] == 1), pa.scalar(None, pa.string()), texts)

    def portion(self, wanted: Sequence[Wanted]) -> Portion:
        """Null, or any text: which one is not learned."""
        if not self.has_null:
            return Portion(())
        null = pa.nulls(1, self.column.arrow_type)
        none = float(all(one.meets(null)[0] for one in wanted))
        return Portion((np.array([[1.0, none]], np.float32),))

    def to_json(self) -> dict[str, Any]:
        return {"shapes": self.shapes.to_json(), "has_null": self.has_null}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> MadeEncoding:
        return cls(column, Shapes.from_json(data["shapes"]), data["has_null"])


@dataclass(frozen=True)
class KeyEncoding(NotLearned):
    """A key: whole numbers in sequence, or texts of the shape that most of the seed's keys have.

    ``shape`` is None for whole numbers.
    """

    kind: ClassVar[str] = "key"
    reason: ClassVar[str | None] = "a key; made anew in sequence"

    shape: str | None

    @classmethod
    def fit(cls, column: Column, state: ColumnState, settings: EncoderSettings) -> KeyEncoding:
        if not isinstance(state, TextState):
            return cls(column, None)
        shapes = Shapes.fit(state, settings)
        return cls(column, shapes.shapes[int(np.argmax(shapes.counts))])

    def draw(self, codes: np.ndarray, rng: np.random.Generator, first_row: int) -> Drawn:
        return Drawn(self._keys(first_row, len(codes)))

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Keys of rows that are a table of their own."""
        return self._keys(0, len(codes))

    def _keys(self, first_row: int, rows: int) -> pa.Array:
        """Keys ``first_row + 1`` and on: unique over the table because row numbers are."""
        numbers = np.arange(first_row + 1, first_row + rows + 1)
        if self.shape is not None:
            return pa.array([_count_in(self.shape, int(n)) for n in numbers], pa.string())
        parts = decimal_parts(self.column.type)
        if parts:
            return pa.array(numbers).cast(pa.decimal128(38, 0)).cast(self.column.arrow_type)
        return from_numbers(numbers, np.ones(rows, bool), self.column.type, 0)

    def to_json(self) -> dict[str, Any]:
        return {"shape": self.shape}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> KeyEncoding:
        return cls(column, data["shape"])


@dataclass(frozen=True)
class ConstantEncoding(NotLearned):
    """A column with one value, or none: nothing to learn. ``text`` None stands for null."""

    kind: ClassVar[str] = "constant"
    reason: ClassVar[str | None] = "one value or none; written as it is, not learned"

    text: str | None

    @property
    def is_null_alone(self) -> bool:
        return self.text is None

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        return pa.array([self.text] * len(codes), pa.string()).cast(self.column.arrow_type)

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> ConstantEncoding:
        return cls(column, data["text"])


def _count_in(shape: str, number: int) -> str:
    """The number written in a shape's places, as in a car's mileage counter: ``A99`` 12 -> ``A12``.

    What does not fit is put in front, so that keys stay unique.
    """
    places: list[str] = []
    for symbol in reversed(shape):
        alphabet = _ALPHABETS.get(symbol)
        if alphabet is None:
            places.append(symbol)
            continue
        number, digit = divmod(number, len(alphabet))
        places.append(alphabet[digit])
    lead = str(number) if number else ""
    return lead + "".join(reversed(places))
