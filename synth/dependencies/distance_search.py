"""The search for pairs of columns whose distance has a bound that chance would not keep."""

from __future__ import annotations

import numpy as np

from synth.dependencies.bound import natural_bound, steps_of
from synth.dependencies.clock import is_clock
from synth.dependencies.column_types import TIMES, is_amount
from synth.dependencies.dependency import Family
from synth.dependencies.distance import Distance, in_plain_units
from synth.dependencies.sample import Sample

FEWEST_ROWS = 200
FIRST_ROWS, FEWEST_FIRST = 1_000, 20
FEWEST_VALUES = 20  # numbers of fewer values are codes, and learned value by value
BROKEN_TIMES = 0.01  # share of randomly paired rows that must lie beyond a bound worth keeping
BROKEN_NUMBERS = 0.02
ALIKE = 0.002  # forms that chance breaks about as often
BY_CHANCE = 20  # rows beyond the bound that the extremes of unrelated columns may leave
SHIFTS = (1, 7, 31)  # of the shuffled rows, to pair them at random

Numbers = tuple[np.ndarray, np.ndarray]


def find(sample: Sample) -> list[Distance]:
    """Pairs of times of one type, and of numbers, the bounds that chance breaks most first."""
    found: list[tuple[float, Distance]] = []
    for names, broken in ((_times(sample), BROKEN_TIMES), (_numbers(sample), BROKEN_NUMBERS)):
        values = {name: _finite(sample, name) for name in names}
        for place, low in enumerate(names):
            for high in names[place + 1 :]:
                rule = _bounded(sample, low, high, values, broken)
                if rule:
                    found.append(rule)
    return [rule for _, rule in sorted(found, key=lambda entry: -entry[0])]


def _times(sample: Sample) -> list[str]:
    return [name for name in sample.times if sample.distinct(name) >= FEWEST_VALUES]


def _numbers(sample: Sample) -> list[str]:
    names = [
        name
        for name in sample.names
        if is_amount(sample.type_of(name)) and sample.distinct(name) >= FEWEST_VALUES
    ]
    return [n for n in names[: sample.settings.number_columns] if not is_clock(sample, n)]


def _bounded(
    sample: Sample, low: str, high: str, values: dict[str, Numbers], least: float
) -> tuple[float, Distance] | None:
    """The form whose bounds randomly paired rows break more often, with how often they do."""
    kind = sample.type_of(high)
    if kind in TIMES and kind != sample.type_of(low):
        return None
    if not _may_be_bounded(values[low], values[high], least, are_times=kind in TIMES):
        return None
    (start, has_start), (end, has_end) = values[low], values[high]
    both = has_start & has_end
    if both.sum() < FEWEST_ROWS:
        return None
    start, end = start[both], end[both]
    if np.median(end - start) < 0:  # the greater one is told by the lesser
        low, high, start, end, kind = high, low, end, start, sample.type_of(low)
    beyond = _beyond_by_form(start, end, are_times=kind in TIMES)
    if max(max(sides) for sides, _ in beyond) < max(least, BY_CHANCE / len(start)):
        return None
    sides, form = max(beyond, key=lambda one: sum(one[0]))
    if form == "ratio" and sum(beyond[0][0]) >= (1 - ALIKE) * sum(sides):
        sides, form = beyond[0]  # 1.7e12 and 1.7e12: the plainer of two
    lags = np.sort(end - start if form == "difference" else end / start)
    number, steps = sample.settings.min_entities, steps_of(kind)
    # A side that chance keeps is no bound: it is where the table ends, and tails go on beyond.
    keeps = [side >= BY_CHANCE / len(start) for side in sides]
    first = natural_bound(lags[:number], steps) if keeps[0] else None
    last = -natural_bound(-lags[-number:][::-1], steps) if keeps[1] else None
    return sum(sides), Distance(high, (low,), form, first, last, kind, is_found=True)


def _finite(sample: Sample, name: str) -> Numbers:
    values, valid = in_plain_units(sample.columns[name])
    return values, valid & np.isfinite(values)


def _may_be_bounded(low: Numbers, high: Numbers, least: float, *, are_times: bool) -> bool:
    """Whether the first rows, whose extremes are closer together, leave enough beyond them."""
    (start, has_start), (end, has_end) = (
        (v[:FIRST_ROWS], ok[:FIRST_ROWS]) for v, ok in (low, high)
    )
    both = has_start & has_end
    if both.sum() < FEWEST_FIRST:
        return False
    beyond = _beyond_by_form(start[both], end[both], are_times=are_times)
    return max(max(sides) for sides, _ in beyond) >= least


def _beyond_by_form(
    start: np.ndarray, end: np.ndarray, *, are_times: bool
) -> list[tuple[tuple[float, float], str]]:
    """The shares of randomly paired rows beyond both bounds, of differences and of ratios."""
    found = [(_beyond(start, end), "difference")]
    if not are_times and (start > 0).all() and (end > 0).all():
        found.append((_beyond(np.log(start), np.log(end)), "ratio"))
    return found


def _beyond(start: np.ndarray, end: np.ndarray) -> tuple[float, float]:
    """The shares of randomly paired rows whose lag lies below and above all those of the rows."""
    lags = end - start
    first, last = lags.min(), lags.max()
    paired = np.concatenate([np.roll(end, shift) - start for shift in SHIFTS])
    return float((paired < first).mean()), float((paired > last).mean())


FAMILY = Family("distances", (Distance,), find)
