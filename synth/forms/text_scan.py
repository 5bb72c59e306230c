"""Texts read from left to right, all rows of an array at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

MOST_BYTES = 256  # of all that one pass reads of a text: what is longer is in no written form
_ZERO = ord("0")


class Scanner:
    """A place in every text of an array, moved on by what is read there.

    ``at``: int64 ``(rows,)``, the place of each row in the bytes of all; ``ok``: bool ``(rows,)``,
    False where the text was null or something was not as expected;
    places of such rows mean nothing.
    """

    def __init__(self, array: pa.Array) -> None:
        offsets = _offsets(array)
        first, last = (int(offsets[0]), int(offsets[-1])) if len(array) else (0, 0)
        data = array.buffers()[2]
        held = np.zeros(last - first + MOST_BYTES, np.uint8)  # room for reading beyond the last
        if data is not None:
            held[: last - first] = np.frombuffer(data, np.uint8)[first:last]
        self._bytes = held
        self.at: np.ndarray = offsets[:-1].astype(np.int64) - first
        self._end: np.ndarray = offsets[1:].astype(np.int64) - first
        self.ok = np.asarray(array.is_valid()) & (self._end - self.at < MOST_BYTES)
        self._most = len(held) - 1

    @property
    def rows(self) -> int:
        """The number of texts."""
        return len(self.at)

    def byte(self, ahead: int = 0) -> np.ndarray:
        """uint8 ``(rows,)``: the byte so many places ahead, 0 beyond the text's end."""
        at = self.at + ahead
        found = self._bytes[np.minimum(at, self._most)]
        beyond: np.ndarray = np.where(at < self._end, found, np.uint8(0))
        return beyond

    def literal(self, text: str) -> None:
        """This text stands here, in every row."""
        for byte in text.encode():
            self.ok &= self._bytes[np.minimum(self.at, self._most)] == byte
            self.at += 1

    def digits(self, width: int) -> np.ndarray:
        """int64 ``(rows,)``: the number of exactly so many digits."""
        value = np.zeros(self.rows, np.int64)
        for _ in range(width):
            digit = self._bytes[np.minimum(self.at, self._most)] - np.uint8(_ZERO)
            self.ok &= digit <= 9
            value *= 10
            value += digit
            self.at += 1
        return value

    def number(self, least: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """``(value, width)`` of ``least`` to ``most`` digits, as many as there are; both int64."""
        value, width = np.zeros(self.rows, np.int64), np.zeros(self.rows, np.int64)
        going = np.ones(self.rows, bool)
        for _ in range(most):
            digit = self.byte() - np.uint8(_ZERO)
            going = going & (digit <= 9)
            value = np.where(going, value * 10 + digit, value)
            width += going
            self.at += going
        self.ok &= width >= least
        return value, width

    def word(self, options: tuple[str, ...]) -> np.ndarray:
        """int64 ``(rows,)``: the place of the longest of the options that stands here."""
        found = np.full(self.rows, -1, np.int64)
        coded = [option.encode() for option in options]
        ahead = [self.byte(k) for k in range(max(map(len, coded), default=0))]
        size = np.zeros(self.rows, np.int64)
        for index in sorted(range(len(coded)), key=lambda i: len(coded[i])):
            same = np.ones(self.rows, bool)
            for byte, here in zip(coded[index], ahead, strict=False):
                same &= here == byte
            found[same], size[same] = index, len(coded[index])
        self.ok &= found >= 0
        self.at += size
        return found

    def passed(self, text: str) -> np.ndarray:
        """Bool ``(rows,)``: where this text stands here; it is passed there."""
        here = np.ones(self.rows, bool)
        coded = text.encode()
        for ahead, byte in enumerate(coded):
            here &= self.byte(ahead) == byte
        self.at += len(coded) * here
        return here

    def grouped(self, sign: str, most: int) -> np.ndarray:
        """int64 ``(rows,)``: the number of up to ``most`` digits, signs anywhere among them."""
        value, going = np.zeros(self.rows, np.int64), np.ones(self.rows, bool)
        for _ in range(most):
            digit = self.byte() - np.uint8(_ZERO)
            going = going & (digit <= 9)
            if not going.any():
                break
            value = np.where(going, value * 10 + digit, value)
            self.at += going
            if sign:
                self.passed(sign)
        return value

    def finish(self) -> np.ndarray:
        """Bool ``(rows,)``: where all was as expected and nothing is left."""
        done: np.ndarray = self.ok & (self.at == self._end)
        return done


def _offsets(array: pa.Array) -> np.ndarray:
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(1, np.int32)
    offsets: np.ndarray = np.frombuffer(buffer, np.int32)[
        array.offset : array.offset + len(array) + 1
    ]
    return offsets
