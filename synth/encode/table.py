"""A whole table as codes: fitted from a profile, never from rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode.categorical import CategoricalEncoding
from synth.encode.made import ConstantEncoding, KeyEncoding, MadeEncoding
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings, SubColumn
from synth.metrics.bins import ColumnBins
from synth.profile import ColumnState, NumberState, TableProfile
from synth.schema import Column, TableSchema
from synth.values import from_numbers

Encoding = NumericEncoding | CategoricalEncoding | MadeEncoding | KeyEncoding | ConstantEncoding

_KINDS: dict[str, type[Encoding]] = {
    kind.kind: kind
    for kind in (
        NumericEncoding,
        CategoricalEncoding,
        MadeEncoding,
        KeyEncoding,
        ConstantEncoding,
    )
}
KEY_TYPES = ("tinyint", "smallint", "int", "bigint", "string")
LEARNABLE_SHARE = 0.5  # a text column is learned when protected values hold this share of its rows


@dataclass(frozen=True)
class TableEncoder:
    """Rows to int32 codes ``(rows, n_sub)`` and back.

    ``0 <= codes < cardinalities``. Decoding an encoded value gives it back exactly where it is held
    by enough rows, else a value of the same interval, or of the same shape.
    """

    schema: TableSchema
    encodings: tuple[Encoding, ...]
    settings: EncoderSettings

    @classmethod
    def fit(cls, profile: TableProfile, settings: EncoderSettings | None = None) -> TableEncoder:
        """Fit from the profile of the train part; ValueError for too few rows, nothing to learn."""
        settings = settings or EncoderSettings()
        if profile.rows < 2 * settings.min_entities:
            raise ValueError(
                f"the train part has {profile.rows} rows; at least {2 * settings.min_entities} are "
                f"needed while privacy.min_entities is {settings.min_entities}"
            )
        encodings = tuple(
            _choose(column, profile[column.name], settings) for column in profile.schema
        )
        encoder = cls(profile.schema, encodings, settings)
        if not encoder.sub_columns:
            raise ValueError(
                "no column of the table can be learned: each is constant, empty, a key or made up "
                "of values that too few rows share; give other columns, or set "
                "privacy.min_entities lower"
            )
        return encoder

    @cached_property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return tuple(sub for encoding in self.encodings for sub in encoding.sub_columns)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return tuple(sub.cardinality for sub in self.sub_columns)

    def encode(self, batch: pa.RecordBatch) -> np.ndarray:
        """int32 codes ``(rows, n_sub)`` of a batch that has the schema's columns, by name."""
        parts = [encoding.encode(batch.column(encoding.column.name)) for encoding in self.encodings]
        return np.concatenate(parts, axis=1)

    def decode(
        self, codes: np.ndarray, rng: np.random.Generator, *, first_row: int = 0
    ) -> pa.RecordBatch:
        """Rows of the schema's names, order and types.

        ``first_row`` is the place of the first row in the whole table: keys count from it.
        """
        arrays: list[pa.Array] = []
        start = 0
        for encoding in self.encodings:
            if isinstance(encoding, KeyEncoding):
                arrays.append(encoding.decode_at(first_row, len(codes)))
                continue
            width = len(encoding.sub_columns)
            arrays.append(encoding.decode(codes[:, start : start + width], rng))
            start += width
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema.arrow_schema())

    def bins(self) -> tuple[ColumnBins, ...]:
        """The bins in which fidelity is measured, one entry per column."""
        return tuple(encoding.bins() for encoding in self.encodings)

    def bin_matrix(self, batch: pa.RecordBatch) -> np.ndarray:
        """int32 ``(rows, n_columns)``: the bin of each value."""
        columns = [
            encoding.bin_of(batch.column(encoding.column.name)) for encoding in self.encodings
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was not learned from the values themselves, in words for the report."""
        return tuple(
            f"column {encoding.column.name!r}: {_REASONS[encoding.kind]}"
            for encoding in self.encodings
            if encoding.kind in _REASONS
        )

    def to_json(self) -> dict[str, Any]:
        columns = [{"kind": encoding.kind, **encoding.to_json()} for encoding in self.encodings]
        settings = self.settings.to_json()
        return {"schema": self.schema.to_json(), "settings": settings, "columns": columns}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TableEncoder:
        schema = TableSchema.from_json(data["schema"])
        encodings = tuple(
            _KINDS[entry["kind"]].from_json(column, entry)
            for column, entry in zip(schema, data["columns"], strict=True)
        )
        return cls(schema, encodings, EncoderSettings(**data["settings"]))

    def dumps(self) -> str:
        """The encoder as JSON text, the same for the same encoder."""
        return json.dumps(
            self.to_json(), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )


_REASONS = {
    "made": "too few rows share a value; texts are made up from the shapes of the seed's",
    "key": "a key; made anew in sequence",
    "constant": "one value or none; written as it is, not learned",
}


def _choose(column: Column, state: ColumnState, settings: EncoderSettings) -> Encoding:
    if column.key:
        if column.type not in KEY_TYPES and not column.type.startswith("decimal"):
            raise ValueError(
                f"key column {column.name!r} is of type {column.type}: a key is a whole number or "
                "a text; take it out of keys"
            )
        return KeyEncoding.fit(column, state, settings)
    if state.count == 0 and not (isinstance(state, NumberState) and state.nans):
        return ConstantEncoding(column, None)
    if isinstance(state, NumberState):
        return _choose_numeric(column, state, settings)
    if _is_constant(state, settings):
        return ConstantEncoding(column, next(iter(state.frequent.counts)))
    held = sum(c for c in state.frequent.counts.values() if c >= settings.min_entities)
    if held < LEARNABLE_SHARE * state.count:
        return MadeEncoding.fit(column, state, settings)
    return CategoricalEncoding.fit(column, state, settings)


def _choose_numeric(column: Column, state: NumberState, settings: EncoderSettings) -> Encoding:
    if _is_constant(state, settings) and not state.nans:
        value = from_numbers(state.frequent.values, np.ones(1, bool), column.type, state.decimals)
        return ConstantEncoding(column, value.cast(pa.string())[0].as_py())
    encoding = NumericEncoding.fit(column, state, settings)
    if len(encoding.cells.lower):
        return encoding
    # Fewer values than can be protected: what is left is null, or NaN where nothing is null.
    return ConstantEncoding(column, "nan" if state.nans and not state.nulls else None)


def _is_constant(state: ColumnState, settings: EncoderSettings) -> bool:
    one = state.frequent.is_exact and len(state.frequent.counts) == 1
    return one and state.nulls == 0 and state.count >= settings.min_entities
