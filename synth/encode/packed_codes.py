"""The codes of a row as one value: what travels fast where rows have many."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

WIDTH = np.dtype("<i2")


def packed(codes: np.ndarray) -> pa.Array:
    """``(rows, columns)`` of codes below 2**15 as binary, two bytes a code, little-endian."""
    data = np.ascontiguousarray(codes, WIDTH)
    size = data.shape[1] * WIDTH.itemsize
    offsets = np.arange(len(data) + 1, dtype=np.int64) * size
    if offsets[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"{len(data)} rows of {size} bytes are too many for one array")
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(data), buffers)


def unpacked(values: pa.Array, columns: int) -> np.ndarray:
    """int16 ``(rows, columns)``: what :func:`packed` was given; ValueError for another width."""
    if not len(values):
        return np.zeros((0, columns), WIDTH)
    _, offsets, data = values.buffers()
    ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    wide = columns * WIDTH.itemsize
    if values.null_count or int(ends[-1] - ends[0]) != wide * len(values):
        raise ValueError(f"values are not of {columns} codes each")
    if data is None:
        return np.zeros((len(values), columns), WIDTH)
    codes = np.frombuffer(data, WIDTH, count=columns * len(values), offset=int(ends[0]))
    return codes.reshape(len(values), columns)
