"""One column of an Arrow table to the values in which it is learned, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from synth.table.categories import Categories
from synth.table.learned_values import dictionary_of, learned, one_array, restored
from synth.table.type_json import type_from_json, type_to_json, values_from_json, values_to_json


@dataclass(frozen=True)
class ArrowColumn:
    """How a column looked: its Arrow type.

    ``categories`` are the values, as they are learned, of a dictionary whose values and order are
    part of the type (an ordered one, an enumeration); None for every other column.
    """

    arrow: pa.DataType
    categories: pa.Array | None = None

    @classmethod
    def plain(cls, type_: pa.DataType) -> ArrowColumn:
        """A column that comes as it is learned."""
        return cls(type_)

    def made(self, values: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        """Learned values in the column's type; Unfit where one is beyond it."""
        if self.categories is None:
            return restored(values, self.arrow)
        vocabulary = Categories(self.categories)
        codes, new = vocabulary.find(values), vocabulary.new(values)
        whole = pa.concat_arrays([self.categories, new.cast(self.categories.type)])
        words = one_array(restored(pa.chunked_array([whole]), self.arrow.value_type))
        indices = pa.array(codes, mask=codes < 0)
        return pa.chunked_array([dictionary_of(indices, words, self.arrow)])

    def protected(self, rows: pa.ChunkedArray, least: int) -> tuple[ArrowColumn, int]:
        """Without the categories that fewer than ``least`` rows hold, and how many these are."""
        if self.categories is None:
            return self, 0
        kept = Categories(self.categories).protected(rows, least)
        left_out = len(self.categories) - len(kept)
        return replace(self, categories=self.categories.take(pa.array(kept, pa.int64()))), left_out

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            "arrow": type_to_json(self.arrow),
            "categories": None if self.categories is None else values_to_json(self.categories),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ArrowColumn:
        """What :meth:`to_json` wrote; TypeError where this version of Arrow lacks the type."""
        arrow = type_from_json(data["arrow"])
        if arrow is None:
            raise TypeError(f"no Arrow type {data['arrow']['name']}")
        categories = data["categories"]
        return cls(arrow, None if categories is None else values_from_json(categories))


def arrow_column(
    values: pa.ChunkedArray, name: str, *, closed: bool = False
) -> tuple[pa.ChunkedArray, ArrowColumn]:
    """The learned values, and how the column looked.

    ``closed``: its dictionary is part of its type, as an ordered one is. InputError names what
    cannot be learned.
    """
    type_ = values.type
    categories = None
    if pa.types.is_dictionary(type_) and (closed or type_.ordered):
        own = values.unify_dictionaries()
        words = own.chunk(0).dictionary if own.num_chunks else pa.nulls(0, type_.value_type)
        categories = learned(pa.chunked_array([words]), name).chunk(0)
    return learned(values, name), ArrowColumn(type_, categories)
