"""The search for sums and differences in other units: pairs of columns that lie on a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from synth.dependencies.columns import present
from synth.dependencies.dependency import Family
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import in_units
from synth.dependencies.linear_search import is_told
from synth.dependencies.product import PRODUCT_COLUMNS
from synth.dependencies.rounding import ROUNDINGS
from synth.dependencies.sample import Sample
from synth.dependencies.scaled_sum import ScaledSum
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS

FIRST_ROWS = 128
WINDOW_ROWS = 64  # of them, where some may be mistakes
FEWEST_ROWS = 50
ALIKE = 0.99  # correlation of the first rows from which on a scale is looked for
LIKELY = 0.95  # of the first rows, which may hold several of the exceptions
CLOSE = 0.05  # relative: a plain scale to the one of least squares
DIGITS = range(-6, 7)  # of a plain scale, or of the number by which is divided
Numbers = tuple[np.ndarray, np.ndarray]


def find(sample: Sample) -> list[ScaledSum]:
    """For every pair of number columns the third that is their sum or difference, rescaled."""
    names = [name for name in sample.numbers[:PRODUCT_COLUMNS] if sample.distinct(name) > 2]
    first = sample.first(FIRST_ROWS)
    values = {name: in_units(first[name], sample.type_of(name)) for name in names}
    starts = range(0, FIRST_ROWS, WINDOW_ROWS) if sample.settings.broken else ()
    windows = [slice(None), *(slice(start, start + WINDOW_ROWS) for start in starts)]
    rules: list[ScaledSum] = []
    for a, b in combinations(names, 2):
        for signs in ((1, -1), (1, 1)):
            with np.errstate(invalid="ignore", over="ignore"):  # infinities are no points
                total = signs[0] * values[a][0] + signs[1] * values[b][0]
            both = values[a][1] & values[b][1]
            for target in names:
                if target not in (a, b):
                    slopes = (_slope(total[w], both[w], _part(values[target], w)) for w in windows)
                    slope = next((slope for slope in slopes if slope is not None), None)
                    if slope is not None:
                        rules += _rules(sample, target, (a, b), signs, slope)
    return rules


def _part(numbers: Numbers, window: slice) -> Numbers:
    return numbers[0][window], numbers[1][window]


def _slope(total: np.ndarray, both: np.ndarray, target: Numbers) -> float | None:
    """That of least squares, where the first rows lie on a line."""
    rows = both & target[1] & (np.abs(total) < EXACT_FLOATS) & (np.abs(target[0]) < EXACT_FLOATS)
    if rows.sum() < FEWEST_ROWS:
        return None
    x, y = total[rows] - total[rows].mean(), target[0][rows] - target[0][rows].mean()
    square, other, product = float(x @ x), float(y @ y), float(x @ y)
    if not (np.isfinite(square * other) and square * other):
        return None
    return product / square if product**2 > ALIKE**2 * square * other else None


def _rules(
    sample: Sample, target: str, sources: tuple[str, str], signs: tuple[int, int], slope: float
) -> Iterator[ScaledSum]:
    """The plainest scale and rounding by which nearly all rows are told, if there is one."""
    grid, kind = grid_of(sample.columns[target]), sample.type_of(target)
    first = sample.first(FIRST_ROWS)
    turned = (-signs[0], -signs[1]) if slope < 0 else signs
    names = sources if turned[0] > 0 else (sources[1], sources[0])
    turned = (turned[0], turned[1]) if turned[0] > 0 else (turned[1], turned[0])
    for scale in _plain(abs(slope)):
        for rounding in ROUNDINGS[::-1] if grid is not None else ("nearest",):
            digits = FULL_PRECISION if grid is None else grid
            rule = ScaledSum(target, names, turned, scale, rounding, digits, kind)
            there = present(first, rule.columns)
            if rule.holds(first)[there].mean() < LIKELY or not sample.admits(rule):
                continue
            if is_told(rule, sample.columns):
                yield rule
                return


def _plain(slope: float) -> Iterator[float]:
    """Scales, and what divides, of ever more digits."""
    seen = set[float]()
    for digits in DIGITS:
        steep = round(1 / slope, digits)
        for scale in (1 / steep if steep else 0.0, round(slope, digits)):
            if abs(scale - slope) <= CLOSE * slope and scale not in seen:
                seen.add(scale)
                yield scale


FAMILY = Family("sums in other units", (ScaledSum,), find)
