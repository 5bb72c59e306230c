"""Structs of an Arrow table as columns of their fields, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from synth.table.learned_values import one_array
from synth.table.struct_fields import Field, all_named, in_order


def structs_of(schema: pa.Schema) -> tuple[Field, ...]:
    """The columns that are structs, and the names under which their fields are learned.

    One without fields, or with two of one name, is none: it cannot be taken apart and made again.
    """
    return all_named(map(_field, schema))


def in_fields(table: pa.Table, structs: Sequence[Field]) -> pa.Table:
    """The table with each struct in its fields, in its place; null where the struct is null."""
    by_name = {one.name: one for one in structs}
    fields, arrays = list[pa.Field](), list[pa.ChunkedArray]()
    for own in table.schema:
        if own.name not in by_name:
            fields.append(own)
            arrays.append(table[own.name])
            continue
        for field, values in _taken_apart(by_name[own.name], own, one_array(table[own.name])):
            fields.append(field)
            arrays.append(pa.chunked_array([values]))
    return pa.table(arrays, schema=pa.schema(fields, table.schema.metadata))


def in_structs(table: pa.Table, structs: Sequence[Field]) -> pa.Table:
    """The table with the fields back in their structs, each in the place of its first one.

    A struct that may be null is null where all its fields are, or one that may not be null.
    """
    fields, arrays = list[pa.Field](), list[pa.ChunkedArray]()
    for name, one in in_order(table.column_names, structs):
        if one is None:
            fields.append(table.schema.field(name))
            arrays.append(table[name])
            continue
        values = put_together(one, {leaf: one_array(table[leaf]) for leaf in one.leaves})
        fields.append(pa.field(name, values.type, one.nullable))
        arrays.append(pa.chunked_array([values]))
    return pa.table(arrays, schema=pa.schema(fields, table.schema.metadata))


def put_together(one: Field, columns: dict[str, pa.Array]) -> pa.Array:
    """The values of a field: its own column, or a struct of those of its fields."""
    if one.leaf is not None:
        return columns[one.leaf]
    values = [put_together(field, columns) for field in one.fields]
    fields = [
        pa.field(field.name, array.type, field.nullable)
        for field, array in zip(one.fields, values, strict=True)
    ]
    if not one.nullable:
        return pa.StructArray.from_arrays(values, fields=fields)
    missing = [_is_missing(columns[leaf]) for leaf in one.needed or one.leaves]
    nothing = reduce(pc.or_ if one.needed else pc.and_, missing)
    return pa.StructArray.from_arrays(values, fields=fields, mask=nothing)


def _is_missing(values: pa.Array) -> pa.Array:
    is_in_runs = pa.types.is_run_end_encoded(values.type)
    return (pc.run_end_decode(values) if is_in_runs else values).is_null()


def _is_struct(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind):
        return False
    names = [own.name for own in kind]
    return 0 < len(names) == len(set(names))


def _field(own: pa.Field) -> Field:
    fields = tuple(map(_field, own.type)) if _is_struct(own.type) else ()
    return Field(own.name, str(own.type), own.nullable, fields=fields)


def _taken_apart(
    one: Field, field: pa.Field, values: pa.Array
) -> Iterator[tuple[pa.Field, pa.Array]]:
    if one.leaf is not None:
        yield field.with_name(one.leaf), values
        return
    for inner, known, own in zip(one.fields, field.type, values.flatten(), strict=True):
        may_be_null = known.with_nullable(known.nullable or field.nullable)
        yield from _taken_apart(inner, may_be_null, own)
