"""DuckDB relations, without a need for DuckDB: it is used where the caller has used it.

A relation lives in a connection, which cannot be told from it: what is made lives in DuckDB's
default one. Values of types that have no counterpart in Arrow go as these are handed over.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa

from synth.table.arrow_columns import ArrowColumn, arrow_column
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames

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

    def frame(self, rows: pa.Table) -> Any:
        """The rows as a relation."""
        return self._relation(super().frame(rows))

    def filled(self, source: Any, rows: pa.Table) -> Any:
        """A relation of the source's rows with their nulls from the rows."""
        return self._relation(super().filled(source.to_arrow_table(), rows))

    def _relation(self, table: pa.Table) -> Any:
        import duckdb

        casts = [self._cast(name, table[name]) for name in table.column_names]
        return duckdb.from_arrow(table).project(", ".join(casts))

    def _cast(self, name: str, made: pa.ChunkedArray) -> str:
        own, quoted = self.columns.get(name), '"' + name.replace('"', '""') + '"'
        if own is None or own.sql is None or not made.type.equals(own.arrow):
            return quoted
        if own.sql != ENUM:
            return f"CAST({quoted} AS {own.sql}) AS {quoted}"
        words = (str(word).replace("'", "''") for word in made.chunk(0).dictionary.to_pylist())
        listed = ", ".join(f"'{word}'" for word in words)
        return f"CAST({quoted} AS ENUM({listed})) AS {quoted}"


def is_duckdb(table: Any) -> bool:
    """Whether it is a DuckDB relation, without importing DuckDB."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(table, duckdb.DuckDBPyRelation)


def duckdb_frames(relation: Any, names: Iterable[str] | None) -> tuple[pa.Table, DuckFrames]:
    """The learned rows of a relation, and how it looked; of ``names`` alone if given."""
    wanted = set(relation.columns) if names is None else set(names)
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
    )
    return pa.table(list(arrays.values()), names=list(arrays)), DuckFrames(columns, notes)
