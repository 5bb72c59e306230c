"""Arrow texts from arrays of code points and back, without a Python loop over rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def code_points(texts: pa.Array, length: int) -> np.ndarray:
    """uint32 ``(rows, length)`` of texts without nulls, 0 beyond the end of each."""
    if not length:
        return np.zeros((len(texts), 0), np.uint32)
    padded = np.array(texts.to_pylist(), dtype=f"<U{length}")
    return np.ascontiguousarray(padded).view(np.uint32).reshape(len(texts), length)


def from_code_points(points: np.ndarray, kept: np.ndarray | None = None) -> pa.Array:
    """Texts of the code points ``(rows, length)`` of each row, in UTF-8.

    ``kept``, bool of the same shape, leaves out those where it is False.
    """
    if not points.size or int(points.max()) < 0x80:
        data = points.astype(np.uint8, copy=False)
        if kept is None:
            return _array(np.full(len(data), data.shape[1]), data)
        return _array(kept.sum(axis=1), data[kept])
    there = np.ones(points.shape, bool) if kept is None else kept
    octets, sizes = _utf8(points.astype(np.uint32))
    used = (np.arange(4) < sizes[..., None]) & there[..., None]
    return _array(used.sum(axis=(1, 2)), octets[used])


def octets_of(texts: pa.Array, length: int) -> np.ndarray:
    """uint8 ``(rows, length)`` of texts without nulls that have so many bytes each."""
    if not len(texts):
        return np.zeros((0, length), np.uint8)
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, 4 * texts.offset)
    data = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    return data.reshape(len(texts), length)


def joined(pieces: Sequence[pa.Array | str], rows: int) -> pa.Array:
    """The pieces of each row one after the other; a text stands in all rows."""
    if not any(not isinstance(piece, str) for piece in pieces):
        return pa.repeat(pa.scalar("".join(map(str, pieces)), pa.string()), rows)
    if len(pieces) == 1:
        return pieces[0]
    scalars = [
        pa.scalar(piece, pa.string()) if isinstance(piece, str) else piece for piece in pieces
    ]
    return pc.binary_join_element_wise(*scalars, pa.scalar("", pa.string()))


def scattered(
    pieces: Sequence[tuple[np.ndarray, pa.Array]], rows: int, kind: pa.DataType | None = None
) -> pa.Array:
    """``rows`` values of which each piece gives those at its places; all others are null.

    ``kind``: their type, texts unless it says otherwise.
    """
    pieces = [(places, texts) for places, texts in pieces if len(places)]
    if len(pieces) == 1 and len(pieces[0][0]) == rows:
        return pieces[0][1]  # places ascend
    at = np.full(rows, -1, np.int64)
    start = 0
    for places, texts in pieces:
        at[places] = np.arange(start, start + len(texts))
        start += len(texts)
    if not start:
        return pa.nulls(rows, kind or pa.string())
    found = pa.concat_arrays([texts for _, texts in pieces])
    return found.take(pa.array(at, mask=at < 0))


def _array(lengths: np.ndarray, data: np.ndarray) -> pa.Array:
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data.tobytes())]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)


def _utf8(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(octets, sizes)``: uint8 ``(..., 4)`` of each code point, of which ``sizes`` are used."""
    sizes = 1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
    octets = np.zeros((*points.shape, 4), np.uint8)
    for size, lead in ((1, 0x00), (2, 0xC0), (3, 0xE0), (4, 0xF0)):
        of_size = sizes == size
        for place in range(size):
            bits = points[of_size] >> np.uint32(6 * (size - 1 - place))
            octets[of_size, place] = (bits | lead) if place == 0 else (bits & 0x3F) | 0x80
    return octets, sizes
