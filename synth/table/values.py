"""Ordered Arrow values as plain numbers and back: the domain in which numeric codes are made.

Integers, dates (days), timestamps (microseconds) and decimals of up to 18 digits (unscaled) become
int64 without loss. Floats, and decimals of more digits, become float64; floats of 32 bits those
that are written with the same digits.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.schema import arrow_type, decimal_parts

_WHOLE = {"tinyint", "smallint", "int", "bigint", "date", "timestamp", "timestamp_ntz"}
_MOMENTS = {"date", "timestamp", "timestamp_ntz"}
MICROSECONDS_PER_DAY = 86_400_000_000
DAYS_PER_WEEK = 7
_THURSDAY = 3  # the weekday of 1 January 1970, where Monday is 0
FLOAT_DIGITS = (6, 7, 8, 9)  # that tell any float32; most need the fewest
LEAST_WRITTEN = 1e-12  # below it powers of ten are not exact
INT64_DIGITS = 18  # every decimal of up to 18 digits fits in an int64


def is_ordered(type_name: str) -> bool:
    """Whether values of this type are numbers, dates or times."""
    return type_name in _WHOLE | {"float", "double"} or decimal_parts(type_name) is not None


def is_whole(type_name: str) -> bool:
    """Whether values of this type live in int64 here."""
    parts = decimal_parts(type_name)
    return type_name in _WHOLE or (parts is not None and parts[0] <= INT64_DIGITS)


def is_moment(type_name: str) -> bool:
    """Whether values of this type are dates or times."""
    return type_name in _MOMENTS


def calendar_parts(values: np.ndarray, type_name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(week, weekday, clock)`` of dates or times as :func:`to_numbers` has them, all int64.

    Weeks begin on Mondays and are counted from the one of 1 January 1970; Monday is 0; the clock is
    in microseconds since midnight, 0 for a date.
    """
    days, clock = np.divmod(values, 1 if type_name == "date" else MICROSECONDS_PER_DAY)
    week, weekday = np.divmod(days + _THURSDAY, DAYS_PER_WEEK)
    return week, weekday, clock


def from_calendar_parts(
    week: np.ndarray, weekday: np.ndarray, clock: np.ndarray, type_name: str
) -> np.ndarray:
    """The int64 values that :func:`calendar_parts` takes apart."""
    days = DAYS_PER_WEEK * week + weekday - _THURSDAY
    values: np.ndarray = days if type_name == "date" else days * MICROSECONDS_PER_DAY + clock
    return values


def to_numbers(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)``, both of the array's length; int64 or float64 values, 0 if null."""
    valid = np.asarray(array.is_valid())
    if type_name == "float":
        return _as_written(np.asarray(pc.fill_null(array.cast(pa.float32()), 0.0))), valid
    if not is_whole(type_name):
        floats = array.cast(pa.float64())
        return np.asarray(pc.fill_null(floats, 0.0)), valid
    if decimal_parts(type_name):
        return _unscaled(array, valid), valid
    plain = array
    if pa.types.is_date32(array.type):
        plain = array.cast(pa.int32())
    elif pa.types.is_timestamp(array.type):
        plain = array.cast(pa.timestamp("us", tz=array.type.tz)).cast(pa.int64())
    return np.asarray(pc.fill_null(plain, 0)).astype(np.int64), valid


def from_numbers(values: np.ndarray, valid: np.ndarray, type_name: str, decimals: int) -> pa.Array:
    """The Arrow array of ``type_name`` that :func:`to_numbers` reads as these values.

    ``decimals`` is the grid of a float64 domain: the digits after the point that its values carry.
    """
    target, mask = arrow_type(type_name), ~valid
    parts = decimal_parts(type_name)
    if parts and is_whole(type_name):
        return _from_unscaled(values, mask, target)
    if parts:
        # As a float the largest decimals round up to one digit more than the type holds.
        most = np.nextafter(10.0 ** (parts[0] - parts[1]), 0.0)
        values = np.clip(values, -most, most)
        exact = pa.array(values, mask=mask).cast(pa.decimal128(parts[0], min(decimals, parts[1])))
        return exact.cast(target)
    if pa.types.is_timestamp(target):
        return pa.array(values, pa.int64(), mask=mask).cast(pa.timestamp("us")).cast(target)
    if pa.types.is_date32(target):
        return pa.array(values.astype(np.int32), pa.int32(), mask=mask).cast(target)
    return pa.array(values.astype(target.to_pandas_dtype()), target, mask=mask)


def rounded(values: np.ndarray, decimals: int) -> np.ndarray:
    """Floats with so many digits after the point; whole ones stay, as all from 2**52 on are.

    They need no rounding, and scaling the largest would overflow.
    """
    result = values.copy()
    fractional = result != np.rint(result)
    result[fractional] = np.round(result[fractional], decimals)
    return result


def _as_written(values: np.ndarray) -> np.ndarray:
    """Floats of 32 bits as float64 with the fewest digits that are theirs: 20.1, not 20.10000038.

    So they lie on the decimal grid that they were written on; as float32 they are the same.
    """
    found = values.astype(np.float64)
    size = np.abs(found)
    left = np.flatnonzero((found != np.rint(found)) & (size > LEAST_WRITTEN) & np.isfinite(found))
    for digits in FLOAT_DIGITS:
        if not len(left):
            break
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(size[left])))
        plain = np.rint(found[left] * scale) / scale
        same = plain.astype(np.float32) == values[left]
        found[left[same]] = plain[same]
        left = left[~same]
    return found


def _unscaled(array: pa.Array, valid: np.ndarray) -> np.ndarray:
    """Unscaled int64 of 128-bit decimals: the low word, which holds every value of 18 digits."""
    wide = array.cast(pa.decimal128(38, array.type.scale))
    words = np.frombuffer(wide.buffers()[1], np.int64).reshape(-1, 2)
    low = words[wide.offset : wide.offset + len(wide), 0]
    unscaled: np.ndarray = np.where(valid, low, 0)
    return unscaled


def _from_unscaled(values: np.ndarray, mask: np.ndarray, target: pa.DataType) -> pa.Array:
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63  # sign extension
    present = pa.array(~mask).buffers()[1]
    return pa.Array.from_buffers(target, len(values), [present, pa.py_buffer(words)])
