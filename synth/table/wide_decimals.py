"""Decimals of more than 18 digits as whole numbers of any size: Python's own, in object arrays."""

from __future__ import annotations

from decimal import Context, Decimal

import numpy as np
import pyarrow as pa

_WORD = 2**64
_EXACT = Context(prec=80)  # digits of a decimal in Arrow: 76


def unscaled(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)`` of 128-bit decimals: object ``(rows,)`` of ints, 0 where null."""
    valid = np.asarray(array.is_valid())
    words = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)
    own = words[array.offset : array.offset + len(array)]
    high, low = own[:, 1], own[:, 0].view(np.uint64)
    values = high.astype(object) * _WORD + low.astype(object)
    values[~valid] = 0
    return values, valid


def from_unscaled(values: np.ndarray, valid: np.ndarray, target: pa.DataType) -> pa.Array:
    """The 128-bit decimals of ``target`` that :func:`unscaled` reads as these values."""
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = (values % _WORD).astype(np.uint64).view(np.int64)
    words[:, 1] = (values // _WORD).astype(np.int64)
    present = pa.array(valid).buffers()[1]
    return pa.Array.from_buffers(target, len(values), [present, pa.py_buffer(words)])


def written(value: int, scale: int) -> str:
    """The decimal as a person reads it: 1234567890123456789 of scale 2 as 12345678901234567.89."""
    return format(Decimal(int(value)).scaleb(-scale, _EXACT), "f")
