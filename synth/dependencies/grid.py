"""Numbers as whole multiples of a decimal step, so that sums are exact in every type."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import decimal_parts, type_of_arrow
from synth.table.values import MICROSECONDS_PER_DAY, from_numbers, is_whole, to_numbers

TIMES = ("date", "timestamp", "timestamp_ntz")
CALENDAR = (-719_162, 2_932_896)  # days of 0001-01-01 and 9999-12-31: Spark knows none beyond
MOST_DECIMALS = 6  # a float of more decimals is taken for continuous
_FAR = 2**60  # room for a sum of six in int64
_LIMITS = {"tinyint": 2**7, "smallint": 2**15, "int": 2**31, "bigint": 2**63}


def is_number(type_name: str) -> bool:
    """Whether values of this type can be laid on a grid: numbers, but no dates or times."""
    if type_name in ("float", "double") or type_name in _LIMITS:
        return True
    return decimal_parts(type_name) is not None and is_whole(type_name)


def to_grid(array: pa.Array, decimals: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)``: int64 multiples of ``10**-decimals``.

    Invalid where null, not a number, too large, or off the grid.
    """
    name = type_of_arrow(array.type)
    numbers, valid = to_numbers(array, name)
    if numbers.dtype == np.float64:
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = numbers * 10.0**decimals
            near = np.rint(scaled)
            blur = 1e-6 + np.abs(scaled) * (1e-6 if name == "float" else 4e-16)
            on = valid & (np.abs(scaled) < EXACT_FLOATS) & (np.abs(scaled - near) <= blur)
        return np.where(on, near, 0).astype(np.int64), on
    parts = decimal_parts(name)
    finer = decimals - (parts[1] if parts else 0)
    step = 10 ** abs(finer)
    if finer >= 0:
        valid = valid & (np.abs(numbers) < _FAR // step)
        return np.where(valid, numbers, 0) * step, valid
    valid = valid & (numbers % step == 0)
    return np.where(valid, numbers // step, 0), valid


def from_grid(
    values: np.ndarray, valid: np.ndarray, type_name: str, decimals: int = 0
) -> tuple[pa.Array, np.ndarray]:
    """``(array, fits)``: as ``type_name``; null where invalid or where they do not fit."""
    if not is_whole(type_name):  # floats, and decimals of more digits than an int64 has
        floats = values / 10.0**decimals
        return from_numbers(floats, valid, type_name, decimals), np.ones(len(values), bool)
    parts = decimal_parts(type_name)
    finer = (parts[1] if parts else 0) - decimals
    step = 10 ** abs(finer)
    limit = 10 ** parts[0] if parts else _LIMITS[type_name]
    if finer >= 0:
        fits = np.abs(values) <= (limit - 1) // step
        scaled = np.where(fits, values, 0) * step
    else:
        fits = (values % step == 0) & (np.abs(values // step) <= limit - 1)
        scaled = np.where(fits, values // step, 0)
    fits = fits | ~valid
    return from_numbers(scaled, valid & fits, type_name, 0), fits


def declared_digits(type_name: str) -> int:
    """The digits after the point that a type can hold; a float's have no end."""
    parts = decimal_parts(type_name)
    if parts and is_whole(type_name):
        return parts[1]
    return 0 if is_whole(type_name) else FULL_PRECISION


def limit_of(type_name: str, decimals: int) -> int:
    """The largest multiple of ``10**-decimals`` that a type holds, as :func:`to_grid` reads it."""
    if not is_whole(type_name):
        return int(EXACT_FLOATS) - 1
    parts = decimal_parts(type_name)
    whole, digits = (10 ** parts[0], parts[1]) if parts else (_LIMITS[type_name], 0)
    finer, step = decimals >= digits, 10 ** abs(decimals - digits)
    most: int = (whole - 1) * step if finer else (whole - 1) // step
    return min(most, _FAR - 1)


def limits_of(type_name: str) -> tuple[int, int]:
    """The least and the greatest number of a whole type, in the domain of ``to_numbers``."""
    if type_name in TIMES:
        day = 1 if type_name == "date" else MICROSECONDS_PER_DAY
        return CALENDAR[0] * day, (CALENDAR[1] + 1) * day - 1
    parts = decimal_parts(type_name)
    most = 10 ** parts[0] if parts else _LIMITS[type_name]
    return -(most - 1), most - 1


def grid_of(array: pa.Array) -> int | None:
    """The digits after the point that the values need; None where they are continuous."""
    name = type_of_arrow(array.type)
    parts = decimal_parts(name)
    if is_whole(name):
        return parts[1] if parts else 0
    present = int(len(array) - array.null_count)
    for decimals in range(MOST_DECIMALS + 1):
        if int(to_grid(array, decimals)[1].sum()) == present:
            return decimals
    return None


def is_finer(array: pa.Array, decimals: int) -> bool:
    """Whether a value that is neither null nor NaN has more digits after the point."""
    numbers, valid = to_numbers(array, type_of_arrow(array.type))
    present = valid & (numbers == numbers)
    return bool((present & ~to_grid(array, decimals)[1]).any())
