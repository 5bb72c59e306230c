"""What a pattern of codes is put together from, and how each piece is made anew.

Every free segment draws texts from a generator of random numbers, and writes numbers below its
``capacity`` as texts of which no two are alike: of that keys are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.alphabets import name_of
from synth.forms.days import written
from synth.forms.permutation import MOST, permuted
from synth.forms.texts import from_code_points, scattered


@dataclass(frozen=True)
class Literal:
    """A text that all rows share."""

    kind: ClassVar[str] = "literal"
    text: str

    @property
    def capacity(self) -> int:
        """How many numbers it can tell apart."""
        return 1

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array | str:
        """The text."""
        return self.text

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array | str:
        """The text."""
        return self.text

    def describe(self) -> str:
        """The text; what cannot be seen is written as in a programme."""
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in self.text)

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True)
class Places:
    """So many characters, each from the alphabet of its place.

    ``check``: zeros that a check digit replaces, which tell no numbers apart.
    """

    kind: ClassVar[str] = "places"
    alphabets: tuple[str, ...]
    check: bool = False

    @property
    def capacity(self) -> int:
        """The texts that there are, but no more than a table can have rows."""
        size = 1
        for place in self._counting:
            size *= len(self.alphabets[place])
        return size

    @cached_property
    def _counting(self) -> tuple[int, ...]:
        """The places, from the last, that count: enough to tell every row of a table."""
        places: list[int] = []
        size = 1
        for place in reversed(range(len(self.alphabets) if not self.check else 0)):
            if size * len(self.alphabets[place]) > MOST:
                break
            size *= len(self.alphabets[place])
            places.append(place)
        return tuple(places)

    @cached_property
    def _points(self) -> list[tuple[np.ndarray, list[int]]]:
        """Each alphabet as code points, with its places."""
        by: dict[str, list[int]] = {}
        for place, alphabet in enumerate(self.alphabets):
            by.setdefault(alphabet, []).append(place)
        found = [np.array([ord(c) for c in alphabet], np.uint32) for alphabet in by]
        small = all(points.max() < 0x80 for points in found)
        kind = np.uint8 if small else np.uint32
        return [(p.astype(kind), places) for p, places in zip(found, by.values(), strict=True)]

    def points(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """Drawn code points ``(rows, places)``."""
        kind = self._points[0][0].dtype
        drawn = np.empty((rows, len(self.alphabets)), kind)
        for points, places in self._points:
            if len(points) == 1:
                drawn[:, places] = points[0]
                continue
            index = rng.integers(0, len(points), (rows, len(places)), np.uint16)
            drawn[:, places] = points[index]
        return drawn

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Texts whose characters are drawn each by itself."""
        return from_code_points(self.points(rows, rng))

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """The numbers in the places' own digits; places that need not count are drawn."""
        points = self.points(len(numbers), rng)
        for place in self._counting:
            alphabet = np.array([ord(c) for c in self.alphabets[place]], points.dtype)
            numbers, digit = np.divmod(numbers, len(alphabet))
            points[:, place] = alphabet[digit]
        return from_code_points(points)

    def describe(self) -> str:
        """How many of which characters."""
        if self.check:
            return "<check>"
        names = list(dict.fromkeys(name_of(alphabet) for alphabet in self.alphabets))
        shown = names[0] if len(names) == 1 else name_of("".join(self.alphabets))
        return f"<{len(self.alphabets)} {shown}>"

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        return {"kind": self.kind, "alphabets": list(self.alphabets), "check": self.check}


@dataclass(frozen=True)
class Run:
    """Characters of one alphabet, the first of one of its own, of several lengths."""

    kind: ClassVar[str] = "run"
    first: str
    rest: str
    lengths: tuple[int, ...]
    counts: tuple[int, ...]

    @cached_property
    def _options(self) -> tuple[Places, ...]:
        return tuple(Places((self.first, *[self.rest] * (n - 1))[:n]) for n in self.lengths)

    @property
    def capacity(self) -> int:
        """That of the length with most texts."""
        return max(option.capacity if option.alphabets else 1 for option in self._options)

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Texts of the lengths' shares."""
        length = np.array(self.lengths)[chosen(self.counts, rows, rng)]
        longest = max(self.lengths)
        if not longest:
            return pa.repeat(pa.scalar("", pa.string()), rows)
        points = Places((self.first, *[self.rest] * (longest - 1))).points(rows, rng)
        return from_code_points(points, np.arange(longest) < length[:, None])

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Of each length's texts none twice; those too short for a number are not used."""
        sizes = [option.capacity if option.alphabets else 1 for option in self._options]
        which = roomy(self.counts, sizes, numbers, rng)
        pieces = []
        for place, option in enumerate(self._options):
            rows = np.flatnonzero(which == place)
            if len(rows):
                mixed = permuted(numbers[rows], sizes[place], place)
                pieces.append((rows, option.numbered(mixed, rng)))
        return scattered(pieces, len(numbers))

    def describe(self) -> str:
        """How many of which characters."""
        return f"<{min(self.lengths)} to {max(self.lengths)} {name_of(self.rest or self.first)}>"

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        return {
            "kind": self.kind,
            "first": self.first,
            "rest": self.rest,
            "lengths": list(self.lengths),
            "counts": list(self.counts),
        }


@dataclass(frozen=True)
class Choice:
    """One of few values, by the rows that hold each."""

    kind: ClassVar[str] = "choice"
    values: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def capacity(self) -> int:
        """The values."""
        return len(self.values)

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Values by their shares."""
        index = chosen(self.counts, rows, rng)
        return pa.array(self.values, pa.string()).take(pa.array(index))

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """The values at the places of the numbers."""
        return pa.array(self.values, pa.string()).take(pa.array(numbers))

    def describe(self) -> str:
        """How many values there are."""
        return f"<one of {len(self.values)} texts>"

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        return {"kind": self.kind, "values": list(self.values), "counts": list(self.counts)}


@dataclass(frozen=True)
class Number:
    """A whole number, ``width`` digits wide with zeros in front, or as long as it is where 0.

    ``bins`` are intervals with the rows that they hold, ascending. ``start``: the number of the
    first row, where the seed's count on in sequence. ``layout``: it is the days since 1970 of a day
    that is written so (``%Y%m%d``).
    """

    kind: ClassVar[str] = "number"
    width: int
    bins: tuple[tuple[int, int, int], ...]  # (lowest, highest, rows)
    start: int | None = None
    layout: str | None = None

    @property
    def capacity(self) -> int:
        """The numbers between the lowest and the highest; those of a sequence have no end."""
        return MOST if self.start is not None else min(self._span, MOST)

    @property
    def _span(self) -> int:
        return self.bins[-1][1] - self.bins[0][0] + 1

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Numbers as texts."""
        return self._written(self.numbers(rows, rng))

    def numbers(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int64 ``(rows,)``: a bin by its share, and in it every number alike."""
        low, high, count = np.array(self.bins, np.int64).T
        which = chosen(count, rows, rng)
        drawn: np.ndarray = rng.integers(low[which], high[which], endpoint=True)
        return drawn

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """The numbers counted from the lowest, or from ``start``; they go on beyond the highest."""
        lowest = self.bins[0][0] if self.start is None else self.start
        return self._written(numbers + lowest)

    def _written(self, numbers: np.ndarray) -> pa.Array:
        if self.layout:
            return written(pa.array(numbers.astype(np.int32)).cast(pa.date32()), self.layout)
        texts = pa.array(numbers, pa.int64()).cast(pa.string())
        return pc.utf8_lpad(texts, self.width, "0") if self.width else texts

    def describe(self) -> str:
        """How wide it is: its range would tell values of rows."""
        if self.layout:
            return "<day>"
        if self.start is not None:
            return f"<{self.width} digits in sequence>" if self.width else "<number in sequence>"
        low, high = (self.width or len(str(n)) for n in (self.bins[0][0], self.bins[-1][1]))
        return f"<number of {low} digits>" if low == high else f"<number of {low} to {high} digits>"

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        bins = [list(edge) for edge in self.bins]
        return {
            "kind": self.kind,
            "width": self.width,
            "bins": bins,
            "start": self.start,
            "layout": self.layout,
        }


def chosen(counts: Sequence[int] | np.ndarray, rows: int, rng: np.random.Generator) -> np.ndarray:
    """int64 ``(rows,)``: places by their shares; none is drawn where there is one."""
    if len(counts) == 1:
        return np.zeros(rows, np.int64)
    edges = np.cumsum(np.asarray(counts, np.float64))
    found: np.ndarray = np.searchsorted(edges, rng.random(rows) * edges[-1], side="right")
    return found


def roomy(
    counts: Sequence[int], sizes: Sequence[int], numbers: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Places by their shares among those with more texts than the number of the row."""
    room = numbers[:, None] < np.array(sizes, np.int64)
    edges = np.cumsum(room * np.asarray(counts, np.float64), axis=1)
    thrown = rng.random(len(numbers)) * edges[:, -1]
    found: np.ndarray = (thrown[:, None] >= edges).sum(axis=1)
    return found
