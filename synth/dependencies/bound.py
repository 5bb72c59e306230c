"""Natural bounds: round numbers just beyond the extremes, which show nobody's own value."""

from __future__ import annotations

import math

import numpy as np

from synth.dependencies.column_types import TIMES

DAYS_PER_YEAR = 365.25
SECONDS_PER_DAY = 86_400
YEARS = (100, 50, 20, 10, 5, 2, 1)
DAYS = (30, 7, 1)
SECONDS = (43_200, 21_600, 10_800, 3600, 1800, 900, 600, 300, 60, 30, 10, 5, 1)
POWERS = range(15, -16, -1)
_WAYS = (math.ceil, math.floor)
TINY = 1e-9  # of a step: what rounding may have taken from a whole number of them


def steps_of(type_name: str) -> tuple[float, ...]:
    """Round steps for distances of a type, the coarsest first: days, seconds, plain numbers."""
    if type_name not in TIMES:
        return tuple(digit * 10.0**power for power in POWERS for digit in (5, 2, 1))
    days = (*(years * DAYS_PER_YEAR for years in YEARS), *map(float, DAYS))
    if type_name == "date":
        return days
    finer = [digit * 10.0**power for power in range(-1, -7, -1) for digit in (5, 2, 1)]
    return (*(day * SECONDS_PER_DAY for day in days), *map(float, SECONDS), *finer)


def natural_bound(smallest: np.ndarray, steps: tuple[float, ...]) -> float:
    """A lower bound of numbers, of which ``smallest`` are the smallest, ascending.

    A multiple of the coarsest step that comes as close to the first of them as the last of them
    is; the first itself only where all of them are alike. So it is a number that as many rows hold,
    or one that is coarser than the distances between them.
    """
    first = float(smallest[0])
    slack = float(smallest[-1]) - first
    for step in steps:
        bound = _below(first, step)
        if -TINY * abs(first) <= first - bound <= slack:
            return bound
    return first


def _below(value: float, step: float) -> float:
    """The last multiple at or below a value; of years the whole days, as leap years fall."""
    for day in (1, SECONDS_PER_DAY):
        if step % (DAYS_PER_YEAR * day) == 0 and step <= max(YEARS) * DAYS_PER_YEAR * day:
            times = math.floor((value / day + 1) / (step / day))
            days = [turn(n * step / day) for n in (times, times - 1) for turn in _WAYS]
            return float(next(whole for whole in days if whole * day <= value) * day)
    times = math.floor(value / step + TINY)
    if times * step > value + TINY * abs(value):  # a step so coarse that a trifle of it is much
        times -= 1
    return round(times * step, 12) + 0.0  # no -0
