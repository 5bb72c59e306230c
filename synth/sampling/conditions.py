"""Conditions on a synthetic table: columns whose values are given, or given by their shares."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import TableEncoder
from synth.table.errors import InputError
from synth.table.schema import Column

Given = Mapping[str, Any]  # column -> a value, or value -> share


@dataclass(frozen=True)
class Condition:
    """One column of which every row takes one of ``values`` (of the column's type), by ``shares``.

    ``codes``: int32 ``(values, sub-columns of the column)``.
    """

    column: str
    values: pa.Array
    shares: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True)
class DrawnConditions:
    """What a block's rows are given: codes ``(rows, S)``, where they count, and values."""

    codes: np.ndarray
    given: np.ndarray
    values: dict[str, pa.Array]


def read_conditions(given: Given, encoder: TableEncoder) -> tuple[Condition, ...]:
    """The conditions, checked; InputError names the column, and what is wrong with its value.

    Also for values that break a rule of the table.
    """
    conditions = tuple(_read(name, wanted, encoder) for name, wanted in given.items())
    drawn = {c.column: c.values.filter(pa.array(c.shares > 0)) for c in conditions}
    encoder.plan.require_possible(drawn)
    return conditions


def require_one_way(temperature: float, given: Given) -> None:
    """InputError where conditions are to be drawn at a temperature, which has no say there."""
    if given and temperature != 1.0:
        raise InputError("temperature and given cannot go together: leave one of them out")


def draw_conditions(
    conditions: tuple[Condition, ...], encoder: TableEncoder, rows: int, rng: np.random.Generator
) -> DrawnConditions:
    """For every row a value of each condition; one uniform per row and condition."""
    width = len(encoder.sub_columns)
    codes, given = np.zeros((rows, width), np.int32), np.zeros((rows, width), bool)
    values = {}
    for condition in conditions:
        reach = np.cumsum(condition.shares)
        chosen = np.minimum(
            np.searchsorted(reach, rng.random(rows) * reach[-1], side="right"), len(reach) - 1
        )
        place = encoder.codes_of[encoder.schema.names.index(condition.column)]
        codes[:, place] = condition.codes[chosen]
        given[:, place] = True
        values[condition.column] = condition.values.take(pa.array(chosen))
    return DrawnConditions(codes, given, values)


def _read(name: str, wanted: Any, encoder: TableEncoder) -> Condition:
    column = _column(name, encoder)
    by_share = _by_share(name, wanted)
    shares = np.array([_share(name, share) for share in by_share.values()])
    if not len(shares) or shares.sum() <= 0:
        raise InputError(f"given {name!r}: give a value, or shares of values that sum above 0")
    values = pa.concat_arrays([_value(column, value) for value in by_share])
    encoding = encoder.encodings[encoder.schema.names.index(name)]
    objection = encoding.objection(values)
    if objection:
        raise InputError(f"given {name!r}: {objection}")
    codes = encoding.encode(values)
    decoded = encoding.decode(codes, np.random.default_rng(0))
    for value, back in zip(values, decoded, strict=True):
        _require_same(column, value, back, is_new_allowed=encoding.holds_new_values)
    return Condition(name, values, shares / shares.sum(), codes)


def _column(name: str, encoder: TableEncoder) -> Column:
    if name not in encoder.schema.names:
        known = ", ".join(map(repr, encoder.schema.names))
        raise InputError(f"given {name!r}: the table has no such column; it has {known}")
    place = encoder.schema.names.index(name)
    rule = encoder.determined_by(name)
    if rule is not None:
        raise InputError(
            f"given {name!r}: {rule}: give those instead, or fit without this dependency (veto)"
        )
    if not encoder.encodings[place].sub_columns:
        raise InputError(
            f"given {name!r}: the column is not learned ({encoder.encodings[place].kind}), "
            "so nothing can depend on it: give another column"
        )
    return encoder.schema[name]


def _share(name: str, share: Any) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < np.inf:
        raise InputError(f"given {name!r}: a share must be a number from 0 up, however: {share!r}")
    return float(share)


def _by_share(name: str, wanted: Any) -> Mapping[Any, Any]:
    if isinstance(wanted, Mapping):
        return wanted
    if not isinstance(wanted, Hashable) or isinstance(wanted, tuple | frozenset):
        raise InputError(
            f"given {name!r}: a {type(wanted).__name__} is no value: give one value, or several "
            "with their shares, as {value: share, ...}"
        )
    return {wanted: 1.0}


def _value(column: Column, value: Any) -> pa.Array:
    """The value as an array of the column's type; nothing is rounded or cut to fit it."""
    made = _converted(value, column.arrow_type)
    if made is not None:
        return made
    shown = "the value" if column.sensitive else repr(value)
    raise InputError(
        f"given {column.name!r}: {shown} is no value of type {column.type}: give {_wanted(column)}"
    )


def _converted(value: Any, target: pa.DataType) -> pa.Array | None:
    if not _is_of_kind(value, target):
        return None
    if isinstance(value, float) and pa.types.is_decimal(target):
        value = str(value)  # Arrow takes no float for a decimal
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
    if isinstance(value, datetime) and pa.types.is_temporal(target):
        if value != value:  # pandas' NaT
            return False
        return bool(pa.types.is_timestamp(target)) or value.time() == time()
    return True


def _wanted(column: Column) -> str:
    target = column.arrow_type
    if pa.types.is_integer(target):
        return "a whole number that fits it"
    if pa.types.is_date(target):
        return "a date, such as 2024-01-31"
    if pa.types.is_timestamp(target):
        return "a time, such as 2024-01-31 10:00:00" + ("Z" if target.tz else "")
    if pa.types.is_string(target):
        return "a text (in quotes)"
    return "true or false" if pa.types.is_boolean(target) else "a number that fits it"


def _require_same(
    column: Column, value: pa.Scalar, back: pa.Scalar, *, is_new_allowed: bool
) -> None:
    """A text must be one that the model knows; a number may lie between those it has seen."""
    if value.is_valid == back.is_valid and (is_new_allowed or value.equals(back)):
        return
    shown = "the value" if column.sensitive else repr(value.as_py())
    raise InputError(
        f"given {column.name!r}: {shown} is not among the values that the model has learned "
        "(never seen, or shared by too few rows): give another"
    )
