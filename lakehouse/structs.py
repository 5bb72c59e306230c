"""Structs as columns of their fields, and back: ``address.city`` is learned as a column is.

No scan: both ways are expressions. A struct is carried where all its fields, and theirs, are of
types that can be learned, and no two names in it differ in case alone, which Spark cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from lakehouse.declarations import COMMENT, Declared, DeclaredColumn
from lakehouse.schemas import literal, quote
from synth.table.schema import is_supported
from synth.table.struct_fields import Field, all_named, in_order, in_parts


def structs_of(schema: T.StructType) -> tuple[Field, ...]:
    """The columns of a schema that are structs and can be carried, in its order."""
    taken = [field.name for field in schema if is_supported(field.dataType.simpleString())]
    structs = [
        _field(field)
        for field in schema
        if isinstance(field.dataType, T.StructType) and _is_carried(field.dataType)
    ]
    return all_named(structs, taken)


def in_fields(frame: DataFrame, structs: Sequence[Field]) -> DataFrame:
    """The frame with these structs, where it has them, as columns of their fields."""
    kinds = {field.name: field.dataType for field in frame.schema.fields}
    there = [one for one in structs if isinstance(kinds.get(one.name), T.StructType)]
    if not there:
        return frame
    return frame.selectExpr(*in_parts(frame.columns, there, quote, _read))


def in_structs(frame: DataFrame, structs: Sequence[Field]) -> DataFrame:
    """The frame with the fields back in their structs, each in the place of its first one.

    Fields that the frame lacks are left out of it. A struct that may be null is null where all its
    fields are, or one that may not be null.
    """
    columns = in_order(frame.columns, structs)
    if all(one is None for _, one in columns):
        return frame
    return frame.selectExpr(
        *(
            f"{quote(name) if one is None else _written(one)} AS {quote(name)}"
            for name, one in columns
        )
    )


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


def _is_carried(kind: T.DataType) -> bool:
    if not isinstance(kind, T.StructType):
        return is_supported(kind.simpleString())
    names = {field.name.casefold() for field in kind}
    return len(names) == len(kind) > 0 and all(_is_carried(field.dataType) for field in kind)


def _field(field: T.StructField) -> Field:
    kind = field.dataType
    comment = (field.metadata or {}).get(COMMENT)
    fields = tuple(map(_field, kind)) if isinstance(kind, T.StructType) else ()
    return Field(field.name, kind.simpleString(), field.nullable, fields=fields, comment=comment)


def _read(one: Field, sql: str) -> Iterator[str]:
    """How each leaf is read of the struct, under its name."""
    for field in one.fields:
        own = f"{sql}.{quote(field.name)}"
        if field.leaf is None:
            yield from _read(field, own)
        else:
            yield f"{own} AS {quote(field.leaf)}"


def _written(one: Field) -> str:
    if one.leaf is not None:
        return f"CAST({quote(one.leaf)} AS {one.type})"
    whole = f"named_struct({', '.join(f'{literal(f.name)}, {_written(f)}' for f in one.fields)})"
    if not one.nullable:
        return whole
    # A field that may not be null says that the struct is; without one, all of them do.
    word, asked = (" OR ", one.needed) if one.needed else (" AND ", one.leaves)
    nothing = word.join(f"{quote(leaf)} IS NULL" for leaf in asked)
    return f"IF({nothing}, NULL, {whole})"


def _declared(one: Field, nullable: bool) -> Iterator[DeclaredColumn]:
    for field in one.fields:
        may_be_null = nullable or field.nullable
        if field.leaf is None:
            yield from _declared(field, may_be_null)
        else:
            yield DeclaredColumn(field.leaf, field.type, may_be_null, field.comment)
