"""The search for orders: pairs of columns in order in every row, or in all but a few of them."""

from __future__ import annotations

import numpy as np

from synth.dependencies.column_types import TIMES
from synth.dependencies.dependency import Family
from synth.dependencies.order import Order, directly_above, gaps_of, is_abrupt
from synth.dependencies.sample import Sample
from synth.table.values import is_ordered, to_numbers

FIRST_ROWS = 1_000
FEWEST_FIRST = 8  # of them with both values
VIOLATED_TIMES = 0.05  # share of randomly paired rows that must break an order worth keeping
VIOLATED_NUMBERS = 0.2  # numbers of unlike meaning are ordered by their size alone
OVERLAP = 0.5  # share of the wider range that both columns cover, for numbers
FEWEST_ROWS = 50
VIOLATED_SELDOM, BEYOND_CHANCE = 0.005, 3.0  # of times that rows break: the least, and how often


def find(sample: Sample) -> list[Order]:
    """Pairs of one type that no row breaks, though randomly paired rows would.

    Where the settings let some rows break an order, also pairs that few rows break, all at once:
    where two columns only tend to be in order, rows thin out on both sides of the line.
    """
    groups: dict[str, list[str]] = {}
    for name in sample.names:
        if is_ordered(sample.type_of(name)) and sample.varies(name):
            groups.setdefault(sample.type_of(name), []).append(name)
    found: list[Order] = []
    for kind, names in groups.items():
        on = [to_numbers(sample.columns[name], kind) for name in names]
        values = np.stack([v for v, _ in on], 1)
        valid = np.stack([ok for _, ok in on], 1)
        for low, high in _pairs(values, valid, kind in TIMES, sample.settings.broken):
            found.append(Order(names[high], (names[low],), kind))
    return _plainest_first(found)


def _pairs(
    values: np.ndarray, valid: np.ndarray, are_times: bool, broken: float
) -> list[tuple[int, int]]:
    first, given = values[:FIRST_ROWS], valid[:FIRST_ROWS]
    found = []
    for low in range(values.shape[1]):
        both = given[:, [low]] & given
        rows, wrong = both.sum(0), (both & (first[:, [low]] > first)).sum(0)
        expected = broken * rows
        rarely = (wrong <= expected + 3 * np.sqrt(expected)) & (rows >= FEWEST_FIRST)
        for high in np.flatnonzero(rarely):
            # The first rows rule out most pairs for a fiftieth of the work.
            if (
                high != low
                and _is_real(first, given, low, int(high), are_times, 1.0 if broken else 0.0)
                and _is_real(values, valid, low, int(high), are_times, broken)
            ):
                found.append((low, int(high)))
    return found


def _is_real(
    values: np.ndarray, valid: np.ndarray, low: int, high: int, are_times: bool, broken: float = 0.0
) -> bool:
    rows = valid[:, low] & valid[:, high]
    small, large = values[rows, low], values[rows, high]
    if (
        len(small) < FEWEST_ROWS
        or (small == large).all()
        or _has_faults(small, large, are_times, broken)
    ):
        return False
    ordered = np.sort(large)
    by_chance = float(np.searchsorted(ordered, small, side="left").mean() / len(ordered))
    if are_times and broken >= 1:
        return True
    if are_times and broken:
        # Values that were exchanged break it by chance as well, twice as often as in their rows.
        return by_chance >= max(VIOLATED_SELDOM, BEYOND_CHANCE * float((small > large).mean()))
    if are_times:
        return by_chance >= VIOLATED_TIMES
    # The middle nine tenths: a single far value makes any range wide.
    with np.errstate(invalid="ignore"):  # between infinities, which have no range
        (a, b), (c, d) = np.quantile(small, (0.05, 0.95)), np.quantile(large, (0.05, 0.95))
    widest = max(b, d) - min(a, c)
    overlap = (min(b, d) - max(a, c)) / widest if widest > 0 else 0.0
    return bool(by_chance >= VIOLATED_NUMBERS and overlap >= OVERLAP)


def _has_faults(small: np.ndarray, large: np.ndarray, are_times: bool, broken: float) -> bool:
    """Whether more rows break the order than may, or as a tendency would have it."""
    wrong = small > large
    count = int(wrong.sum())
    if not count or broken >= 1:
        return False
    if count > broken * len(small):
        return True
    depth = float(np.median(-gaps_of(small, large)[wrong]))
    return not is_abrupt(small, large, depth, 0.5 * count / len(small), are_times=are_times)


def _plainest_first(rules: list[Order]) -> list[Order]:
    """Those that no two others imply first: what is cut off is least missed."""
    above = directly_above(rules)

    def is_implied(rule: Order) -> bool:
        return any(rule.target in above.get(middle, ()) for middle in above[rule.sources[0]])

    return sorted(rules, key=is_implied)


FAMILY = Family("orders", (Order,), find)
