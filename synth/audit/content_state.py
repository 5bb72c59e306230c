"""How many rows of each column look like each kind of sensitive content: a mergeable state.

It holds counts, and of the values only into which of 256 cells their hashes fall (linear counting,
Whang et al., ACM TODS 1990): enough to tell that several different values passed a check, and no
way back to any of them. So it may be stored.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.audit.column_names import named_for
from synth.audit.detectors import LOOKS
from synth.audit.distinct_texts import DistinctTexts
from synth.statistics.distinct import hash_numbers, hash_texts
from synth.statistics.pack import pack, unpack
from synth.table.limits import CHUNK_ROWS
from synth.table.schema import Column, TableSchema
from synth.table.values import is_moment, is_ordered

CELLS = 256  # cells of a column and kind; so many different values are told apart, nearly
_HASHED = 4096  # values that are hashed at a time, until every cell is met
_SMALLEST = 1_000_000  # whole numbers below it have too few digits for any kind
_LARGEST = 9e18  # and from here on too many, or no exact ones
_PROSE_WORDS = 5  # from so many words on a text is one that somebody wrote
_KINDS = [own.kind for own in LOOKS]


class ContentState:
    """Counts of each column; a :class:`synth.statistics.state.State`.

    ``rows`` int64 ``(columns,)``: rows with a value, of texts those with a letter or digit.
    ``prose``: those of several words. ``alike`` and ``matched`` int64 ``(columns, looks)``: rows
    that look like each of :data:`synth.audit.detectors.LOOKS`, and that pass its check. ``cells``
    bool ``(columns, looks + 1, CELLS)``: where the values that pass fall, and at last all values.
    """

    def __init__(self, schema: TableSchema):
        self.schema = schema
        columns, looks = len(schema), len(LOOKS)
        self.rows = np.zeros(columns, np.int64)
        self.prose = np.zeros(columns, np.int64)
        self.alike = np.zeros((columns, looks), np.int64)
        self.matched = np.zeros((columns, looks), np.int64)
        self.cells = np.zeros((columns, looks + 1, CELLS), bool)
        self._named = [named_for(column.name) for column in schema]
        self._waiting: list[pa.RecordBatch] = []

    def update(self, batch: pa.RecordBatch) -> None:
        """Add a batch whose columns are the schema's, by name."""
        self._waiting.append(batch.select(list(self.schema.names)))
        if sum(len(waiting) for waiting in self._waiting) >= CHUNK_ROWS:
            self.settle()

    def merge(self, other: ContentState) -> None:
        """Add the rows that another state of the same schema has seen."""
        self.settle()
        other.settle()
        self.rows += other.rows
        self.prose += other.prose
        self.alike += other.alike
        self.matched += other.matched
        self.cells |= other.cells

    def to_bytes(self) -> bytes:
        """All counts and cells, and which kinds were looked for; the schema is not part of them."""
        self.settle()
        return pack(
            {
                "kinds": _KINDS,
                "rows": self.rows,
                "prose": self.prose,
                "alike": self.alike.ravel(),
                "matched": self.matched.ravel(),
                "cells": np.packbits(self.cells).tobytes(),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema) -> ContentState:
        """What :meth:`to_bytes` wrote, of a table of this schema.

        ValueError where it was written by a version that looked for other kinds.
        """
        fields = unpack(data)
        if fields["kinds"] != _KINDS:
            raise ValueError(
                "this state of a table's content was written by a version of Lakesynth that looks "
                "for other kinds: profile the whole table again"
            )
        state = cls(schema)
        state.rows, state.prose = fields["rows"].copy(), fields["prose"].copy()
        state.alike = fields["alike"].reshape(state.alike.shape).copy()
        state.matched = fields["matched"].reshape(state.matched.shape).copy()
        bits = np.unpackbits(np.frombuffer(fields["cells"], np.uint8), count=state.cells.size)
        state.cells = bits.reshape(state.cells.shape).astype(bool)
        return state

    @classmethod
    def of(cls, table: pa.Table) -> ContentState:
        """The state of a table in memory."""
        state = cls(TableSchema.from_arrow(table.schema))
        for batch in table.to_batches():
            state.update(batch)
        state.settle()
        return state

    def settle(self) -> None:
        """Count what waits to be a chunk."""
        if not self._waiting:
            return
        chunk = pa.Table.from_batches(self._waiting).combine_chunks()
        self._waiting = []
        for place, column in enumerate(self.schema):
            for array in chunk.column(column.name).chunks:
                self._add(place, column, array)

    def _add(self, place: int, column: Column, array: pa.Array) -> None:
        present = array.drop_null()
        if is_text(column):
            values, counts = _counted(present)
            texts = DistinctTexts(values.cast(pa.string()))
            meant = texts.letters + texts.digits > 0
            if not meant.all():
                texts, counts = DistinctTexts(texts.texts.filter(pa.array(meant))), counts[meant]
            self.rows[place] += counts.sum()
            prose = (texts.spaces >= _PROSE_WORDS - 1) & (texts.letters >= texts.digits)
            self.prose[place] += counts[prose].sum()
            self._mark_texts(place, len(LOOKS), texts.texts)
            self._look(place, texts, counts)
        elif is_number(column):
            values, counts = _counted(present)
            numbers = np.asarray(values.cast(pa.float64(), safe=False))
            meant = ~np.isnan(numbers)
            self.rows[place] += counts[meant].sum()
            self._mark(place, len(LOOKS), hash_numbers(numbers[meant]))
            large = (numbers >= _SMALLEST) & (numbers < _LARGEST) & (np.floor(numbers) == numbers)
            if large.any():
                self._look(place, _digits(values.filter(pa.array(large))), counts[large])
        else:
            self.rows[place] += len(present)

    def _look(self, place: int, texts: DistinctTexts, counts: np.ndarray) -> None:
        for which, look in enumerate(LOOKS):
            if look.by_name and look.kind != self._named[place]:
                continue
            alike, matched = look.look(texts)
            if alike.any():
                self.alike[place, which] += counts[alike].sum()
                self.matched[place, which] += counts[matched].sum()
                self._mark_texts(place, which, texts.texts.filter(pa.array(matched)))

    def _mark_texts(self, place: int, which: int, texts: pa.Array) -> None:
        """Mark the cells of texts; once all are marked, no more is to be known."""
        for start in range(0, len(texts), _HASHED):
            if self.cells[place, which].all():
                return
            self._mark(place, which, hash_texts(texts.slice(start, _HASHED).to_pylist()))

    def _mark(self, place: int, which: int, hashes: np.ndarray) -> None:
        self.cells[place, which, (hashes % np.uint64(CELLS)).astype(np.int64)] = True


def is_text(column: Column) -> bool:
    """Whether the column's values are texts."""
    return column.is_supported and column.arrow_type == pa.string()


def is_number(column: Column) -> bool:
    """Whether the column's values are numbers."""
    return is_ordered(column.type) and not is_moment(column.type)


def _counted(values: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Different values and the rows of each, of an array without nulls."""
    if pa.types.is_dictionary(values.type):
        rows = np.bincount(np.asarray(values.indices), minlength=len(values.dictionary))
        seen = np.flatnonzero(rows)
        return values.dictionary.take(pa.array(seen)), rows[seen]
    found = values.value_counts()
    return found.field(0), np.asarray(found.field(1))


def _digits(numbers: pa.Array) -> DistinctTexts:
    """How whole numbers of any type are written."""
    if pa.types.is_floating(numbers.type):
        numbers = numbers.cast(pa.int64())
    elif pa.types.is_decimal(numbers.type):
        numbers = numbers.cast(pa.decimal128(numbers.type.precision, 0))
    return DistinctTexts(numbers.cast(pa.string()), from_numbers=True)
