"""Conditions on a synthetic table: columns whose values are given, or given by their shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import TableEncoder
from synth.schema import Column

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
    """The conditions, checked; ValueError names the column, and what is wrong with its value."""
    return tuple(_read(name, wanted, encoder) for name, wanted in given.items())


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
    by_share = wanted if isinstance(wanted, Mapping) else {wanted: 1.0}
    shares = np.array([_share(name, share) for share in by_share.values()])
    if not len(shares) or shares.sum() <= 0:
        raise ValueError(f"given {name!r}: give a value, or shares of values that sum above 0")
    values = pa.concat_arrays([_value(column, value) for value in by_share])
    place = encoder.schema.names.index(name)
    encoding = encoder.encodings[place]
    codes = encoding.encode(values)
    decoded = encoder.decode_column(place, codes, np.random.default_rng(0))
    for value, back in zip(values, decoded, strict=True):
        _require_known(column, value, back, encoding.kind)
    return Condition(name, values, shares / shares.sum(), codes)


def _column(name: str, encoder: TableEncoder) -> Column:
    if name not in encoder.schema.names:
        known = ", ".join(map(repr, encoder.schema.names))
        raise ValueError(f"given {name!r}: the table has no such column; it has {known}")
    place = encoder.schema.names.index(name)
    rule = encoder.determined_by(name)
    if rule is not None:
        raise ValueError(
            f"given {name!r}: {rule}: give those instead, or fit without this dependency (veto)"
        )
    if not encoder.encodings[place].sub_columns:
        raise ValueError(
            f"given {name!r}: the column is not learned ({encoder.encodings[place].kind}), "
            "so nothing can depend on it: give another column"
        )
    return encoder.schema[name]


def _share(name: str, share: Any) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < np.inf:
        raise ValueError(f"given {name!r}: a share must be a number from 0 up, however: {share!r}")
    return float(share)


def _value(column: Column, value: Any) -> pa.Array:
    shown = "the value" if column.sensitive else repr(value)
    target = column.arrow_type
    try:
        if isinstance(value, str) and not pa.types.is_string(target):
            return pa.array([value]).cast(target)
        return pa.array([value], target)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        raise ValueError(
            f"given {column.name!r}: {shown} is no value of type {column.type}"
        ) from None


def _require_known(column: Column, value: pa.Scalar, back: pa.Scalar, kind: str) -> None:
    """A text must be one that the model knows; a number may lie between those it has seen."""
    if value.is_valid == back.is_valid and (kind == "numeric" or value.equals(back)):
        return
    shown = "the value" if column.sensitive else repr(value.as_py())
    raise ValueError(
        f"given {column.name!r}: {shown} is not among the values that the model has learned "
        "(never seen, or shared by too few rows): give another"
    )
