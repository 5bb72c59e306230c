"""One shape of a column's texts: its segments, what is learned of them, and what reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import where
from synth.forms.check_digits import Check
from synth.forms.days import parsed, width_of, written
from synth.forms.linear_check import LinearCheck
from synth.forms.segments import Choice, Literal, Number, Places, Run
from synth.forms.sequences import (
    Free,
    Mixture,
    capacity_of,
    counter_of,
    merged,
    numbered_pieces,
    segment_from_json,
)
from synth.forms.texts import from_code_points, joined, octets_of, scattered


@dataclass(frozen=True)
class Field:
    """A piece that is learned under its ``label``: one of few values, each held by enough rows.

    What is not among them is drawn from ``free``, or where that is None is one of them. With a
    ``layout`` it is a day instead (``%Y%m%d``), and ``free`` the range of the days since 1970.
    """

    kind: ClassVar[str] = "field"
    label: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    free: Free | None = None
    layout: str | None = None

    @property
    def type(self) -> str:
        """The type of the column that is learned."""
        return "date" if self.layout else "string"

    def read(self, texts: pa.Array) -> pa.Array:
        """What is learned of the texts, null where the field does not know one."""
        if self.layout:
            return parsed(texts, self.layout)
        known = pc.is_in(texts, pa.array(self.values, pa.string()))
        return where(np.asarray(known), texts)

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """What :meth:`read` gives, by the shares of the values."""
        if isinstance(self.free, Number) and self.layout:
            return pa.array(self.free.numbers(rows, rng).astype(np.int32)).cast(pa.date32())
        share = np.array(self.counts) / sum(self.counts)
        index = rng.choice(len(self.values), rows, p=share)
        return pa.array(self.values, pa.string()).take(pa.array(index))

    def write(self, given: pa.Array, rng: np.random.Generator) -> pa.Array:
        """The texts of what is given; where it is null, what the field may hold instead."""
        absent = np.flatnonzero(np.asarray(given.is_null()))
        texts = written(given.drop_null(), self.layout) if self.layout else given.drop_null()
        if not len(absent):
            return texts
        if self.free is None:
            made = self.draw(len(absent), rng)
        else:
            made = joined([self.free.draw(len(absent), rng)], len(absent))
        there = np.flatnonzero(np.asarray(given.is_valid()))
        return scattered([(there, texts), (absent, made)], len(given))

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        free = self.free.to_json() if self.free else None
        return {
            "kind": self.kind,
            "label": self.label,
            "values": list(self.values),
            "counts": list(self.counts),
            "free": free,
            "layout": self.layout,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Field:
        """The field as :meth:`to_json` wrote it."""
        free = segment_from_json(data["free"]) if data["free"] else None
        values, counts = tuple(data["values"]), tuple(data["counts"])
        return cls(data["label"], values, counts, free, data["layout"])


Segment = Free | Field


def smooth(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments, literal neighbours as one."""
    found: list[Segment] = []
    for segment in segments:
        before = found[-1] if found else None
        if isinstance(segment, Literal) and isinstance(before, Literal):
            found[-1] = Literal(before.text + segment.text)
        else:
            found.append(segment)
    return tuple(found)


@dataclass(frozen=True)
class Pattern:
    """Texts of one shape: ``segments``, and an ``expression`` (RE2) that no other text fits.

    The expression has a group ``f0``, ``f1`` ... for each field in order. ``check`` is the scheme
    of its check digits, ``check_at`` the places of letters and digits in its texts of fixed length.
    """

    label: str
    segments: tuple[Segment, ...]
    expression: str
    rows: int
    check: Check | LinearCheck | None = None
    check_at: tuple[int, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The pieces that are learned."""
        return tuple(segment for segment in self.segments if isinstance(segment, Field))

    @cached_property
    def _free(self) -> tuple[Free, ...]:
        return tuple(segment for segment in self.segments if not isinstance(segment, Field))

    @cached_property
    def capacity(self) -> int:
        """How many rows its free segments tell apart."""
        return capacity_of(self._free)

    @cached_property
    def longest(self) -> int:
        """The most characters that a text of it has."""
        return sum(_longest(segment) for segment in self.segments)

    def read(self, texts: pa.Array) -> tuple[np.ndarray, list[pa.Array]]:
        """``(fits, values)``: which texts are of this shape, and what each field holds there.

        What a field does not know is null.
        """
        if not self.fields:
            return np.asarray(pc.match_substring_regex(texts, self.expression)), []
        found = pc.extract_regex(texts, self.expression)
        fits = np.asarray(found.is_valid())
        held = pa.array(fits)
        values = [
            field.read(found.field(place).filter(held)) for place, field in enumerate(self.fields)
        ]
        return fits, values

    def write(
        self,
        given: Mapping[str, pa.Array],
        rows: int,
        rng: np.random.Generator,
        numbers: np.ndarray | None = None,
        lead: pa.Array | None = None,
    ) -> pa.Array:
        """Texts of this shape with the given values in its fields (by label; null: drawn).

        ``numbers``, below the capacity, make them differ. ``lead`` stands before the counter, and
        check digits are those of the longer text, where their scheme has such.
        """
        if numbers is None:
            segments: Sequence[Segment] = _merged(self.segments)
            free = [s.draw(rows, rng) for s in segments if not isinstance(s, Field)]
        else:
            segments = self.segments
            free = numbered_pieces(self._free, numbers, rng)
        if lead is not None:
            before = self._counter
            free.insert(sum(not isinstance(s, Field) for s in segments[:before]), lead)
            segments = [*segments[:before], Literal(""), *segments[before:]]
        pieces = iter(free)
        texts = [
            segment.write(given[segment.label], rng) if isinstance(segment, Field) else next(pieces)
            for segment in segments
        ]
        return self._checked(joined(texts, rows))

    @cached_property
    def _counter(self) -> int:
        """The segment at which the counter begins, or the end."""
        counter = counter_of(self._free)
        at = [place for place, s in enumerate(self.segments) if not isinstance(s, Field)]
        return at[counter[-1]] if counter else len(self.segments)

    def checked_at(self, more: int) -> list[int]:
        """The letters and digits of texts so many characters longer; none without check digits.

        The checks must be the characters that they are in shorter texts: others count.
        """
        if self.check is None:
            return []
        at = sum(_longest(segment) for segment in self.segments[: self._counter])
        moved = {place: place + more * (place >= at) for place in self.check_at}
        places = sorted([*moved.values(), *range(at, at + more)])
        own = [moved[self.check_at[place]] for place in self.check.places(len(self.check_at))]
        found = [places[place] for place in self.check.places(len(places))]
        return places if own == found else []

    def _checked(self, texts: pa.Array) -> pa.Array:
        """The texts with their check digits; those of a length without any are as they are."""
        if self.check is None:
            return texts
        lengths = np.asarray(pc.binary_length(texts))
        pieces = []
        for length in np.unique(lengths):
            rows, more = np.flatnonzero(lengths == length), int(length) - self.longest
            own = texts.take(pa.array(rows))
            places = self.checked_at(more) if more >= 0 else []
            if places:
                octets = octets_of(own, int(length)).copy()
                octets[:, places] = self.check.applied(octets[:, places])
                own = from_code_points(octets)
            pieces.append((rows, own))
        return scattered(pieces, len(texts))

    def describe(self, *, hidden: bool = False) -> str:
        """The shape in words; ``hidden`` shows no text of the seed."""
        shown = []
        for segment in self.segments:
            if isinstance(segment, Field):
                shown.append(f"<{segment.label}>")
            elif hidden and isinstance(segment, Literal):
                shown.append("".join("…" if c.isalnum() else c for c in segment.text))
            elif hidden and isinstance(segment, Mixture):
                shown.append("<text>")
            else:
                shown.append(segment.describe())
        check = f" with {self.check.scheme} check digits" if self.check else ""
        return ("".join(shown) or "empty text") + check

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        return {
            "label": self.label,
            "segments": [segment.to_json() for segment in self.segments],
            "expression": self.expression,
            "rows": self.rows,
            "check": None if self.check is None else self.check.to_json(),
            "check_at": list(self.check_at),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Pattern:
        """The pattern as :meth:`to_json` wrote it."""
        segments = tuple(
            Field.from_json(one) if one["kind"] == Field.kind else segment_from_json(one)
            for one in data["segments"]
        )
        check = _check_from_json(data["check"]) if data["check"] else None
        at = tuple(data["check_at"])
        return cls(data["label"], segments, data["expression"], data["rows"], check, at)


def _check_from_json(data: dict[str, Any]) -> Check | LinearCheck:
    return LinearCheck.from_json(data) if "modulus" in data else Check(**data)


def _merged(segments: Sequence[Segment]) -> list[Segment]:
    """Neighbouring free segments of fixed length as one: they are drawn at once."""
    found: list[Segment] = []
    run: list[Free] = []
    for segment in segments:
        if isinstance(segment, Field):
            found += [*merged(run), segment]
            run = []
        else:
            run.append(segment)
    return [*found, *merged(run)]


def _longest(segment: Segment) -> int:
    match segment:
        case Literal(text):
            return len(text)
        case Places(alphabets):
            return len(alphabets)
        case Run():
            return max(segment.lengths)
        case Number():
            if segment.layout:
                return width_of(segment.layout)
            return max(segment.width, len(str(segment.bins[-1][1])))
        case Mixture():
            return max(sum(map(_longest, segments)) for segments in segment.alternatives)
        case Choice():
            return max(map(len, segment.values))
        case _:
            if segment.layout:
                return width_of(segment.layout)
            return max(map(len, segment.values))


def shortest(segments: Sequence[Segment]) -> int:
    """The fewest characters of a text of these segments, free ones told apart by numbers."""
    found = 0
    for segment in segments:
        match segment:
            case Literal() | Places():
                found += _longest(segment)
            case Number():
                found += segment.width or 1
            case _:
                found += 0 if isinstance(segment, Mixture) else 1
    return found
