"""Structs as columns of their fields, and back: ``address.city`` is learned as a column is.

No scan: both ways are expressions. A struct is carried where all its fields, and theirs, are of
types that can be learned, and no two names in it differ in case alone, which Spark cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from lakehouse.declarations import COMMENT, Declared, DeclaredColumn
from lakehouse.schemas import literal, quote
from synth.table.leaves import leaf_name
from synth.table.schema import is_supported


@dataclass(frozen=True)
class Field:
    """A field: a ``leaf`` that is a column by that name, or a struct of ``fields``."""

    name: str
    type: str
    nullable: bool
    leaf: str | None = None
    fields: tuple[Field, ...] = ()
    comment: str | None = None

    @property
    def leaves(self) -> tuple[str, ...]:
        """The columns that it is learned as."""
        own = () if self.leaf is None else (self.leaf,)
        return own + tuple(name for one in self.fields for name in one.leaves)

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        told = {"name": self.name, "type": self.type, "nullable": self.nullable, "leaf": self.leaf}
        fields = [one.to_json() for one in self.fields]
        return {**told, "fields": fields, "comment": self.comment}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Field:
        """The field as it was written."""
        return cls(**{**data, "fields": tuple(map(cls.from_json, data["fields"]))})


def structs_of(schema: T.StructType) -> tuple[Field, ...]:
    """The columns of a schema that are structs and can be carried, in its order."""
    taken = {field.name for field in schema if is_supported(field.dataType.simpleString())}
    found = []
    for field in schema:
        if isinstance(field.dataType, T.StructType) and _is_carried(field.dataType):
            one = _field(field, (field.name,), taken)
            taken |= set(one.leaves)
            found.append(one)
    return tuple(found)


def in_fields(frame: DataFrame, structs: Sequence[Field]) -> DataFrame:
    """The frame with these structs, where it has them, as columns of their fields."""
    kinds = {field.name: field.dataType for field in frame.schema.fields}
    there = {one.name: one for one in structs if isinstance(kinds.get(one.name), T.StructType)}
    if not there:
        return frame
    chosen = list[str]()
    for name in frame.columns:
        if name in there:
            chosen += [f"{sql} AS {quote(leaf)}" for leaf, sql in _read(there[name], quote(name))]
        else:
            chosen.append(quote(name))
    return frame.selectExpr(*chosen)


def in_structs(frame: DataFrame, structs: Sequence[Field]) -> DataFrame:
    """The frame with the fields back in their structs, each in the place of its first one.

    Fields that the frame lacks are left out of it. A struct that may be null is null where all its
    fields are.
    """
    owners = {leaf: one for one in structs for leaf in one.leaves}
    if not owners.keys() & set(frame.columns):
        return frame
    chosen = dict[str, str]()
    for name in frame.columns:
        if name not in owners:
            chosen[name] = quote(name)
            continue
        one = _left(owners[name], frame.columns)
        assert one is not None  # this one is there
        chosen[one.name] = f"{_written(one)} AS {quote(one.name)}"
    return frame.selectExpr(*chosen.values())


def declared_in_fields(declared: Declared, structs: Sequence[Field]) -> Declared:
    """What a table declares of its structs, said of their fields: types, NOT NULL.

    A layout by fields is lost, with a note.
    """
    by_name = {one.name: one for one in structs}
    leaves = {leaf for one in structs for leaf in one.leaves}
    lost = [name for name in declared.clustered_by if name in leaves]
    notes = [f"clustering by the field {name!r} is not carried over" for name in lost]
    columns = tuple(
        own
        for column in declared.columns
        for own in (
            _declared(by_name[column.name], column.nullable)
            if column.name in by_name
            else (column,)
        )
    )
    clustered = tuple(name for name in declared.clustered_by if name not in leaves)
    notes = [*declared.notes, *notes]
    return replace(declared, columns=columns, clustered_by=clustered, notes=tuple(notes))


def declared_in_structs(declared: Declared, structs: Sequence[Field]) -> Declared:
    """The same without what is said of fields, which stand in structs of their own types."""
    leaves = {leaf for one in structs for leaf in one.leaves}
    kept = tuple(column for column in declared.columns if column.name not in leaves)
    return replace(declared, columns=kept)


def note_on(one: Field) -> str:
    """That a struct is learned by its fields, and what of it is lost, in words."""
    said = [f"column {one.name!r} is learned by its fields {', '.join(map(repr, one.leaves))}"]
    if one.nullable:
        said.append("where all of them are null, it is null")
    if any(_is_commented(field) for field in one.fields):
        said.append("comments of its fields are not carried over")
    return "; ".join(said)


def _is_commented(one: Field) -> bool:
    return bool(one.comment) or any(map(_is_commented, one.fields))


def _is_carried(kind: T.DataType) -> bool:
    if not isinstance(kind, T.StructType):
        return is_supported(kind.simpleString())
    names = {field.name.casefold() for field in kind}
    return len(names) == len(kind) > 0 and all(_is_carried(field.dataType) for field in kind)


def _field(field: T.StructField, path: tuple[str, ...], taken: set[str]) -> Field:
    kind = field.dataType
    comment = (field.metadata or {}).get(COMMENT)
    bare = Field(field.name, kind.simpleString(), field.nullable, comment=comment)
    if not isinstance(kind, T.StructType):
        return replace(bare, leaf=leaf_name(path, taken))
    fields = list[Field]()
    for own in kind:
        known = taken | {leaf for one in fields for leaf in one.leaves}
        fields.append(_field(own, (*path, own.name), known))
    return replace(bare, fields=tuple(fields))


def _read(one: Field, sql: str) -> Iterator[tuple[str, str]]:
    """The name of each leaf, and how it is read of the struct."""
    for field in one.fields:
        own = f"{sql}.{quote(field.name)}"
        if field.leaf is None:
            yield from _read(field, own)
        else:
            yield field.leaf, own


def _left(one: Field, names: Sequence[str]) -> Field | None:
    """What is left of a struct of whose leaves only these are there."""
    if one.leaf is not None:
        return one if one.leaf in names else None
    fields = tuple(own for field in one.fields if (own := _left(field, names)) is not None)
    return replace(one, fields=fields) if fields else None


def _written(one: Field) -> str:
    if one.leaf is not None:
        return f"CAST({quote(one.leaf)} AS {one.type})"
    whole = f"named_struct({', '.join(f'{literal(f.name)}, {_written(f)}' for f in one.fields)})"
    if not one.nullable:
        return whole
    nothing = " AND ".join(f"{quote(leaf)} IS NULL" for leaf in one.leaves)
    return f"IF({nothing}, NULL, {whole})"


def _declared(one: Field, nullable: bool) -> Iterator[DeclaredColumn]:
    for field in one.fields:
        may_be_null = nullable or field.nullable
        if field.leaf is None:
            yield from _declared(field, may_be_null)
        else:
            yield DeclaredColumn(field.leaf, field.type, may_be_null, field.comment)
