"""Dictionaries in a column of a pandas DataFrame, or Arrow's structs, as columns of their entries.

Dictionaries are structs where their keys are names, of which most have each: those of a map, which
may be anything and anybody's, are no columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from synth.table import arrow_structs
from synth.table.errors import InputError
from synth.table.learned_values import one_array
from synth.table.python_objects import marker_of, missing_marker
from synth.table.struct_fields import Field, all_named, in_order, note_on

DICTIONARY = (
    "dict"  # begins the type of a field of dictionaries: missing value, whether all have all
)
SOME_LACK = "some lack a key"
LEAST_SHARE = 0.01  # of the dictionaries have a key that is a column
LEAST_ROWS = 11  # have it, or half of the dictionaries: a key of fewer may be somebody's name
MOST_KEYS = 100


class MapFound(InputError):
    """Dictionaries whose keys are no names, or too many, or rare."""


def structs_of(frame: pd.DataFrame, *, with_maps: bool = False) -> tuple[Field, ...]:
    """The columns that are structs, and the names under which their entries are learned.

    MapFound names a column of dictionaries that are none, unless the frame may come ``with_maps``.
    """
    names = list(map(str, frame.columns))
    found = []
    for place, name in enumerate(names):
        try:
            one = _struct_of(frame.iloc[:, place], name)
        except MapFound:
            if not with_maps:
                raise
            one = None
        if one is not None:
            found.append(one)
    return all_named(found, [name for name in names if name not in {one.name for one in found}])


def in_fields(frame: pd.DataFrame, structs: Sequence[Field]) -> pd.DataFrame:
    """The frame with these structs as columns of their entries, in their places; missing where the
    struct is, or where it lacks the entry.
    """
    by_name = {one.name: one for one in structs}
    if not by_name:
        return frame
    labels, columns = list[Any](), list[pd.Series]()
    for place, label in enumerate(frame.columns):
        own = frame.iloc[:, place]
        taken = _taken_apart(by_name[str(label)], own) if str(label) in by_name else [(label, own)]
        for name, values in taken:
            labels.append(name)
            columns.append(values)
    result = pd.DataFrame(dict(enumerate(columns)), index=frame.index, copy=False)
    result.columns = pd.Index(labels, dtype=object, tupleize_cols=False)
    return result


def in_structs(frame: pd.DataFrame, structs: Sequence[Field], labels: pd.Index) -> pd.DataFrame:
    """The frame with the entries back in their structs, under the ``labels`` of before."""
    places = {str(label): place for place, label in enumerate(frame.columns)}
    known = {str(label): place for place, label in enumerate(labels)}
    columns, kept = list[Any](), list[int]()
    for name, one in in_order(list(places), structs):
        own = {leaf: frame.iloc[:, places[leaf]] for leaf in (one.leaves if one else ())}
        columns.append(frame.iloc[:, places[name]] if one is None else _put_together(one, own))
        kept.append(known[name])
    result = pd.DataFrame(dict(enumerate(columns)), index=frame.index, copy=False)
    result.columns = labels.take(kept)
    return result


def notes_on(structs: Sequence[Field]) -> Iterator[str]:
    """How these columns are learned, and what does not come back, in words."""
    for one in structs:
        yield note_on(one)
        if _lacks(one):
            yield f"column {one.name!r}: some dictionaries lack a key, which is None in new ones"


def _lacks(one: Field) -> bool:
    return one.type.endswith(SOME_LACK) or any(map(_lacks, one.fields))


def _struct_of(values: pd.Series, name: str) -> Field | None:
    dtype = values.dtype
    if isinstance(dtype, pd.ArrowDtype):
        found = arrow_structs.structs_of(pa.schema([pa.field(name, dtype.pyarrow_dtype)]))
        return found[0] if found else None
    if dtype != np.dtype(object):
        return None
    return _of_objects(values.to_numpy(), name, name)


def _of_objects(values: np.ndarray, name: str, path: str) -> Field | None:
    """The struct of which each object is a dictionary, or missing; None where one is neither."""
    first = next((one for one in values if not _is_nothing(one)), None)
    if not isinstance(first, dict):
        return None
    missing = pd.Series(values, dtype=object).isna().to_numpy()
    if not all(isinstance(one, dict) for one in values[~missing]):
        return None
    return _of_dictionaries(values, missing, name, path)


def _is_nothing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _of_dictionaries(values: np.ndarray, missing: np.ndarray, name: str, path: str) -> Field | None:
    there = values[~missing]
    counts = Counter(key for one in there for key in one)
    if not counts:
        return None
    least = max(LEAST_SHARE * len(there), min(LEAST_ROWS, len(there) / 2))
    rare = sum(rows < least for rows in counts.values())
    is_map = rare or len(counts) > MOST_KEYS
    if is_map or not all(isinstance(key, str) and key for key in counts):
        some = f"{len(counts):,} different keys, {rare:,} in fewer than {least:,.0f} rows"
        said = some if is_map else "keys that are no names"
        raise MapFound(
            f"column {path!r} holds dictionaries with {said}: make a table of its entries, or a "
            "column of each that is wanted (pandas.json_normalize), or leave it out"
        )
    fields = tuple(
        _of_objects(_entries(values, missing, key), key, f"{path}.{key}")
        or Field(key, "object", True)
        for key in counts
    )
    lacking = any(rows < len(there) for rows in counts.values())
    kind = "; ".join((DICTIONARY, missing_marker(values, missing), SOME_LACK if lacking else ""))
    return Field(name, kind, True, fields=fields)


def _entries(values: np.ndarray, missing: np.ndarray, key: str) -> np.ndarray:
    """One entry of each dictionary; None where there is none."""
    own = np.empty(len(values), object)
    own[:] = [None if gone else one.get(key) for one, gone in zip(values, missing, strict=True)]
    return own


def _taken_apart(one: Field, values: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    if one.leaf is not None:
        yield one.leaf, values
        return
    if not one.type.startswith(DICTIONARY):
        table = pa.table({one.name: pa.array(values.array)})
        for name, leaf in zip(one.leaves, arrow_structs.in_fields(table, [one]), strict=True):
            yield name, _of_arrow(one_array(leaf), values.index)
        return
    missing = values.isna().to_numpy()
    for field in one.fields:
        own = _entries(values.to_numpy(), missing, field.name)
        yield from _taken_apart(field, pd.Series(own, index=values.index, dtype=object))


def _put_together(one: Field, columns: dict[str, pd.Series]) -> pd.Series:
    index = next(iter(columns.values())).index
    if not one.type.startswith(DICTIONARY):
        arrays = {name: pa.array(own.array, from_pandas=True) for name, own in columns.items()}
        return _of_arrow(arrow_structs.put_together(one, arrays), index)
    return pd.Series(_dictionaries(one, columns), index=index, dtype=object)


def _dictionaries(one: Field, columns: dict[str, pd.Series]) -> np.ndarray:
    """Dictionaries of the entries of each row; one that may be missing is where all of them are."""
    entries = {
        own.name: columns[own.leaf].to_numpy(dtype=object)
        if own.leaf is not None
        else _dictionaries(own, columns)
        for own in one.fields
    }
    nothing = np.logical_and.reduce([columns[leaf].isna().to_numpy() for leaf in one.leaves])
    made = np.empty(len(nothing), object)
    rows = zip(*entries.values(), strict=True)
    marker = marker_of(one.type.split("; ")[1])
    made[:] = [
        marker if gone else dict(zip(entries, row, strict=True))
        for gone, row in zip(nothing, rows, strict=True)
    ]
    return made


def _of_arrow(values: pa.Array, index: pd.Index) -> pd.Series:
    array = pd.arrays.ArrowExtensionArray(values)
    return pd.Series(array, index=index)
