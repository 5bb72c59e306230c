"""How a flag writes that it is set and that it is not: 1 and 0, Y and N, X and nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import Columns, present, where
from synth.dependencies.condition import number
from synth.dependencies.grid import from_grid, is_number, to_grid
from synth.table.schema import Column, type_of_arrow
from synth.table.sql import literal, quote


class Mark(NamedTuple):
    """What stands where a flag is set, and where it is not.

    Two texts, or None for numbers and booleans, which write 1 and 0, true and false. With
    ``off_is_null`` nothing stands where it is not set, so that no value is missing.
    """

    on: str | None = None
    off: str | None = None
    off_is_null: bool = False


PLAIN = Mark()


class Flag(NamedTuple):
    """Bool ``(rows,)`` each: where a flag is set, where it is known, where it is a flag at all."""

    on: np.ndarray
    known: np.ndarray
    fits: np.ndarray


def is_flag_type(type_name: str) -> bool:
    """Whether columns of a type can be flags."""
    return type_name in ("boolean", "string") or is_number(type_name)


def read(array: pa.Array, mark: Mark) -> Flag:
    """The flags of a column; what is neither value counts as not set."""
    there = present({"": array}, ("",))
    on, off = _written(array, mark)
    on, off = on & there, (off & there) | (~there & mark.off_is_null)
    known = there | mark.off_is_null
    return Flag(on, known, on | off | ~known)


def _written(array: pa.Array, mark: Mark) -> tuple[np.ndarray, np.ndarray]:
    if pa.types.is_boolean(array.type):
        values = np.asarray(pc.fill_null(array.cast(pa.int8()), -1))
    elif pa.types.is_string(array.type):
        on, off = (_is_text(array, text) for text in (mark.on, mark.off))
        return on, off
    else:
        numbers, valid = to_grid(array)
        values = np.where(valid, numbers, -1)
    return values == 1, (values == 0) & (not mark.off_is_null)


def _is_text(array: pa.Array, text: str | None) -> np.ndarray:
    if text is None:
        return np.zeros(len(array), bool)
    return np.asarray(pc.fill_null(pc.equal(array, pa.scalar(text, array.type)), False))


def set_as_number(column: Column, mark: Mark) -> str:
    """1 and 0 in Spark's SQL, null where it is not known, and 2 for what is no flag."""
    if mark.on is not None:
        value, on = quote(column.name), literal(mark.on)
        off = None if mark.off is None else literal(mark.off)
    elif column.type == "boolean":
        value, on, off = quote(column.name), "true", "false"
    else:
        value, on, off = number(column), "1", "0"
    if mark.off_is_null:
        off = None
    unset = "" if off is None else f"WHEN {value} = {off} THEN 0 "
    missing = "0" if mark.off_is_null else "NULL"
    return f"CASE WHEN {value} = {on} THEN 1 {unset}WHEN {value} IS NULL THEN {missing} ELSE 2 END"


def write(on: np.ndarray, kind: pa.DataType, mark: Mark) -> pa.Array:
    """Bool ``(rows,)`` as a column of a type."""
    if pa.types.is_string(kind):
        return pa.array([mark.off, mark.on], kind).take(pa.array(on.astype(np.int8)))
    if pa.types.is_boolean(kind):
        made = pa.array(on)
    else:
        made = from_grid(on.astype(np.int64), np.ones(len(on), bool), type_of_arrow(kind))[0]
    return where(on, made) if mark.off_is_null else made


def marks_of(columns: Columns, fewest_rows: int) -> dict[str, Mark]:
    """How each of these columns writes its flags; those that are none are left out.

    Of two texts the rarer one, over all columns that hold both, says that a flag is set; or the one
    that no other column holds, where that is so of one. Texts that fewer than ``fewest_rows`` rows
    hold make no flags.
    """
    found: dict[str, Mark] = {}
    pairs: dict[tuple[str, ...], list[str]] = {}
    for name, array in columns.items():
        if not pa.types.is_string(array.type):
            mark = _plain_mark(array)
            if mark is not None:
                found[name] = mark
        else:
            texts = array.drop_null().unique()
            if len(texts) == 2 or (len(texts) == 1 and array.null_count):
                pairs.setdefault(tuple(sorted(texts.to_pylist())), []).append(name)
    # Of "red" or "no" and "blue" or "no" it is "no" that says that neither is set.
    spread = Counter(text for texts in pairs for text in texts)
    for texts_held, names in pairs.items():
        counts = {text: _rows_with(columns, names, text) for text in texts_held}
        if min(int(held.any(1).sum()) for held in counts.values()) < fewest_rows:
            continue
        alone = len(names) == 1
        on, *off = sorted(
            counts,
            key=lambda text: (spread[text] if alone else 0, int(counts[text].sum()), text),
        )
        found |= dict.fromkeys(names, Mark(on, off[0]) if off else Mark(on, off_is_null=True))
    return {name: found[name] for name in columns if name in found}


def _plain_mark(array: pa.Array) -> Mark | None:
    flag = read(array, PLAIN)
    if not flag.fits.all() or not flag.on.any():
        return None
    if (flag.known & ~flag.on).any():
        return PLAIN
    return None if flag.known.all() else Mark(off_is_null=True)


def _rows_with(columns: Columns, names: Iterable[str], text: str) -> np.ndarray:
    """Bool ``(rows, columns)``: where a text is."""
    return np.stack([_is_text(columns[name], text) for name in names], 1)


def turned(mark: Mark) -> Mark:
    """The mark of two texts with the other one for what is set."""
    return Mark(mark.off, mark.on)
