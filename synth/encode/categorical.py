"""Texts and booleans with protected values: one code by frequency, or a pair of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode.grouping import predicted_kind
from synth.encode.kind import ColumnKind
from synth.encode.levels import Levels, arrange
from synth.encode.made import Shapes, null_bins, null_or_not
from synth.encode.portion import Portion, Wanted, levels_of
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import TextState
from synth.statistics.entities import shared_from
from synth.table.bins import NULL, ColumnBins
from synth.table.schema import Column
from synth.table.sub_column import SubColumn

PAIR_BINS = 32  # values beyond the most frequent share a bin in contingency tables


@dataclass(frozen=True)
class CategoricalEncoding(ColumnKind):
    """Frequent values in falling order, then the code for rare or unseen ones, then null.

    A rare code decodes to one of the frequent values by their shares, or, where ``shapes`` is
    given, to a made-up text: a value that few people share is never written.
    """

    kind: ClassVar[str] = "categorical"

    column: Column
    values: tuple[str, ...]
    counts: np.ndarray
    levels: Levels
    has_null: bool
    shapes: Shapes | None = None

    @classmethod
    def fit(
        cls, column: Column, state: TextState, settings: EncoderSettings
    ) -> CategoricalEncoding:
        """The encoding from the profile of the train part; values of too few rows are left out."""
        ranked = state.frequent.ranked()[: settings.lossless]
        least = shared_from(state, settings.min_entities)
        kept = [(value, count) for value, count in ranked if count >= least]
        counts = np.array([count for _, count in kept], np.int64)
        made = column.type != "boolean" and (
            settings.rare_values == "made" or not state.frequent.is_exact
        )
        return cls(
            column,
            tuple(value for value, _ in kept),
            counts,
            arrange(counts, settings),
            has_null=state.nulls > 0,
            shapes=Shapes.fit(state, settings) if made else None,
        )

    def regrouped(
        self, array: pa.Array, others: Mapping[str, np.ndarray], settings: EncoderSettings
    ) -> CategoricalEncoding:
        """The same values in groups that go with one of the ``others``.

        Tail numbers by carrier: what a group shares need not be learned value by value.
        """
        if self.levels.places == 1:
            return self
        place_of = self._place_of(array)
        known = place_of < len(self.values)
        seen = {name: codes[known] for name, codes in others.items()}
        kind = predicted_kind(place_of[known], len(self.values), seen)
        if kind is None:
            return self
        order = np.lexsort((np.arange(len(self.values)), kind))
        arranged = arrange(self.counts[order], settings)
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return replace(self, levels=Levels(arranged.group[back], arranged.place[back]))

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        name = self.column.name
        first = SubColumn(name, 0, self.levels.groups + 1 + self.has_null)
        if self.levels.places == 1:
            return (first,)
        return (first, SubColumn(name, 1, self.levels.places))

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, 1 or 2)``."""
        place_of = self._place_of(array)
        known = place_of < len(self.values)
        safe = np.where(known, place_of, 0)
        beyond = self.levels.groups + place_of - len(self.values)
        group = np.where(known, self.levels.group[safe], beyond)
        if self.levels.places == 1:
            return group.astype(np.int32)[:, None]
        place = np.where(known, self.levels.place[safe], 0)
        return np.stack([group, place], 1).astype(np.int32)

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's type; the generator is read for rare codes only."""
        group = codes[:, 0]
        place = codes[:, 1] if self.levels.places > 1 else np.zeros(len(codes), np.int32)
        known = group < self.levels.groups
        index = self._table[np.where(known, group, 0), place].astype(np.int64)
        rare = group == self.levels.groups
        absent = group > self.levels.groups
        texts: pa.Array = pa.array(self.values, pa.string())
        if self.shapes is not None and rare.any():
            index[rare] = len(texts) + np.arange(int(rare.sum()))
            texts = pa.concat_arrays([texts, self.shapes.draw(int(rare.sum()), rng)])
        elif rare.any():
            share = self.counts / self.counts.sum()
            index[rare] = rng.choice(len(self.values), int(rare.sum()), p=share)
        taken = texts.take(pa.array(index, mask=absent))
        return taken.cast(self.column.arrow_type)

    def bins(self) -> ColumnBins:
        """One bin per value, then rare, then null; no positions."""
        shown = [
            f"value {place + 1}" if self.column.sensitive else value
            for place, value in enumerate(self.values)
        ]
        labels = (*shown, "(rare)", *[NULL] * self.has_null)
        others = min(len(self.values), PAIR_BINS)
        pairs = [min(place, others) for place in range(len(self.values))]
        pairs += [others, others + 1][: 1 + self.has_null]
        nowhere = (None,) * len(labels)
        unit = "boolean" if self.column.type == "boolean" else "category"
        return ColumnBins(
            self.column.name,
            "boolean" if unit == "boolean" else "category",
            ordinal=False,
            labels=labels,
            lower=nowhere,
            upper=nowhere,
            pair_bins=tuple(pairs),
            sensitive=self.column.sensitive,
        )

    def bin_of(self, array: pa.Array) -> np.ndarray:
        """int32 ``(rows,)``: the place of each value, ``len(values)`` if rare, one more if null."""
        return self._place_of(array)

    def _place_of(self, array: pa.Array) -> np.ndarray:
        if pa.types.is_dictionary(array.type):  # of which each text is looked up once
            texts, rows = array.dictionary, array.indices
        else:
            texts, rows = array.cast(pa.string()), None
        found = pc.fill_null(pc.index_in(texts, self._value_set), len(self.values))
        place = np.asarray(found).astype(np.int32)
        if rows is not None:
            place = np.append(place, np.int32(len(self.values)))  # of null, unless it has its own
            place = place[np.asarray(rows.fill_null(len(texts)) if rows.null_count else rows)]
        if self.has_null and array.null_count:
            place[np.asarray(array.is_null())] = len(self.values) + 1
        return place

    def portion(self, wanted: Sequence[Wanted]) -> Portion:
        """A rare code may become a frequent value, or a made-up text, which no set names."""
        good = np.logical_and.reduce([one.meets(self.code_values) for one in wanted])
        count = len(self.values)
        rare = not any(one.is_set for one in wanted) if self.shapes else good[:count].any()
        absent = np.array([rare, *good[count:]], np.float64)
        return Portion(levels_of(good[:count].astype(np.float64), self._table, absent))

    @cached_property
    def code_values(self) -> pa.Array:
        """The value of each code that has one, then null where it occurs."""
        values = [*self.values, *[None] * self.has_null]
        return pa.array(values, pa.string()).cast(self.column.arrow_type)

    def to_json(self) -> dict[str, Any]:
        return {
            "values": list(self.values),
            "counts": self.counts.tolist(),
            "group": self.levels.group.tolist(),
            "place": self.levels.place.tolist(),
            "has_null": self.has_null,
            "shapes": self.shapes.to_json() if self.shapes else None,
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> CategoricalEncoding:
        levels = Levels(np.array(data["group"], np.int32), np.array(data["place"], np.int32))
        shapes = Shapes.from_json(data["shapes"]) if data["shapes"] else None
        counts = np.array(data["counts"], np.int64)
        return cls(column, tuple(data["values"]), counts, levels, data["has_null"], shapes)

    @cached_property
    def _value_set(self) -> pa.Array:
        return pa.array(self.values, pa.string())

    @cached_property
    def _table(self) -> np.ndarray:
        return self.levels.table()


@dataclass(frozen=True)
class StandInEncoding(CategoricalEncoding):
    """Keys of a map most of which are too rare to be stored: the others stand in for them.

    What follows from the key is learned for itself, and a key of it is put beside it; so values
    are compared by being null or not alone.
    """

    kind: ClassVar[str] = "stand_in"
    reason: ClassVar[str | None] = (
        "too few rows share most of its values; the others stand in for them, together with what "
        "follows from them"
    )

    def bins(self) -> ColumnBins:
        """Two bins: any value, null."""
        return null_bins(self.column)

    def bin_of(self, array: pa.Array) -> np.ndarray:
        """int32 ``(rows,)``: 1 for null."""
        return null_or_not(array)
