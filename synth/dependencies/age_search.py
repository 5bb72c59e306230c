"""The search for ages: between two date columns, and as of one day that the data tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth.dependencies.age import (
    COMPLETED,
    LENGTHS,
    MOST_DECIMALS,
    NUMBERED,
    Age,
    as_day,
    counted,
    day_numbers,
    ends,
)
from synth.dependencies.dependency import Family
from synth.dependencies.grid import CALENDAR, is_finer, to_grid
from synth.dependencies.rounding import ROUNDINGS
from synth.dependencies.sample import Sample

FIRST_ROWS = 500
FEWEST_ROWS = 20
SIFTED = 50  # rows that tell most columns apart
MOST_DAYS = 8  # days that fit the sample alike, for all rows to tell apart
LONGEST = 1_000_000  # of any unit, from a date to another: far beyond what a calendar holds
Numbers = tuple[np.ndarray, np.ndarray]
Way = tuple[str, str, int]  # unit, rounding, decimals


def find(sample: Sample) -> list[Age]:
    """For every date column the numbers that count units from it to another one, or to one day."""
    days = {name: day_numbers(sample.columns[name], sample.type_of(name)) for name in sample.times}
    rules: list[Age] = []
    for decimals, counts in _counts(sample).items() if days else ():
        for way in _ways(decimals):
            for start in days:
                rules += _to_another(sample, start, way, days, counts)
                # Of one day and a later one the first, rounded down, is the other, rounded.
                if way[1] == ("nearest" if decimals else "down"):
                    for target, shown in counts.items():
                        rules += _to_one_day(sample, target, start, way, days[start], shown)
    return rules


def _counts(sample: Sample) -> dict[int, dict[str, Numbers]]:
    """Decimals -> the number columns of so many that may count units, in multiples of a step."""
    found: dict[int, dict[str, Numbers]] = {}
    for name in sample.numbers:
        array = sample.columns[name]
        for decimals in range(MOST_DECIMALS + 1):  # that the values need, whatever their type has
            shown = to_grid(array, decimals)
            if shown[1].any() and not is_finer(array, decimals):
                if np.abs(shown[0]).max() <= LONGEST:
                    found.setdefault(decimals, {})[name] = shown
                break
    return found


def _ways(decimals: int) -> Iterator[Way]:
    """How numbers of so many decimals may have been counted, the plainest first."""
    if not decimals:
        yield from ((unit, "down", 0) for unit in (*COMPLETED, *NUMBERED))
    for rounding in ROUNDINGS if not decimals else reversed(ROUNDINGS):
        for unit in LENGTHS:
            if unit != "day" or (not decimals and rounding == "down"):
                yield unit, rounding, decimals


def _to_another(
    sample: Sample, start: str, way: Way, days: dict[str, Numbers], counts: dict[str, Numbers]
) -> Iterator[Age]:
    if way[0] == "day":
        return  # a difference
    shown = np.stack([numbers[:FIRST_ROWS] for numbers, _ in counts.values()], 1)
    given = np.stack([valid[:FIRST_ROWS] for _, valid in counts.values()], 1)
    (begin, begun), names = (part[:FIRST_ROWS] for part in days[start]), list(counts)
    for end in days:
        if end == start:
            continue
        stop, ended = (part[:FIRST_ROWS] for part in days[end])
        both = (begun & ended)[:, None] & given
        same = both & (counted(begin, stop, *way)[:, None] == shown)
        rows = both.sum(0)
        for place in np.flatnonzero((rows >= FEWEST_ROWS) & (same.sum(0) >= _least(sample) * rows)):
            rule = _rule(sample, names[place], (start, end), way)
            if sample.admits(rule):
                yield rule


def _to_one_day(
    sample: Sample, target: str, start: str, way: Way, own: Numbers, shown: Numbers
) -> Iterator[Age]:
    rows = np.flatnonzero(own[1] & shown[1])
    first = rows[:FIRST_ROWS]
    if len(first) < FEWEST_ROWS:
        return
    for some, least in ((first[:SIFTED], 0.9), (first, _least(sample))):
        if _common(*ends(own[0][some], shown[0][some], *way))[2] < least:
            return
    low, high, _ = _common(*ends(own[0][rows], shown[0][rows], *way))
    low, high = max(low, CALENDAR[0]), min(high, CALENDAR[1])
    # The middle comes first: the ends are the birthdays of single rows.
    tried = np.unique(np.linspace(low, high, min(high - low + 1, MOST_DAYS)).astype(np.int64))
    for day in sorted(tried.tolist(), key=lambda day: abs(2 * day - low - high)):
        rule = _rule(sample, target, (start,), way, as_day(day))
        if sample.admits(rule):
            yield rule


def _common(first: np.ndarray, last: np.ndarray) -> tuple[int, int, float]:
    """``(low, high, share)``: the days that lie in most of the intervals, and in how many."""
    starts, stops = np.sort(first), np.sort(last)
    inside = np.arange(1, len(starts) + 1) - np.searchsorted(stops, starts, side="left")
    best = int(inside.argmax())
    return (
        int(starts[best]),
        int(stops[np.searchsorted(stops, starts[best], side="left")]),
        float(inside[best]) / len(starts),
    )


def _rule(
    sample: Sample, target: str, sources: tuple[str, ...], way: Way, at: str | None = None
) -> Age:
    types = tuple(sample.type_of(name) for name in sources)
    return Age(target, sources, *way, at, sample.type_of(target), types)


def _least(sample: Sample) -> float:
    """Of the first rows, which may hold several of the exceptions."""
    return 2 * sample.settings.near - 1.005


FAMILY = Family("ages", (Age,), find)
