"""DuckDB relations, without a need for DuckDB: it is used where the caller has used it.

A relation lives in a connection, which cannot be told from it: what is made lives in DuckDB's
default one. Values of types that have no counterpart in Arrow go as these are handed over.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa

from synth.table.arrow_columns import ArrowColumn, arrow_column
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames
from synth.table.struct_fields import Field, all_named, in_order, in_parts, note_on, wanted_of

_REFUSED = {
    "BIT": "cast it to VARCHAR",
    "TIME WITH TIME ZONE": "cast it to TIME",
    "BIGNUM": "cast it to VARCHAR",
    "VARINT": "cast it to VARCHAR",
}
ENUM = "ENUM"


@dataclass(frozen=True)
class DuckColumn(ArrowColumn):
    """An Arrow column, and the name of DuckDB's type; of an enumeration without its values."""

    sql: str | None = None

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {**super().to_json(), "sql": self.sql}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DuckColumn:
        """What :meth:`to_json` wrote."""
        plain = ArrowColumn.from_json(data)
        return cls(plain.arrow, plain.categories, data["sql"])


@dataclass(frozen=True)
class DuckFrames(ArrowFrames):
    """Relations of these columns, in DuckDB's default connection."""

    kind: ClassVar[str] = "duckdb"
    column_type: ClassVar[Any] = DuckColumn

    def _frame(self, rows: pa.Table) -> Any:
        """The rows as a relation."""
        return self._relation(super()._frame(rows))

    def _filled(self, source: Any, rows: pa.Table) -> Any:
        """A relation of the source's rows with their nulls from the rows."""
        return self._relation(super()._filled(source.to_arrow_table(), rows))

    def _in_fields(self, source: Any) -> Any:
        return in_fields(source, self.structs)

    def _in_structs(self, made: Any) -> Any:
        chosen = [
            f"{_quoted(name) if one is None else _put_together(one)} AS {_quoted(name)}"
            for name, one in in_order(made.columns, self.structs)
        ]
        return made.project(", ".join(chosen))

    def _relation(self, table: pa.Table) -> Any:
        import duckdb

        casts = [self._cast(name, table[name]) for name in table.column_names]
        return duckdb.from_arrow(table).project(", ".join(casts))

    def _cast(self, name: str, made: pa.ChunkedArray) -> str:
        own, quoted = self.columns.get(name), _quoted(name)
        if own is None or own.sql is None or not made.type.equals(own.arrow):
            return quoted
        if own.sql != ENUM:
            return f"CAST({quoted} AS {own.sql}) AS {quoted}"
        words = made.chunk(0).dictionary.to_pylist()
        listed = ", ".join(_literal(str(word)) for word in words)
        return f"CAST({quoted} AS ENUM({listed})) AS {quoted}"


def is_duckdb(table: Any) -> bool:
    """Whether it is a DuckDB relation, without importing DuckDB."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(table, duckdb.DuckDBPyRelation)


def duckdb_frames(relation: Any, names: Iterable[str] | None) -> tuple[pa.Table, DuckFrames]:
    """The learned rows of a relation, and how it looked; of ``names`` alone if given."""
    chosen = None if names is None else set(names)
    structs = wanted_of(structs_of(relation), chosen)
    relation = in_fields(relation, structs)
    wanted = set(relation.columns) if chosen is None else chosen
    table = relation.to_arrow_table()
    arrays, columns = {}, {}
    for place, (name, type_) in enumerate(zip(relation.columns, relation.types, strict=True)):
        if name not in wanted:
            continue
        sql = str(type_)
        if sql in _REFUSED:
            raise InputError(
                f"column {name!r} is of type {sql}, which is not supported: {_REFUSED[sql]}, or "
                "leave it out"
            )
        is_enum = sql.startswith(f"{ENUM}(")
        arrays[name], plain = arrow_column(table.column(place), name, closed=is_enum)
        columns[name] = DuckColumn(plain.arrow, plain.categories, ENUM if is_enum else sql)
    notes = (
        "a DuckDB relation cannot be told its connection: synthetic relations live in DuckDB's "
        "default connection (arrow() takes them elsewhere)",
        *map(note_on, structs),
    )
    looked = DuckFrames(columns, notes, structs)
    return pa.table(list(arrays.values()), names=list(arrays)), looked


def structs_of(relation: Any) -> tuple[Field, ...]:
    """The columns that are structs, and the names under which their fields are learned."""
    return all_named(map(_field, relation.columns, relation.types))


def in_fields(relation: Any, structs: Sequence[Field]) -> Any:
    """The relation with these structs as columns of their fields, in their places."""
    if not structs:
        return relation
    return relation.project(", ".join(in_parts(relation.columns, structs, _quoted, _taken_apart)))


def _is_struct(kind: Any) -> bool:
    """One whose fields have names: those of ROW(1, 2) have none."""
    return kind.id == "struct" and all(name for name, _ in kind.children)


def _field(name: str, kind: Any) -> Field:
    inner = kind.children if _is_struct(kind) else ()
    return Field(name, str(kind), True, fields=tuple(_field(*one) for one in inner))


def _taken_apart(one: Field, sql: str) -> Iterator[str]:
    if one.leaf is not None:
        yield f"{sql} AS {_quoted(one.leaf)}"
    for field in one.fields:
        yield from _taken_apart(field, f"struct_extract({sql}, {_literal(field.name)})")


def _put_together(one: Field) -> str:
    if one.leaf is not None:
        return _quoted(one.leaf)
    nothing = " AND ".join(f"{_quoted(leaf)} IS NULL" for leaf in one.leaves)
    fields = ", ".join(f"{_quoted(own.name)} := {_put_together(own)}" for own in one.fields)
    return f"CASE WHEN {nothing} THEN NULL ELSE struct_pack({fields}) END"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
