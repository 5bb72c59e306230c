"""Rows as numbers, for models and distances: one float64 column for each column of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.schema import Column, TableSchema, decimal_parts
from synth.table.values import is_ordered, to_numbers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FeatureColumn:
    """One column: numbers, dates and times as numbers, anything else as the place of its label.

    ``labels``: of a nominal column, the most frequent one first, as text. They are values of the
    table: those of a ``sensitive`` column may be printed nowhere.
    """

    name: str
    type: str
    ordinal: bool
    labels: tuple[str, ...] = ()
    sensitive: bool = False

    @property
    def unknown(self) -> float:
        """The code of a label that is not listed."""
        return float(len(self.labels))

    def read(self, values: pa.ChunkedArray | pa.Array) -> Floats:
        """float64 ``(rows,)``: the value, or the label's place; NaN for null (and for NaN)."""
        array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        if self.ordinal:
            numbers, valid = to_numbers(array, self.type)
            parts = decimal_parts(self.type)
            scale = 10.0 ** parts[1] if parts and numbers.dtype == np.int64 else 1.0
            return np.where(valid, numbers / scale, np.nan)
        codes = pc.index_in(_texts(array), value_set=pa.array(self.labels, pa.string()))
        places = np.asarray(pc.fill_null(codes, len(self.labels)), np.float64)
        return np.where(np.asarray(array.is_valid()), places, np.nan)


@dataclass(frozen=True)
class Features:
    """Rows of one table: ``values`` float64 ``(rows, columns)``, NaN where null.

    ``entities``: int64 ``(rows,)``, equal where rows are of one entity; None where each row is its
    own.
    """

    columns: tuple[FeatureColumn, ...]
    values: Floats
    entities: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.values)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def nominal(self) -> list[int]:
        """Places of the columns that hold labels."""
        return [place for place, column in enumerate(self.columns) if not column.ordinal]

    def column(self, name: str) -> Floats:
        """float64 ``(rows,)`` of the named column."""
        return self.values[:, self.names.index(name)]

    def take(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Features:
        """Those rows, by place or by mask."""
        entities = None if self.entities is None else self.entities[rows]
        return Features(self.columns, self.values[rows], entities)

    def without(self, names: Sequence[str]) -> Features:
        """The same rows without the named columns."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        columns = tuple(self.columns[place] for place in kept)
        return Features(columns, self.values[:, kept], self.entities)


def feature_columns(tables: Sequence[pa.Table], schema: TableSchema) -> tuple[FeatureColumn, ...]:
    """The columns of a schema but for its keys; labels are those of the given tables together.

    Give the real tables: a label that only the synthetic one has is then unknown.
    """
    return tuple(_column(tables, column) for column in schema if not column.key)


def read_features(
    rows: pa.Table,
    columns: Sequence[FeatureColumn],
    entities: npt.NDArray[np.int64] | None = None,
) -> Features:
    """The rows of a table that has these columns, by name."""
    read = [column.read(rows[column.name]) for column in columns]
    values = np.stack(read, axis=1) if read else np.zeros((len(rows), 0))
    return Features(tuple(columns), values, entities)


def stacked(parts: Sequence[Features]) -> Features:
    """All rows, one table after the other; entities are dropped: tables number them apart."""
    return Features(parts[0].columns, np.concatenate([part.values for part in parts]))


def _column(tables: Sequence[pa.Table], column: Column) -> FeatureColumn:
    if is_ordered(column.type):
        return FeatureColumn(column.name, column.type, True, sensitive=column.sensitive)
    texts = pa.chunked_array(
        [chunk for table in tables for chunk in _texts(table[column.name]).chunks], pa.string()
    )
    counted = pc.drop_null(texts).value_counts()
    names, counts = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
    ordered = sorted(zip(names, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    labels = tuple(name for name, _ in ordered)
    return FeatureColumn(column.name, column.type, False, labels, column.sensitive)


def _texts(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    return values if pa.types.is_string(values.type) else values.cast(pa.string())
