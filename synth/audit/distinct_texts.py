"""Different texts, with what is asked of each before any expression is: letters, digits, spaces.

An expression costs a tenth of a microsecond and more for each text; counts over all bytes at once
rule most texts out for less.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LONGEST = 256  # bytes: a longer text is none of the kinds that are told by their whole text
MOST = 1023  # letters, digits or spaces that are counted: a text of more bytes has so many of each
_BITS = np.uint32(10)  # of a field; so that a text of up to ``MOST`` bytes overflows none
_LETTERS, _DIGITS, _SPACES = (np.uint32(field) * _BITS for field in range(3))
_LONGEST_CODE = 64  # bytes, above which no text is a code with breaks in it
_SUMMED_BYTES = 2**16  # whose classes are summed at a time: they stay in the processor's cache


def _classes() -> np.ndarray:
    """uint32 ``(256,)``: one in the field of a byte's class."""
    found = np.zeros(256, np.uint32)
    one = np.uint32(1)
    for first, last in (("A", "Z"), ("a", "z")):
        found[ord(first) : ord(last) + 1] = one << _LETTERS
    found[0xC0:] = one << _LETTERS  # the first byte of any other letter; those that follow: none
    found[ord("0") : ord("9") + 1] = one << _DIGITS
    found[ord(" ")] = one << _SPACES
    return found


_CLASSES = _classes()


class DistinctTexts:
    """Texts without nulls, none twice; ``from_numbers``: they are written from whole numbers."""

    def __init__(self, texts: pa.Array, *, from_numbers: bool = False):
        self.texts, self.from_numbers = texts, from_numbers

    def __len__(self) -> int:
        """How many there are."""
        return len(self.texts)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Bytes of each, int64."""
        return np.asarray(pc.binary_length(self.texts)).astype(np.int64)

    @cached_property
    def _sums(self) -> np.ndarray:
        """uint32: letters, digits and spaces of each, side by side."""
        sums = np.zeros(len(self.texts), np.uint32)
        filled = np.flatnonzero(self.sizes)
        if len(filled):
            _, offsets_buffer, data = self.texts.buffers()
            rows, before = len(self.texts), self.texts.offset
            offsets = np.frombuffer(offsets_buffer, np.int32, rows + 1, 4 * before).astype(np.int64)
            octets = np.frombuffer(data, np.uint8)
            starts = offsets[filled] - offsets[0]
            bounds = np.arange(_SUMMED_BYTES, offsets[-1] - offsets[0], _SUMMED_BYTES)
            for part in np.split(filled, np.unique(np.searchsorted(starts, bounds))):
                if len(part):
                    first, last = offsets[part[0]], offsets[part[-1] + 1]
                    classes = _CLASSES[octets[first:last]]
                    sums[part] = np.add.reduceat(classes, offsets[part] - first)
        sums[self.sizes > MOST] = np.uint32(2 ** (3 * int(_BITS)) - 1)
        return sums

    @cached_property
    def letters(self) -> np.ndarray:
        """Letters of each, int16, ``MOST`` where a text has more bytes."""
        return _field(self._sums, _LETTERS)

    @cached_property
    def digits(self) -> np.ndarray:
        """Digits of each, int16, ``MOST`` where a text has more bytes."""
        return _field(self._sums, _DIGITS)

    @cached_property
    def spaces(self) -> np.ndarray:
        """Spaces of each, int16, ``MOST`` where a text has more bytes."""
        return _field(self._sums, _SPACES)

    @cached_property
    def compact(self) -> pa.Array:
        """The texts in capitals, without spaces, dots, dashes and slashes; empty for long ones."""
        broken = self.sizes > self.letters + self.digits
        plain = self.texts
        if broken.any():
            short = pa.array(self.sizes <= _LONGEST_CODE)
            plain = pc.if_else(short, plain, pa.scalar("", pa.string()))
            plain = pc.replace_substring_regex(plain, r"[ ./\\-]+", "")
        return pc.ascii_upper(plain) if self.letters.any() else plain

    def between(self, digits: tuple[int, int], letters: tuple[int, int]) -> np.ndarray:
        """Which have so many digits and letters, the least and the most, and are no documents."""
        if not (_meets(self._digit_range, digits) and _meets(self._letter_range, letters)):
            return np.zeros(len(self), bool)
        found = self._is_short.copy()
        for counts, (least, most) in ((self.digits, digits), (self.letters, letters)):
            found &= counts >= least
            if most < MOST:
                found &= counts <= most
        return found

    @cached_property
    def _is_short(self) -> np.ndarray:
        return self.sizes <= LONGEST

    @cached_property
    def _digit_range(self) -> tuple[int, int]:
        return int(self.digits.min(initial=MOST)), int(self.digits.max(initial=0))

    @cached_property
    def _letter_range(self) -> tuple[int, int]:
        return int(self.letters.min(initial=MOST)), int(self.letters.max(initial=0))


def _meets(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _field(sums: np.ndarray, start: np.uint32) -> np.ndarray:
    return (sums >> start & np.uint32(MOST)).astype(np.int16)
