"""Texts of one length as segments: what all share, a prefix of few values, free characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np
import pyarrow as pa

from synth.forms.alphabets import alphabet_of
from synth.forms.days import day_layout, days_of, width_of
from synth.forms.levels import entropy
from synth.forms.protected import (
    MOST_DIGITS,
    Shared,
    fills,
    prefix_length,
    ranges,
    sequence_start,
    shared_values,
)
from synth.forms.segments import Literal, Number, Places
from synth.forms.sequences import Free
from synth.forms.texts import from_code_points

_CHANCE = 1e-6  # a place misses characters with less probability: then it has its own alphabet
_COUNTED = 8  # characters that differ: more have room enough without those that are the same
_EVEN = 0.95  # of the entropy that the values of a place can have


@dataclass(frozen=True)
class Few:
    """A piece of few values, to be a field of the pattern; ``free`` for rows that hold others."""

    shared: Shared
    free: Free


@dataclass(frozen=True)
class Days:
    """A piece that is a day in a layout, to be a field of its own type."""

    layout: str
    free: Number  # days since 1970


Piece = Free | Few | Days


def pieces_of(
    points: np.ndarray,
    symbol: str,
    min_entities: int,
    *,
    checks: Sequence[int] = (),
    key: bool = False,
) -> list[Piece]:
    """The pieces of a token, from its code points ``(rows, length)``.

    ``symbol``: its class (``synth.forms.levels``). ``checks``: places of check digits. ``key``:
    numbers that count on are a sequence.
    """
    pieces: list[Piece] = []
    start = 0
    length = points.shape[1]
    while start < length:
        end = start + 1
        while end < length and (end in checks) == (start in checks):
            end += 1
        if start in checks:
            pieces.append(Places(("0",) * (end - start), check=True))
        else:
            pieces += _stretch(points[:, start:end], symbol, min_entities, key=key)
        start = end
    return pieces


def _stretch(points: np.ndarray, symbol: str, min_entities: int, *, key: bool) -> list[Piece]:
    same = (points == points[:1]).all(axis=0)
    if same.all():
        return [Literal(_text(points[0]))]
    length = points.shape[1]
    tail = length - int(np.argmin(same[::-1]))
    end: list[Piece] = [Literal(_text(points[0, tail:]))] if tail < length else []
    points = points[:, :tail]
    layout = day_layout(points) if symbol in "9w" else None
    if layout is not None:
        width = width_of(layout)
        days = day_piece(from_code_points(points[:, :width]), layout, min_entities)
        behind = points[:, width:]
        if days is not None and behind.shape[1]:
            # What counts on within each day begins anew with the next.
            return [days, *_stretch(behind, symbol, min_entities, key=False), *end]
        if days is not None:
            return [days, *end]
    led = same[0] and points[0, 0] == ord("0")
    if key and symbol == "w" and led and (~same).sum() <= _COUNTED:
        # Keys that count on will need the zeros in front.
        return [*_free(points, min_entities, led=True), *end]
    is_number = symbol == "9" and 1 < tail <= MOST_DIGITS
    if is_number and led:
        return [_number(points, min_entities, key=key), *end]
    if is_number and key:
        number = _number(points, min_entities, key=True)
        if isinstance(number, Number) and number.start is not None:
            return [number, *end]
    space = 10 if symbol == "9" else len(np.unique(points))
    head = prefix_length(points, float(np.log2(max(space, 2))), min_entities)
    head = min(head, tail - 1)
    front = _front(points[:, :head], symbol, min_entities) if head else []
    if head and not front:
        head = 0
    inner = _day_behind(points, head) if symbol in "9w" else 0
    if inner:
        before = points[:, :inner]
        front = _front(before, symbol, min_entities) or [*_free(before, min_entities)]
        return [*front, *_stretch(points[:, inner:], symbol, min_entities, key=key), *end]
    rest = points[:, head:]
    if is_number and rest.shape[1] > 1:
        return [*front, _number(rest, min_entities, key=key), *end]
    return [*front, *_free(rest, min_entities), *end]


def _day_behind(points: np.ndarray, head: int) -> int:
    """Where a day begins among the first characters that have few values, 0 where none does.

    Of several places that may be, that of most different days.
    """
    different: dict[int, int] = {0: 0}
    for place in range(1, head + 1):
        layout = day_layout(points[:, place:])
        if layout is not None:
            end = place + width_of(layout)
            different[place] = len(np.unique(points[:, place:end], axis=0))
    return max(different, key=lambda place: different[place])


def day_piece(texts: pa.Array, layout: str, min_entities: int) -> Days | None:
    """The piece of texts that are days in a layout; None where too few rows have any."""
    days = days_of(texts, layout)
    bins = [] if days is None else ranges(days, min_entities, by_length=False, type_name="date")
    return Days(layout, Number(0, tuple(bins), layout=layout)) if bins else None


def _front(points: np.ndarray, symbol: str, min_entities: int) -> list[Piece]:
    """A prefix as a literal or as a piece of few values; none where it is one free place."""
    shared = shared_values(from_code_points(points), min_entities)
    if len(shared.values) == 1 and shared.rest < min_entities:
        return [Literal(shared.values[0])]
    even = entropy(np.array(shared.counts)) >= _EVEN * np.log2(max(len(shared.values), 2))
    if points.shape[1] == 1 and symbol != "9" and len(shared.values) > 1 and even:
        return []
    free = _free(points, min_entities)
    whole = Places(tuple(a for one in free for a in _alphabets(one)))
    return [Few(shared, whole)]


def _number(points: np.ndarray, min_entities: int, *, key: bool) -> Free:
    """Digits as a number in its range, or as free digits where it fills all of them."""
    width = points.shape[1]
    worth = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    numbers = (points.astype(np.int64) - ord("0")) @ worth
    start = sequence_start(numbers, width, min_entities) if key else None
    bins = ranges(numbers, min_entities, by_length=False)
    if start is None and (not bins or fills(numbers, width)):
        return Places(("0123456789",) * width)
    return Number(width, tuple(bins), start)


def _free(points: np.ndarray, min_entities: int, *, led: bool = False) -> list[Free]:
    """Free characters, each from the alphabet of its place; a text that all rows share between.

    ``led``: zeros in front are free, and every place has the alphabet of all.
    """
    same = (points == points[:1]).all(axis=0) & (not led)
    pool = points[:, ~same]
    pooled = alphabet_of(_counts(pool, min_entities), min_entities)
    found: list[Free] = []
    for place, column in enumerate(points.T):
        if same[place]:
            text = chr(int(column[0]))
            if found and isinstance(found[-1], Literal):
                found[-1] = Literal(found[-1].text + text)
            else:
                found.append(Literal(text))
            continue
        alphabet = pooled
        if not led and _misses(len(np.unique(column)), len(pooled), len(column)):
            own = "".join(c for c, n in sorted(_counts(column).items()) if n >= min_entities)
            alphabet = own or pooled
        if found and isinstance(found[-1], Places):
            found[-1] = Places((*found[-1].alphabets, alphabet))
        else:
            found.append(Places((alphabet,)))
    return found


def _misses(seen: int, size: int, rows: int) -> bool:
    """Whether so many rows would show more of an alphabet's characters, came they evenly.

    By Boole's inequality: the sets of so many characters, each with the chance to hold all rows.
    """
    if seen >= size:
        return False
    sets = lgamma(size + 1) - lgamma(seen + 1) - lgamma(size - seen + 1)
    return sets + rows * log(seen / size) < log(_CHANCE)


def _counts(points: np.ndarray, min_entities: int = 0) -> dict[str, int]:
    """How often each character stands there; those of too few rows count rows, not places."""
    unique, counts = np.unique(points, return_counts=True)
    places = points.shape[1] if points.ndim > 1 else 1
    for at in np.flatnonzero(counts < min_entities * places):
        counts[at] = (points == unique[at]).any(axis=1).sum() if places > 1 else counts[at]
    return {chr(int(p)): int(n) for p, n in zip(unique, counts, strict=True) if p}


def _alphabets(segment: Free) -> tuple[str, ...]:
    if isinstance(segment, Literal):
        return tuple(segment.text)
    assert isinstance(segment, Places)
    return segment.alphabets


def _text(points: np.ndarray) -> str:
    return "".join(map(chr, points.tolist()))


def free_characters(texts: pa.Array, points: np.ndarray, min_entities: int) -> tuple[str, str]:
    """``(first, rest)``: the alphabets of the first and of all other characters of texts.

    ``points``: their code points, 0 beyond the end. The first has one of its own where a
    character that is common elsewhere never stands there (no leading zeros).
    """
    alphabet = alphabet_of(_counts(points, min_entities), min_entities)
    first = _counts(points[:, 0])
    if not _misses(len(first), len(alphabet), len(texts)):
        return alphabet, alphabet
    return "".join(c for c in alphabet if c in first) or alphabet, alphabet
