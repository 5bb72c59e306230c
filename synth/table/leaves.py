"""Nested columns as columns of their leaves: fields of structs, sizes and ends of lists.

``address.city`` is a field; ``tags.size`` how many elements a list has, ``tags.least`` and
``tags.greatest`` its ends where elements have an order. Of a map only the size is told, of lists of
nested elements too; of bytes nothing. :mod:`lakehouse.leaves` does the same by Spark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.schema import is_supported, type_of_arrow

SIZE, LEAST, GREATEST = "size", "least", "greatest"


@dataclass(frozen=True)
class Unlearned:
    """A column of a type that no generator learns, its leaves, and what of it is not looked at."""

    name: str
    type: str
    leaves: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def leaf_name(path: Collection[str], taken: Collection[str]) -> str:
    """The name of a leaf, which no other column has, in whatever case.

    >>> leaf_name(["address", "city"], ["address.CITY"])
    'address.city (nested)'
    """
    name, known = ".".join(path), {own.casefold() for own in taken}
    while name.casefold() in known:
        name += " (nested)"
    return name


def needs_leaves(kind: pa.DataType) -> bool:
    """Whether a type is nested, or bytes."""
    encoded = pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind)
    if encoded or isinstance(kind, pa.BaseExtensionType):
        return False
    odd = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return _is_nested(kind) or any(test(kind) for test in odd)


def _is_nested(kind: pa.DataType) -> bool:
    """Also of lists of one size, which older versions of Arrow (14) do not count."""
    return bool(pa.types.is_nested(kind) or pa.types.is_fixed_size_list(kind))


def with_leaves(table: pa.Table) -> tuple[pa.Table, tuple[Unlearned, ...]]:
    """The table with each nested column in its leaves, in its place, and which those were."""
    columns: dict[str, Any] = {}
    unlearned = []
    taken = {name for name, kind in _types(table) if not needs_leaves(kind)}
    for name, kind in _types(table):
        values = table[name].combine_chunks()
        values = values if isinstance(values, pa.Array) else pa.concat_arrays(values.chunks)
        if not needs_leaves(kind):
            columns[name] = values
            continue
        found, left_out = [], []
        for path, leaf in _leaves((name,), values):
            if leaf is None:
                left_out.append(".".join(path))
                continue
            own = leaf_name(path, taken)
            taken.add(own)
            columns[own] = leaf
            found.append(own)
        unlearned.append(Unlearned(name, _word(kind), tuple(found), tuple(left_out)))
    return pa.table(columns), tuple(unlearned)


def _types(table: pa.Table) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in table.schema]


def _word(kind: pa.DataType) -> str:
    words = (
        (pa.types.is_struct, "struct"),
        (pa.types.is_map, "map"),
        (_is_nested, "array"),
    )
    return next((word for test, word in words if test(kind)), "binary")


def _leaves(
    path: tuple[str, ...], values: pa.Array
) -> Iterator[tuple[tuple[str, ...], pa.Array | None]]:
    """Each leaf by its path; None for what is not looked at."""
    kind = values.type
    if pa.types.is_struct(kind):
        for field, own in zip(kind, values.flatten(), strict=True):
            yield from _leaves((*path, field.name), own)
    elif pa.types.is_map(kind):
        sizes = np.diff(np.asarray(values.offsets)).astype(np.int32)
        yield (*path, SIZE), pa.array(sizes, mask=~np.asarray(values.is_valid()))
        yield (*path, "keys and values"), None
    elif _is_nested(kind) and hasattr(kind, "value_type"):
        yield (*path, SIZE), pc.list_value_length(values).cast(pa.int32())
        element = type_of_arrow(kind.value_type)
        if is_supported(element) and element != "boolean":
            least, greatest = _ends(values)
            yield (*path, LEAST), least
            yield (*path, GREATEST), greatest
        else:
            yield (*path, "elements"), None
    elif needs_leaves(kind) or not is_supported(type_of_arrow(kind)):
        yield path, None
    else:
        yield path, values


def _ends(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The least and the greatest element of each list; null of one without elements."""
    flat = pa.table({"row": pc.list_parent_indices(values), "value": pc.list_flatten(values)})
    ordered = flat.filter(pc.is_valid(flat["value"])).sort_by(
        [("row", "ascending"), ("value", "ascending")]
    )
    rows = np.asarray(ordered["row"])
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else rows
    last = np.r_[first[1:] - 1, len(rows) - 1] if len(rows) else rows
    ends = []
    for places in (first, last):
        at = np.full(len(values), -1, np.int64)
        at[rows[first]] = places
        own = ordered["value"].combine_chunks()
        own = own if isinstance(own, pa.Array) else pa.concat_arrays(own.chunks)
        ends.append(own.take(pa.array(at, mask=at < 0)))
    return ends[0], ends[1]
