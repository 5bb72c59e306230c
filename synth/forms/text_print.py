"""Texts written from left to right, all rows of an array at once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

_ZERO = ord("0")


class Printer:
    """Columns of bytes side by side, of each row as many as its text has."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._blocks: list[np.ndarray] = []  # uint8 (rows or 1, width)
        self._kept: list[np.ndarray | None] = []  # bool of the same shape; None: all

    def literal(self, text: str) -> None:
        """The same text in every row."""
        self._add(np.frombuffer(text.encode(), np.uint8)[None, :], None)

    def optional(self, text: str, shown: np.ndarray) -> None:
        """The same text in the rows where it is shown."""
        block = np.frombuffer(text.encode(), np.uint8)[None, :]
        self._add(block, np.repeat(shown[:, None], block.shape[1], axis=1))

    def digits(self, values: np.ndarray, width: int) -> None:
        """Numbers of exactly so many digits, the last ones of longer numbers."""
        self._add(digits_of(values, width), None)

    def number(self, values: np.ndarray, least: int) -> None:
        """Numbers of at least so many digits."""
        most = max(least, len(str(int(values.max(initial=0)))))
        shown = np.arange(most)[None, :] >= most - np.maximum(digit_count(values), least)[:, None]
        self._add(digits_of(values, most), shown)

    def blank_padded(self, values: np.ndarray, width: int) -> None:
        """Numbers with blanks in the place of leading zeros."""
        first = width - digit_count(values)
        shown = np.arange(width)[None, :] >= first[:, None]
        self._add(np.where(shown, digits_of(values, width), np.uint8(ord(" "))), None)

    def words(self, options: tuple[str, ...], index: np.ndarray) -> None:
        """One of the texts in each row."""
        coded = [option.encode() for option in options]
        most = max(map(len, coded), default=0)
        table = np.zeros((len(coded), most), np.uint8)
        for row, option in enumerate(coded):
            table[row, : len(option)] = np.frombuffer(option, np.uint8)
        lengths = np.array([len(option) for option in coded])
        shown = np.arange(most)[None, :] < lengths[:, None]
        self._add(table[index], None if shown.all() else shown[index])

    def block(self, characters: np.ndarray, shown: np.ndarray | None) -> None:
        """uint8 ``(rows, width)`` bytes, of which those that are shown are written."""
        self._add(characters, shown)

    def finish(self, valid: np.ndarray) -> pa.Array:
        """The texts, null where not valid."""
        widths = [block.shape[1] for block in self._blocks]
        all_bytes = np.empty((self.rows, sum(widths)), np.uint8)
        at, whole = 0, bool(valid.all()) and all(kept is None for kept in self._kept)
        shown = None if whole else np.repeat(valid[:, None], sum(widths), axis=1)
        for block, kept in zip(self._blocks, self._kept, strict=True):
            all_bytes[:, at : at + block.shape[1]] = block
            if shown is not None and kept is not None:
                shown[:, at : at + block.shape[1]] &= kept
            at += block.shape[1]
        lengths = np.full(self.rows, at) if shown is None else shown.sum(axis=1)
        offsets = np.zeros(self.rows + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        text = all_bytes.ravel() if shown is None else all_bytes[shown]
        present = None if valid.all() else pa.array(valid).buffers()[1]
        buffers = [present, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text))]
        return pa.Array.from_buffers(pa.string(), self.rows, buffers)

    def _add(self, block: np.ndarray, kept: np.ndarray | None) -> None:
        self._blocks.append(block)
        self._kept.append(kept)


def digits_of(values: np.ndarray, width: int) -> np.ndarray:
    """uint8 ``(rows, width)``: the last digits of numbers that are not negative, as characters."""
    block = np.empty((len(values), width), np.uint8)
    rest, end, pairs = values, width, _pairs()
    while end >= 2:
        rest, low = np.divmod(rest, 100)
        block[:, end - 2 : end] = pairs[low]
        end -= 2
    if end:
        block[:, 0] = rest % 10 + _ZERO
    return block


def digit_count(values: np.ndarray) -> np.ndarray:
    """int64 ``(rows,)``: the digits of numbers that are not negative; 1 for 0."""
    powers = 10 ** np.arange(1, 19, dtype=np.int64)
    count: np.ndarray = 1 + np.searchsorted(powers, values, side="right")
    return count


@cache
def _pairs() -> np.ndarray:
    """uint8 ``(100, 2)``: the characters of 00 to 99."""
    pairs = np.array([list(f"{n:02d}".encode()) for n in range(100)], np.uint8)
    pairs.flags.writeable = False
    return pairs
