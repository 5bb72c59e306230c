"""What may be kept of a sample's texts: values, ranges and lengths that enough rows share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.levels import entropy
from synth.statistics.edges import Piece

_FEW = 64  # values beyond are many
_LEARNABLE = 0.5  # of the rows must hold a kept value
_EVEN = 0.9  # of the entropy of characters by chance: what has more tells nothing
_NARROW = 0.8  # of that entropy at one place: what has less is part of a prefix
_IN_PREFIX = 0.95  # of the rows must hold a kept prefix
_MOST_BINS = 16
MOST_DIGITS = 15  # of a number that is exact in 64 bits, with room to count on
_DISTINCT = 0.4  # of the numbers of a sequence, which may begin anew in each of a few years
_DENSE = 2.0  # numbers in sequence lie no further apart on average: every second one is there


@dataclass(frozen=True)
class Shared:
    """Values that enough rows share, most frequent first, and the rows that hold none of them."""

    values: tuple[str, ...]
    counts: tuple[int, ...]
    rest: int

    @property
    def covered(self) -> float:
        """The share of the rows that hold one of them."""
        return sum(self.counts) / max(sum(self.counts) + self.rest, 1)


def shared_values(texts: pa.Array, min_entities: int) -> Shared:
    """The values of the texts that at least ``min_entities`` rows hold."""
    found = pc.value_counts(texts)
    counts = np.asarray(found.field(1))
    kept = np.flatnonzero(counts >= min_entities)
    values = found.field(0).take(pa.array(kept)).to_pylist()
    pairs = sorted(zip(-counts[kept], values, strict=True))
    held = tuple(int(-count) for count, _ in pairs)
    return Shared(tuple(value for _, value in pairs), held, len(texts) - sum(held))


def few_values(
    texts: pa.Array, space: tuple[float, float], min_entities: int, *, evenly: int = 0
) -> Shared | None:
    """The values of a token, where they are few and tell something; None where they are free.

    ``space``: bits of a text by chance, from its class and from the characters that its places
    show; infinite where texts are of any length. Of many values only the second tells whether they
    are more than chance. ``evenly``: so many tell something however evenly they come, as numbers
    between separators do (1.2.3), and letters of a few (S, M, L).
    """
    shared = shared_values(texts, min_entities)
    if not shared.values or shared.covered < _LEARNABLE:
        return None
    if len(shared.values) <= evenly and shared.covered >= _IN_PREFIX:
        return shared
    bits = entropy(np.array(shared.counts))
    return shared if bits <= _EVEN * space[len(shared.values) > _FEW] else None


def prefix_length(points: np.ndarray, space: float, min_entities: int) -> int:
    """How many of the first characters ``(rows, length)`` have few values together.

    ``space``: bits of a character by chance.
    """
    joint = np.zeros(len(points), np.int64)
    before = 0.0
    for place in range(points.shape[1]):
        _, joint, counts = np.unique(
            joint * 0x110000 + points[:, place], return_inverse=True, return_counts=True
        )
        joint = joint.ravel()
        bits = entropy(counts)
        kept = counts[counts >= min_entities].sum() / len(points)
        if bits - before > _NARROW * space or kept < _IN_PREFIX:
            return place
        before = bits
    return int(points.shape[1])


def lengths_of(texts: pa.Array, min_entities: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """``(lengths, rows)`` that enough rows share; the median where none is."""
    lengths = np.asarray(pc.utf8_length(texts))
    unique, counts = np.unique(lengths, return_counts=True)
    kept = counts >= min_entities
    if not kept.any():
        return (int(np.sort(lengths)[len(lengths) // 2]),), (len(lengths),)
    return tuple(unique[kept].tolist()), tuple(counts[kept].tolist())


def ranges(
    numbers: np.ndarray, min_entities: int, *, by_length: bool, type_name: str = "bigint"
) -> list[tuple[int, int, int]]:
    """Intervals ``(lowest, highest, rows)`` of whole numbers that hold enough rows each.

    They begin at round numbers (of days: at the first of a month or a year) that are nobody's own;
    at or beyond the outermost bounds lie as many rows. ``by_length``: no interval holds numbers of
    several lengths, and lengths that too few rows have are left out.
    """
    ordered = np.sort(numbers)
    if not by_length:
        return _intervals(ordered, min_entities, type_name)
    found = []
    size = np.searchsorted(10 ** np.arange(1, MOST_DIGITS + 3, dtype=np.int64), ordered, "right")
    for digits in np.unique(size):
        own = ordered[size == digits]
        if min_entities <= len(own) < 2 * min_entities:  # too few for bounds: all of the length
            low = 10 ** int(digits) if digits else min(int(own[0]), 1)
            found.append((low, 10 ** int(digits + 1) - 1, len(own)))
        found += _intervals(own, min_entities, type_name)
    return found or _intervals(ordered, min_entities, type_name)


def _intervals(
    ordered: np.ndarray, min_entities: int, type_name: str
) -> list[tuple[int, int, int]]:
    rows = len(ordered)
    if rows < 2 * min_entities:
        return []
    values, counts = np.unique(ordered, return_counts=True)
    piece = Piece.of(values.astype(np.int64), counts, min_entities, type_name)
    inner = piece.edges(int(np.clip(rows // (4 * min_entities), 1, _MOST_BINS)))
    edges = np.r_[piece.start(inner), inner, piece.stop(inner)].tolist()
    held = np.diff(np.r_[0, np.searchsorted(ordered, inner), rows]).tolist()
    return [(a, b - 1, n) for a, b, n in zip(edges[:-1], edges[1:], held, strict=True)]


def sequence_start(numbers: np.ndarray, width: int, min_entities: int) -> int | None:
    """Where a sequence of keys begins, None where the keys are none.

    They are where every second number or more is there, or, as a sample shows them, where they lie
    evenly from the first on and leave the last ones of their width free.
    """
    ordered = np.sort(numbers)
    rows = len(ordered)
    if rows < 2 * min_entities or len(np.unique(ordered)) < _DISTINCT * rows:
        return None
    low, high = int(ordered[min_entities - 1]), int(ordered[-min_entities])
    spacing = (high - low + 1) / max(rows - 2 * min_entities + 2, 1)
    round_number: int = 10 ** len(str(min_entities))
    if spacing <= _DENSE:
        return low // round_number * round_number + 1
    middle = abs(float(ordered[rows // 2]) / max(high, 1) - 0.5)
    leaves_room = high < 0.9 * 10 ** (width or len(str(high)))
    if low <= 3 * min_entities * spacing and middle < 0.05 and leaves_room:
        return 1
    return None


def fills(numbers: np.ndarray, digits: int) -> bool:
    """Whether the numbers lie evenly over all of so many digits."""
    space = 10.0**digits
    ordered = np.sort(numbers)
    at = (np.arange(1, 10) * len(ordered)) // 10
    tolerance = 0.03 + 2.0 / np.sqrt(len(ordered))
    return bool(np.abs(ordered[at] / space - np.arange(1, 10) / 10).max() < tolerance)
