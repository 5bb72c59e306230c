"""Polars DataFrames, without a need for Polars: it is used where the caller has used it.

What Polars does not hand over to Arrow as it is, numbers of 128 bits, goes as a decimal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa

from synth.table.arrow_columns import ArrowColumn, arrow_column
from synth.table.errors import InputError
from synth.table.frame_type import FrameType
from synth.table.struct_fields import Field, all_named, in_order, in_parts, note_on, wanted_of

_PARAMETERS = {
    "Datetime": ("time_unit", "time_zone"),
    "Duration": ("time_unit",),
    "Decimal": ("precision", "scale"),
}
_WIDE = ("Int128", "UInt128")


@dataclass(frozen=True)
class PolarsColumn(ArrowColumn):
    """An Arrow column, and the data type that Polars has for it; None is Arrow's counterpart."""

    dtype: Any = None

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values; a vocabulary is that of the categories."""
        if self.dtype is None:
            return super().to_json()
        name = str(getattr(self.dtype, "__name__", type(self.dtype).__name__))
        given = {key: getattr(self.dtype, key) for key in _PARAMETERS.get(name, ())}
        return {**super().to_json(), "dtype": {"name": name, **given}}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PolarsColumn:
        """What :meth:`to_json` wrote; AttributeError where this Polars lacks the type."""
        plain, own = ArrowColumn.from_json(data), data.get("dtype")
        made = None
        if own is not None:
            parameters = {key: value for key, value in own.items() if key != "name"}
            if own["name"] == "Enum":
                parameters = {"categories": []}  # the vocabulary is that of the categories
            made = getattr(_polars(), own["name"])(**parameters)
        return cls(plain.arrow, plain.categories, made)


@dataclass(frozen=True)
class PolarsFrames(FrameType):
    """Polars DataFrames of these columns."""

    kind: ClassVar[str] = "polars"
    column_type: ClassVar[Any] = PolarsColumn

    def _frame(self, rows: pa.Table) -> Any:
        """The rows as a Polars DataFrame."""
        return _polars().DataFrame(
            [self._series(self.bounded(rows, name), name) for name in rows.column_names]
        )

    def _filled(self, source: Any, rows: pa.Table) -> Any:
        """The source with its nulls from the rows."""
        for name in rows.column_names:
            own = source[name]
            if not own.null_count():
                continue
            made = self._series(self.made(rows, name), name)
            if made.dtype == own.dtype:
                made = own.zip_with(own.is_not_null(), made)
            source = source.with_columns(made.alias(name))
        return source

    def _in_fields(self, source: Any) -> Any:
        return in_fields(source, self.structs)

    def _in_structs(self, made: Any) -> Any:
        chosen = [
            _polars().col(name) if one is None else _put_together(one).alias(name)
            for name, one in in_order(made.columns, self.structs)
        ]
        return made.select(chosen)

    def _series(self, arrow: pa.ChunkedArray, name: str) -> Any:
        polars = _polars()
        own = self.columns.get(name)
        made = polars.from_arrow(pa.table({name: arrow}))[name]
        if own is None or own.dtype is None or not arrow.type.equals(own.arrow):
            return made
        if own.categories is not None:
            words = arrow.chunk(0).dictionary.to_pylist()
            return made.cast(polars.String).cast(polars.Enum(words))
        return made.cast(own.dtype)


def is_polars(table: Any) -> bool:
    """Whether it is a Polars DataFrame, without importing Polars."""
    polars = sys.modules.get("polars")
    return polars is not None and isinstance(table, polars.DataFrame)


def require_collected(table: Any) -> None:
    """InputError for what is a plan of a Polars table and not one yet."""
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(table, polars.LazyFrame):
        raise InputError("a Polars LazyFrame has no rows yet: collect() it")


def polars_frames(frame: Any, names: Iterable[str] | None) -> tuple[pa.Table, PolarsFrames]:
    """The learned rows of a Polars DataFrame, and how it looked; of ``names`` alone if given."""
    polars = _polars()
    wanted = None if names is None else set(names)
    structs = wanted_of(structs_of(frame), wanted)
    frame = in_fields(frame, structs)
    arrays, columns = {}, {}
    for name, dtype in frame.schema.items():
        if wanted is not None and name not in wanted:
            continue
        own = frame.select(name)
        if type(dtype).__name__ in _WIDE:
            own = _as_decimal(own, name, polars)
        if dtype == polars.Object:
            raise InputError(
                f"column {name!r} holds Python objects, which are not supported: give it a type of "
                "Polars', or leave it out"
            )
        table = own.to_arrow(compat_level=polars.CompatLevel.oldest())
        closed = isinstance(dtype, polars.Enum)
        arrays[name], plain = arrow_column(table[name], name, closed=closed)
        columns[name] = PolarsColumn(plain.arrow, plain.categories, dtype)
    looked = PolarsFrames(columns, tuple(map(note_on, structs)), structs)
    return pa.table(list(arrays.values()), names=list(arrays)), looked


def structs_of(frame: Any) -> tuple[Field, ...]:
    """The columns that are structs, and the names under which their fields are learned."""
    return all_named(_field(name, dtype) for name, dtype in frame.schema.items())


def in_fields(frame: Any, structs: Sequence[Field]) -> Any:
    """The frame with these structs as columns of their fields, in their places."""
    if not structs:
        return frame
    return frame.select(in_parts(frame.columns, structs, _polars().col, _taken_apart))


def _is_struct(dtype: Any) -> bool:
    return isinstance(dtype, _polars().Struct) and bool(dtype.fields)


def _field(name: str, dtype: Any) -> Field:
    inner = dtype.fields if _is_struct(dtype) else ()
    return Field(name, str(dtype), True, fields=tuple(_field(one.name, one.dtype) for one in inner))


def _taken_apart(one: Field, values: Any) -> Iterator[Any]:
    if one.leaf is not None:
        yield values.alias(one.leaf)
    for field in one.fields:
        yield from _taken_apart(field, values.struct.field(field.name))


def _put_together(one: Field) -> Any:
    polars = _polars()
    if one.leaf is not None:
        return polars.col(one.leaf)
    there = polars.any_horizontal([polars.col(leaf).is_not_null() for leaf in one.leaves])
    fields = [_put_together(field).alias(field.name) for field in one.fields]
    return polars.when(there).then(polars.struct(fields))


def _as_decimal(own: Any, name: str, polars: Any) -> Any:
    try:
        return own.cast(polars.Decimal(38, 0))
    except polars.exceptions.PolarsError:
        raise InputError(
            f"column {name!r} holds numbers of more than 38 digits: make it a text, or leave it out"
        ) from None


def _polars() -> Any:
    import polars

    return polars
