"""What a table looks like, without Spark: columns, logical types, keys, sensitive flags.

A column's type is written as Spark writes it (``simpleString``): ``int``, ``decimal(10,2)``,
``timestamp_ntz``. That text is the one currency between Spark, Arrow and JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from synth.table.errors import InputError
from synth.table.known_names import known_names

_ARROW_BY_TYPE: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamp_ntz": pa.timestamp("us"),
}
# What is taken as a key when it looks like one; a decimal is one where it is declared.
KEY_TYPES = ("tinyint", "smallint", "int", "bigint", "string")
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_TEXT = re.compile(r"(?:var)?char\(\d+\)|string( collate \w+)?")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``type`` is Spark's simple string. ``sensitive`` values never reach a log, an error, a profile
    or a report. ``key`` values are never learned: they are made anew.
    """

    name: str
    type: str
    nullable: bool = True
    sensitive: bool = False
    key: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type in which Spark hands the column over; InputError if unsupported."""
        return arrow_type(self.type)

    @property
    def is_supported(self) -> bool:
        """Whether its values can be encoded and decoded."""
        return is_supported(self.type)


@dataclass(frozen=True)
class TableSchema:
    """The columns of a table in their order; equals itself through JSON."""

    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.names:
            if name in seen:
                raise InputError(f"column {name!r} appears twice: rename one of them")
            seen.add(name)

    def __iter__(self) -> Iterator[Column]:
        """The columns in their order."""
        return iter(self.columns)

    def __len__(self) -> int:
        """The number of columns."""
        return len(self.columns)

    def __getitem__(self, name: str) -> Column:
        """The column of this name; KeyError names those that there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"no column {name!r}; {known_names(name, self.names, 'the table')}")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def unsupported(self) -> tuple[Column, ...]:
        """Columns of a type that cannot be synthesised (binary, nested)."""
        return tuple(column for column in self.columns if not column.is_supported)

    def select(self, names: Iterable[str]) -> TableSchema:
        """The named columns, in the schema's own order."""
        wanted = set(names)
        return TableSchema(tuple(column for column in self.columns if column.name in wanted))

    def marked(self, *, sensitive: Iterable[str] = (), keys: Iterable[str] = ()) -> TableSchema:
        """The same schema with flags set; KeyError names a column that the table lacks."""
        secret, key = set(sensitive), set(keys)
        for name in sorted(secret | key):
            _ = self[name]
        return TableSchema(
            tuple(
                replace(
                    column,
                    sensitive=column.sensitive or column.name in secret,
                    key=column.key or column.name in key,
                )
                for column in self.columns
            )
        )

    def retyped(self, name: str, type_name: str) -> TableSchema:
        """The same schema with another type for one column."""
        return TableSchema(
            tuple(replace(c, type=type_name) if c.name == name else c for c in self.columns)
        )

    def arrow_schema(self) -> pa.Schema:
        """The explicit schema that every produced batch is built against."""
        return pa.schema(
            [pa.field(c.name, c.arrow_type, nullable=c.nullable) for c in self.columns]
        )

    def to_json(self) -> list[dict[str, Any]]:
        """One object for each column."""
        return [asdict(column) for column in self.columns]

    @classmethod
    def from_json(cls, data: list[dict[str, Any]]) -> TableSchema:
        """What :meth:`to_json` wrote."""
        return cls(tuple(Column(**column) for column in data))

    @classmethod
    def from_arrow(cls, schema: pa.Schema) -> TableSchema:
        """The schema of an Arrow table; types that Spark has no word for keep Arrow's own."""
        return cls(tuple(Column(f.name, type_of_arrow(f.type), f.nullable) for f in schema))


def is_supported(type_name: str) -> bool:
    """Whether values of this type can be encoded and decoded."""
    return bool(
        type_name in _ARROW_BY_TYPE or _DECIMAL.fullmatch(type_name) or _TEXT.fullmatch(type_name)
    )


def decimal_parts(type_name: str) -> tuple[int, int] | None:
    """``(precision, scale)`` of a decimal type, None for every other type."""
    match = _DECIMAL.fullmatch(type_name)
    return (int(match[1]), int(match[2])) if match else None


def arrow_type(type_name: str) -> pa.DataType:
    """The Arrow type of a Spark type name; InputError where the type is not supported."""
    if type_name in _ARROW_BY_TYPE:
        return _ARROW_BY_TYPE[type_name]
    parts = decimal_parts(type_name)
    if parts:
        return pa.decimal128(*parts)
    if _TEXT.fullmatch(type_name):
        return pa.string()
    raise InputError(
        f"type {type_name!r} is not supported: "
        f"use one of {', '.join(_ARROW_BY_TYPE)}, decimal(p,s), or leave the column out"
    )


def type_of_arrow(arrow: pa.DataType) -> str:
    """Spark's name for an Arrow type: dictionaries by their values, all strings as ``string``."""
    if pa.types.is_dictionary(arrow):
        return type_of_arrow(arrow.value_type)
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    if str(arrow) in ("string", "large_string", "string_view", "null"):
        return "string"
    if pa.types.is_float16(arrow):
        return "float"
    if pa.types.is_date(arrow):
        return "date"
    if pa.types.is_timestamp(arrow):
        return "timestamp" if arrow.tz else "timestamp_ntz"
    if pa.types.is_unsigned_integer(arrow):
        return {8: "smallint", 16: "int", 32: "bigint"}.get(arrow.bit_width, "decimal(20,0)")
    for name, known in _ARROW_BY_TYPE.items():
        if arrow == known:
            return name
    return str(arrow)
