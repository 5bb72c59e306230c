"""Sequences of segments, and one of several: drawn, or told apart by numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.forms.permutation import MOST, permuted
from synth.forms.segments import Choice, Literal, Number, Places, Run, chosen, roomy
from synth.forms.texts import joined, scattered


@dataclass(frozen=True)
class Mixture:
    """One of several sequences of free segments, by the rows that have each.

    No text belongs to two of them.
    """

    kind: ClassVar[str] = "mixture"
    alternatives: tuple[tuple[Free, ...], ...]
    counts: tuple[int, ...]

    @property
    def capacity(self) -> int:
        """That of the alternative with most texts."""
        return max(capacity_of(segments) for segments in self.alternatives)

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Texts of the alternatives' shares."""
        which = chosen(self.counts, rows, rng)
        pieces = []
        for place, segments in enumerate(self.alternatives):
            at = np.flatnonzero(which == place)
            if len(at):
                pieces.append((at, drawn(segments, len(at), rng)))
        return scattered(pieces, rows)

    def numbered(self, numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Of each alternative's texts none twice; those too small for a number are not used."""
        sizes = [capacity_of(segments) for segments in self.alternatives]
        which = roomy(self.counts, sizes, numbers, rng)
        pieces = []
        for place, segments in enumerate(self.alternatives):
            at = np.flatnonzero(which == place)
            if len(at):
                pieces.append((at, numbered(segments, numbers[at], rng)))
        return scattered(pieces, len(numbers))

    def describe(self) -> str:
        """The alternatives that most rows have."""
        order = np.argsort(self.counts)[::-1][:3]
        shown = ["".join(s.describe() for s in self.alternatives[place]) for place in order]
        more = len(self.alternatives) - len(shown)
        return " or ".join(shown) + (f" or {more} more" if more > 0 else "")

    def to_json(self) -> dict[str, Any]:
        """What :func:`segment_from_json` reads."""
        return {
            "kind": self.kind,
            "alternatives": [[s.to_json() for s in segments] for segments in self.alternatives],
            "counts": list(self.counts),
        }


Free = Literal | Places | Run | Choice | Number | Mixture


def counter_of(segments: Sequence[Free]) -> tuple[int, ...]:
    """Which segments tell rows apart: a sequence, those of fixed capacity, or the largest."""
    for place, segment in enumerate(segments):
        if isinstance(segment, Number) and segment.start is not None:
            return (place,)
    places: list[int] = []
    size = 1
    for place in reversed(range(len(segments))):
        segment = segments[place]
        if isinstance(segment, Places | Choice | Number) and segment.capacity > 1:
            if size * segment.capacity > MOST:
                break
            size *= segment.capacity
            places.append(place)
    sizes = [segment.capacity for segment in segments]
    largest = int(np.argmax(sizes)) if sizes else 0
    if sizes and sizes[largest] > size:
        return (largest,)
    return tuple(places)


def capacity_of(segments: Sequence[Free]) -> int:
    """How many rows a sequence of segments can tell apart."""
    size = 1
    for place in counter_of(segments):
        size *= segments[place].capacity
    return size


def drawn(segments: Sequence[Free], rows: int, rng: np.random.Generator) -> pa.Array:
    """Texts of a sequence of segments, each drawn by itself."""
    return joined([segment.draw(rows, rng) for segment in merged(segments)], rows)


def numbered(segments: Sequence[Free], numbers: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Texts of a sequence of segments that differ where the numbers do, in an order like chance.

    ``0 <= numbers < capacity_of(segments)``.
    """
    return joined(numbered_pieces(segments, numbers, rng), len(numbers))


def numbered_pieces(
    segments: Sequence[Free], numbers: np.ndarray, rng: np.random.Generator
) -> list[pa.Array | str]:
    """The texts of each segment, of which those of the counter are told apart by the numbers."""
    counter = counter_of(segments)
    counted: dict[int, pa.Array | str] = {}
    if len(counter) == 1 and _orders_itself(segments[counter[0]]):
        counted[counter[0]] = segments[counter[0]].numbered(numbers, rng)
    elif counter:
        left = permuted(numbers, capacity_of(segments), len(segments))
        for place in counter:
            left, own = np.divmod(left, segments[place].capacity)
            counted[place] = segments[place].numbered(own, rng)
    return [
        counted[place] if place in counted else segment.draw(len(numbers), rng)
        for place, segment in enumerate(segments)
    ]


def _orders_itself(segment: Free) -> bool:
    """Whether numbers are to come to it as they are: in sequence, or of several lengths."""
    return isinstance(segment, Run | Mixture) or (
        isinstance(segment, Number) and segment.start is not None
    )


def merged(segments: Sequence[Free]) -> list[Free]:
    """The same texts of fewer segments: neighbours of fixed length become one."""
    found: list[Free] = []
    for segment in segments:
        before = found[-1] if found else None
        if isinstance(segment, Literal | Places) and isinstance(before, Literal | Places):
            found[-1] = Places((*_alphabets(before), *_alphabets(segment)))
        else:
            found.append(segment)
    return found


def segment_from_json(data: dict[str, Any]) -> Free:
    """The segment as its ``to_json`` wrote it."""
    match data["kind"]:
        case "literal":
            return Literal(data["text"])
        case "places":
            return Places(tuple(data["alphabets"]), data["check"])
        case "run":
            return Run(data["first"], data["rest"], tuple(data["lengths"]), tuple(data["counts"]))
        case "number":
            bins = tuple((low, high, rows) for low, high, rows in data["bins"])
            return Number(data["width"], bins, data["start"], data["layout"])
        case "choice":
            return Choice(tuple(data["values"]), tuple(data["counts"]))
        case _:
            alternatives = tuple(
                tuple(segment_from_json(one) for one in segments)
                for segments in data["alternatives"]
            )
            return Mixture(alternatives, tuple(data["counts"]))


def _alphabets(segment: Literal | Places) -> tuple[str, ...]:
    return tuple(segment.text) if isinstance(segment, Literal) else segment.alphabets
