"""The search for products: logarithms of two or three columns that add up to that of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import present
from synth.dependencies.dependency import Family
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import in_units
from synth.dependencies.product import POWERS, PRODUCT_COLUMNS, SHAPES, Product, factor, near
from synth.dependencies.sample import Sample
from synth.statistics.column_state import FULL_PRECISION

SIFT_ROWS = 80
FIRST_SIFTED = 16  # of them, in which most groups of columns show already that they are none
FEWEST_ROWS = 50
FIRST_ROWS = 256
LIKELY = 0.9  # of the sifted rows, by a scale that is not yet plain
FAR_OFF = 4  # of the sifted rows may be mistakes, where some are
CLOSE = 0.02  # spread of logarithms in the rows that rounding hardly touches
STEPS = 50  # a target of so many steps is hardly touched by rounding
SCALE_DIGITS = 4
EXACT, FEWEST_OFF = 1e-6, 20  # in steps; rows
MOSTLY_EXACT = 0.98
UNIFORM = 0.22  # root mean square of what is evenly spread over half a step is .29
FEWEST_VALUES = 20  # a target of fewer values is met by chance, or is a map's


@dataclass(frozen=True)
class Term:
    """A column's factor to a power, and its logarithm in the sifted rows, nan where it has none."""

    name: str
    power: int
    shape: str
    log: np.ndarray


def find(sample: Sample) -> list[Product]:
    """Products of two columns, then of three, each group of columns solved for one of them."""
    names = list(sample.numbers[:PRODUCT_COLUMNS])
    if len(names) < 3:
        return []
    terms = [term for name in names for term in _terms(sample, name)]
    found: dict[frozenset[str], Product] = {}
    for target in names:
        if sample.distinct(target) < FEWEST_VALUES:
            continue
        for chosen in _likely(sample, target, terms):
            group = frozenset((target, *(term.name for term in chosen)))
            if any(one <= group and rule.target == target for one, rule in found.items()):
                continue
            rule = _rule(sample, target, chosen)
            if rule and (group not in found or _order(sample, rule) < _order(sample, found[group])):
                found[group] = rule
    return list(found.values())


def _order(sample: Sample, rule: Product) -> tuple[int, int]:
    """Of the readings of one group that which divides least: what was divided has gaps."""
    return sum(power < 0 for power in rule.powers), -sample.distinct(rule.target)


def _terms(sample: Sample, name: str) -> Iterator[Term]:
    """A column's factors: shares and rates of up to 100 % may be added to one."""
    array = sample.columns[name].slice(0, SIFT_ROWS)
    values, valid = in_units(array, sample.type_of(name))
    most = float(np.abs(values[valid]).max(initial=0.0))
    for shape in SHAPES:
        if shape != "plain" and most > (100 if shape.endswith("percent") else 1):
            continue
        part, there = factor(array, shape)
        usable = there & np.isfinite(part) & (part != 0)
        log = np.log(np.abs(np.where(usable, part, 1.0)))
        log[~usable] = np.nan
        if usable.sum() >= FEWEST_ROWS // 2 and np.nanstd(log) > 0:
            for power in POWERS if shape == "plain" else (1, -1):
                yield Term(name, power, shape, power * log)


def _likely(sample: Sample, target: str, terms: list[Term]) -> Iterator[tuple[Term, ...]]:
    """Terms whose logarithms add up to the target's but for a constant."""
    array = sample.columns[target].slice(0, SIFT_ROWS)
    own, valid = in_units(array, sample.type_of(target))
    grid = grid_of(sample.columns[target])
    size = np.abs(own) * (1.0 if grid is None else 10.0**grid)
    rows = valid & np.isfinite(own) & (size >= (STEPS if grid is not None else 0)) & (own != 0)
    if rows.sum() < FEWEST_ROWS // 2:
        return
    log = np.log(np.abs(own[rows]))
    others = [term for term in terms if term.name != target]
    logs = np.stack([term.log[rows] for term in others], 1) if others else np.zeros((0, 0))
    dropped = FAR_OFF if sample.settings.broken else 0
    for place, first in enumerate(others):
        rest = log - logs[:, place]
        for at in _constant(rest, logs[:, place + 1 :], dropped):
            second = others[place + 1 + at]
            if second.name != first.name:
                yield first, second
    simple = [i for i, t in enumerate(others) if abs(t.power) == 1]
    plain = [i for i in simple if others[i].shape == "plain"]
    possible = _possible(log, logs, plain, simple, dropped)
    for a, b in combinations(plain, 2):
        if others[a].name == others[b].name:
            continue
        later = [i for i in simple if i > b or others[i].shape != "plain"]
        later = [i for i in later if possible[a, b, i]]
        for at in _constant(log - logs[:, a] - logs[:, b], logs[:, later], dropped):
            third = others[later[at]]
            if third.name not in (others[a].name, others[b].name):
                yield others[a], others[b], third


def _possible(
    log: np.ndarray, logs: np.ndarray, plain: list[int], simple: list[int], dropped: int = 0
) -> np.ndarray:
    """Of which three terms the first rows leave open that they add up, bool ``(n, n, n)``.

    Squares about their mean in some rows sum to no more than in all: what is too far apart in a few
    rows is so in all of them.
    """
    count = logs.shape[1]
    possible = np.zeros((count, count, count), bool)
    if dropped:  # a mistake may be among the first
        return ~possible
    own, first = log[:FIRST_SIFTED], logs[:FIRST_SIFTED]
    pair = first[:, plain][:, :, None] + first[:, simple][:, None, :]
    for a in plain:
        apart = (own - first[:, a])[:, None, None] - pair
        known = np.isfinite(apart)
        filled = np.where(known, apart, 0.0)
        squares = (filled**2).sum(0) - filled.sum(0) ** 2 / np.maximum(known.sum(0), 1)
        open_ = squares < CLOSE**2 * len(log) + 1e-9  # rounding of the two sums
        possible[a, np.array(plain)[:, None], np.array(simple)[None]] = open_
    return possible


def _constant(rest: np.ndarray, logs: np.ndarray, dropped: int = 0) -> list[int]:
    """Of which columns ``rest`` is a constant away, in most of the rows; not counting so many."""
    if not logs.shape[1]:
        return []
    apart = rest[:, None] - logs
    if dropped:
        apart = _without_far(apart, dropped)
    known = np.isfinite(apart)
    count = known.sum(0)
    filled = np.where(known, apart, 0.0)
    mean = filled.sum(0) / np.maximum(count, 1)
    spread = (np.where(known, apart - mean, 0.0) ** 2).sum(0) / np.maximum(count, 1)
    return [int(i) for i in np.flatnonzero((count >= FEWEST_ROWS // 2) & (spread < CLOSE**2))]


def _without_far(apart: np.ndarray, dropped: int) -> np.ndarray:
    """The distances ``(rows, columns)`` without those of each column that are farthest off."""
    ordered = np.sort(apart, axis=0)  # nan last
    middles = ordered[
        np.maximum(np.isfinite(ordered).sum(0) // 2, 0) - 1, np.arange(apart.shape[1])
    ]
    off = np.abs(apart - middles)
    places = np.argsort(np.where(np.isfinite(off), -off, np.inf), axis=0)[:dropped]
    left = apart.copy()
    np.put_along_axis(left, places, np.nan, axis=0)
    return left


def _rule(sample: Sample, target: str, terms: tuple[Term, ...]) -> Product | None:
    """The product with the plainest scale that holds in the sample, if every factor is at work."""
    grid = grid_of(sample.columns[target])
    base = Product(
        target,
        tuple(term.name for term in terms),
        tuple(term.power for term in terms),
        tuple(term.shape for term in terms),
        1.0,
        FULL_PRECISION if grid is None else grid,
        sample.type_of(target),
    )
    first = sample.first(FIRST_ROWS)
    values, valid = base.values(first)
    own, there = in_units(first[target], base.type)
    both = valid & there & np.isfinite(own) & (values != 0)
    if both.sum() < FEWEST_ROWS:
        return None
    large = both & (np.abs(own) >= np.median(np.abs(own[both]))) & (own != 0)
    exact = float(np.median(own[large] / values[large]))
    for digits in range(1, SCALE_DIGITS + 1):
        scale = float(f"{exact:.{digits - 1}e}")
        if scale and near(own, scale * values, base.decimals, base.type)[both].mean() >= LIKELY:
            rule = _with_scale(base, scale)
            if _is_real(sample, rule):
                return rule
    return None


def _with_scale(rule: Product, scale: float) -> Product:
    return Product(
        rule.target, rule.sources, rule.powers, rule.shapes, scale, rule.decimals, rule.type
    )


def _is_real(sample: Sample, rule: Product) -> bool:
    """Whether it holds in the sample, and would not with another row's value of any factor."""
    there = present(sample.columns, rule.columns)
    if there.sum() < FEWEST_ROWS or not sample.admits(rule) or _is_led_back(sample, rule):
        return False
    for name in rule.sources:
        other = {**sample.columns, name: sample.columns[name].take(_rolled(sample.rows))}
        if rule.holds(other)[there].mean() > 0.7:
            return False
    return True


def _is_led_back(sample: Sample, rule: Product) -> bool:
    """Whether a factor was made from the target, so that it has gaps which draws do not keep.

    What is rounded is off by any part of half a step, and less is left of it where a rounded
    quotient leads back to what was divided. A product that needs no rounding needs none with the
    factors of other rows either: half of 50 seats is taken, never 33.3 %.
    """
    if rule.decimals >= FULL_PRECISION:
        return False
    off = _off(rule, sample)
    rounded = off[(off > EXACT) & (off <= 0.5 + EXACT)]
    if len(rounded) >= max(FEWEST_OFF, (1 - MOSTLY_EXACT) * len(off)):
        return bool(np.sqrt((rounded**2).mean()) < UNIFORM)
    return any((_off(rule, sample, name) <= EXACT).mean() < MOSTLY_EXACT for name in rule.sources)


def _off(rule: Product, sample: Sample, other: str | None = None) -> np.ndarray:
    """How far products are from the grid, in steps; with ``other`` as other rows have it."""
    columns = dict(sample.columns)
    if other is not None:
        columns[other] = columns[other].take(_rolled(sample.rows))
    values, valid = rule.values(columns)
    steps = values[valid] * 10.0**rule.decimals
    off: np.ndarray = np.abs(steps - np.rint(steps))
    return off


def _rolled(rows: int) -> pa.Array:
    """The rows before, each in the place of a row."""
    return pa.array(np.roll(np.arange(rows), 1))


FAMILY = Family("products", (Product,), find)
