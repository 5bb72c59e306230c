"""Nested columns of a frame as columns of their leaves, under the names of ``synth.table.leaves``.

No scan: the leaves are expressions. Fields of a struct whose names differ in case alone cannot be
told apart by Spark, and are not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from lakehouse.schemas import quote
from synth.table.leaves import GREATEST, LEAST, SIZE, Unlearned, leaf_name
from synth.table.schema import is_supported


def frame_with_leaves(frame: DataFrame) -> tuple[DataFrame, tuple[Unlearned, ...]]:
    """The frame with each nested column in its leaves, in its place, and which those were."""
    fields = frame.schema.fields
    plain = {f.name for f in fields if is_supported(f.dataType.simpleString())}
    if len(plain) == len(fields):
        return frame, ()
    chosen, unlearned, taken = list[str](), list[Unlearned](), set(plain)
    for field in fields:
        if field.name in plain:
            chosen.append(quote(field.name))
            continue
        found, left_out = list[str](), list[str]()
        for path, sql in _leaves((field.name,), quote(field.name), field.dataType):
            if sql is None:
                left_out.append(".".join(path))
                continue
            name = leaf_name(path, taken)
            taken.add(name)
            chosen.append(f"{sql} AS {quote(name)}")
            found.append(name)
        kind = field.dataType.typeName()
        unlearned.append(Unlearned(field.name, kind, tuple(found), tuple(left_out)))
    return frame.selectExpr(*chosen), tuple(unlearned)


def _leaves(
    path: tuple[str, ...], sql: str, kind: T.DataType
) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Each leaf by its path, as SQL; None for what is not looked at."""
    if isinstance(kind, T.StructType):
        known = Counter(field.name.casefold() for field in kind)
        for field in kind:
            own = (*path, field.name)
            if known[field.name.casefold()] > 1:
                yield own, None
            else:
                yield from _leaves(own, f"{sql}.{quote(field.name)}", field.dataType)
    elif isinstance(kind, T.ArrayType):
        yield (*path, SIZE), f"IF({sql} IS NULL, NULL, size({sql}))"
        element = kind.elementType.simpleString()
        if is_supported(element) and element != "boolean":
            yield (*path, LEAST), f"array_min({sql})"
            yield (*path, GREATEST), f"array_max({sql})"
        else:
            yield (*path, "elements"), None
    elif isinstance(kind, T.MapType):
        yield (*path, SIZE), f"IF({sql} IS NULL, NULL, size({sql}))"
        yield (*path, "keys and values"), None
    else:
        yield path, sql if is_supported(kind.simpleString()) else None
