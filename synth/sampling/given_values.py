"""Values that a user gives, as a column's type has them: nothing is rounded or cut to fit it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import TableEncoder
from synth.encode.kind import ColumnKind
from synth.sampling.condition import missing
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.missing import is_missing
from synth.table.schema import Column

# What texts of configurations and files say where a value of another type is missing.
_EXACT = 2.0**53  # whole numbers up to here are floats
_ABSENT_TEXTS = {"nan", "nat", "na", "<na>", "null", "none"}


def read_column(name: str, encoder: TableEncoder) -> tuple[Column, ColumnKind]:
    """A column that a condition may name; InputError where nothing of it is drawn."""
    if name not in encoder.schema.names:
        known = known_names(name, encoder.schema.names)
        raise InputError(f"given {name!r}: the table has no such column; {known}")
    encoding = encoder.encodings[encoder.schema.names.index(name)]
    if encoder.drawn_for(name):
        return encoder.schema[name], encoding
    rule = encoder.determined_by(name)
    if rule is not None:
        raise InputError(f"given {name!r}: {rule}, none of which is learned: give another column")
    raise InputError(
        f"given {name!r}: the column is not learned ({encoding.kind}), so nothing can depend on "
        "it: give another column"
    )


def has_no_say(name: str, encoder: TableEncoder, given: Collection[str]) -> bool:
    """Whether a column's own encoding does not tell which values of it may be given.

    It follows from others, or its values are told by their distance from a column given beside it.
    """
    encoding = encoder.encodings[encoder.schema.names.index(name)]
    return encoder.determined_by(name) is not None or encoding.is_told_by(given)


def read_value(column: Column, value: Any, encoding: ColumnKind, where: str) -> pa.Array:
    """The value as an array of one or two, of the column's type; InputError, led by ``where``.

    Two are null and NaN, which are alike, in a column that has both.
    """
    if isinstance(value, pa.Scalar):
        value = value.as_py()
    is_text = pa.types.is_string(column.arrow_type)
    if is_missing(value) or (
        isinstance(value, str) and not is_text and value.strip().lower() in _ABSENT_TEXTS
    ):
        return absent_values(column, encoding, where)
    if _has_lost_digits(value, column.arrow_type):
        raise InputError(
            f"{where}: a float of this size has lost digits, and may stand for another number: "
            "give a whole number (in pandas of dtype Int64), or its digits as a text"
        )
    made = _converted(value, column.arrow_type)
    if made is not None and not missing(made).any():
        return made
    shown = "the value" if column.sensitive else repr(value)
    raise InputError(f"{where}: {shown} is no value of type {column.type}: give {_wanted(column)}")


def absent_values(column: Column, encoding: ColumnKind, where: str) -> pa.Array:
    """Null, NaN or both, as the column has them; InputError where no value is missing."""
    tried = pa.nulls(1, column.arrow_type)
    if pa.types.is_floating(column.arrow_type):
        tried = pa.concat_arrays([tried, pa.array([np.nan], column.arrow_type)])
    if not encoding.sub_columns:
        return tried.slice(0, 1)
    decoded = encoding.decode(encoding.encode(tried), np.random.default_rng(0))
    held = [
        one.is_valid == back.is_valid and bool(missing(decoded)[place])
        for place, (one, back) in enumerate(zip(tried, decoded, strict=True))
    ]
    if any(held):
        return tried.filter(pa.array(held))
    raise InputError(f"{where}: no value of the column was missing, so none can be: give a value")


def require_known(
    column: Column, values: pa.Array, encoding: ColumnKind, where: str, *, is_free: bool = False
) -> np.ndarray:
    """The codes ``(n, sub-columns)`` of values; InputError for one that the model has not learned.

    A text must be one that it knows; a number may lie between those it has seen. ``is_free``: the
    column follows from others, so that its own encoding has no say in what may be given.
    """
    objection = None if is_free and encoding.parent else encoding.objection(values)
    if objection:
        raise InputError(f"{where}: {objection}")
    codes = encoding.encode(values)
    if is_free and encoding.parent:
        return codes
    decoded = encoding.decode(codes, np.random.default_rng(0))
    same = np.asarray(values.is_valid()) == np.asarray(decoded.is_valid())
    if not encoding.holds_new_values:
        same &= np.array([a.equals(b) for a, b in zip(values, decoded, strict=True)], bool)
    if same.all():
        return codes
    value = values[int(np.flatnonzero(~same)[0])]
    shown = "the value" if column.sensitive else repr(value.as_py())
    raise InputError(
        f"{where}: {shown} is not among the values that the model has learned "
        "(never seen, or shared by too few rows): give another"
    )


def _has_lost_digits(value: Any, target: pa.DataType) -> bool:
    """Whether a float stands for a number that floats do not tell from its neighbours."""
    is_exact = pa.types.is_integer(target) or pa.types.is_decimal(target)
    return is_exact and isinstance(value, float | np.floating) and abs(float(value)) > _EXACT


def _converted(value: Any, target: pa.DataType) -> pa.Array | None:
    if not _is_of_kind(value, target):
        return None
    if isinstance(value, float) and pa.types.is_decimal(target):
        value = str(value)  # Arrow takes no float for a decimal
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time()) if pa.types.is_timestamp(target) else value
    try:
        if isinstance(value, str) and not pa.types.is_string(target):
            return pa.array([value]).cast(target)
        return pa.array([value], target)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return None


def _is_of_kind(value: Any, target: pa.DataType) -> bool:
    """Whether the type holds the value as it is, where Arrow would cut it or read another in it."""
    if isinstance(value, bool | np.bool_):
        return bool(pa.types.is_boolean(target))
    if isinstance(value, int | float | Decimal | np.integer | np.floating):
        if pa.types.is_temporal(target):  # Arrow counts days or microseconds from 1970
            return False
        is_whole = isinstance(value, int | np.integer) or float(value).is_integer()
        return is_whole or not pa.types.is_integer(target)
    if isinstance(value, datetime) and pa.types.is_timestamp(target):  # Arrow takes UTC for none
        return (value.tzinfo is None) == (target.tz is None)
    if isinstance(value, date) and pa.types.is_timestamp(target):
        return target.tz is None
    if isinstance(value, datetime) and pa.types.is_temporal(target):
        return value.time() == time()
    return True


def _wanted(column: Column) -> str:
    target = column.arrow_type
    if pa.types.is_integer(target):
        return "a whole number that fits it"
    if pa.types.is_date(target):
        return "a date, such as 2024-01-31"
    if pa.types.is_timestamp(target):
        zone = "Z, with a time zone" if target.tz else ", without a time zone"
        return f"a time, such as 2024-01-31 10:00:00{zone}"
    if pa.types.is_string(target):
        return "a text (in quotes)"
    return "true or false" if pa.types.is_boolean(target) else "a number that fits it"
