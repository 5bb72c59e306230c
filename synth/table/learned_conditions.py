"""Conditions in the caller's types as those in which columns are learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.learned_values import is_counted, whole


def learned_condition(wanted: Any, type_: pa.DataType) -> Any:
    """A condition with its values as they are learned; the values of a mapping are shares.

    Times of day, durations and periods are; a date, or a time written without a zone, is one of the
    column's zone, as pandas has it. Whatever else stands there stays as it is.
    """
    if isinstance(wanted, Mapping):
        return {
            _learned_value(value, type_): learned_condition(share, type_)
            for value, share in wanted.items()
        }
    if isinstance(wanted, list | tuple | set | frozenset):
        return type(wanted)(_learned_value(value, type_) for value in wanted)
    return _learned_value(wanted, type_)


def _learned_value(value: Any, type_: pa.DataType) -> Any:
    name = type(value).__name__
    if name == "Period":
        return value.start_time.to_pydatetime()
    if name == "Interval":
        return str(value)
    if name == "datetime64":
        return value.astype("datetime64[us]").item()
    if pa.types.is_timestamp(type_) and type_.tz:
        return _in_zone(value, type_.tz)
    if not is_counted(type_) or not isinstance(value, time | timedelta | np.timedelta64 | str):
        return value
    try:
        plain = time.fromisoformat(value) if isinstance(value, str) else value
        made = pa.array([plain]).cast(type_)
    except (pa.ArrowException, ValueError):
        return value  # the check of conditions names it
    return whole(pa.chunked_array([made])).to_pylist()[0]


def _in_zone(value: Any, zone: str) -> Any:
    """A date or a text without a zone as the moment that it is in the zone."""
    plain = value
    if isinstance(value, str):
        try:
            plain = datetime.fromisoformat(value)
        except ValueError:
            return value  # the check of conditions names it
    elif isinstance(value, date) and not isinstance(value, datetime):
        plain = datetime.combine(value, time())
    else:
        return value
    if plain.tzinfo is not None:
        return value
    local = pa.array([plain], pa.timestamp("us"))
    try:
        return pc.assume_timezone(local, zone)[0].as_py()
    except pa.ArrowInvalid:
        return value  # an hour that a clock leaves out, or shows twice: a zone must be said
