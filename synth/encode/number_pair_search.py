"""The search for numbers that are told by their difference from, or ratio to, another one.

Each by itself is learned to within a bin, and bins are wider than what lies between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth.dependencies.clock import is_clock
from synth.dependencies.column_types import is_amount
from synth.dependencies.dependency import Family
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import in_units
from synth.dependencies.sample import Sample
from synth.encode.lag_atoms import odd_atoms, with_stand_ins
from synth.encode.number_pair import Increment, NumberPair, Ratio
from synth.statistics.column_state import FULL_PRECISION

FEWEST_ROWS, FEWEST_FIRST = 200, 20
ALIKE = 0.8  # a lag a quarter as wide as the columns leaves a correlation of .97
NARROWER = 0.25  # a lag is worth more than the number itself where it varies so much less
MIDDLE = (0.05, 0.95)
POSITIVE = 0.99  # of the rows, for a ratio
MOSTLY = 0.5  # of the rows have one: others are free, or nothing yet
MANY = 100  # a target of fewer values is learned value by value
OFTEN = 50  # rows a value of the parent: so many show by themselves what goes with it
BETTER = 0.01  # nats by which a ratio must predict better: of Unix times it is the difference
NEIGHBOURS = 5  # of the spacings that entropy is estimated from
# The target's entropy, in nats, given its parent; the lag's middle range, in shares of the narrower
# column's; and whether it is a difference or a ratio.
Lag = tuple[float, float, str]
KINDS: dict[str, type[NumberPair]] = {"difference": Increment, "ratio": Ratio}


@dataclass(frozen=True)
class Number:
    """A column as floats in its own units; ``grid`` as its decimals, 17 where it has none."""

    name: str
    values: np.ndarray
    valid: np.ndarray
    grid: int
    place: int

    @property
    def is_continuous(self) -> bool:
        return self.grid >= FULL_PRECISION

    @property
    def precedence(self) -> tuple[int, int]:
        """Parents have the coarser grid; of equal grids they come first in the table."""
        return self.grid, self.place


def find(sample: Sample) -> list[NumberPair]:
    """Pairs whose difference or ratio is much narrower than either column, the narrowest first."""
    numbers = numbers_of(sample)
    found: list[tuple[float, NumberPair]] = []
    for own in numbers:
        if sample.distinct(own.name) < MANY:
            continue
        by_kind: dict[tuple[str, str], list[tuple[float, NumberPair]]] = {}
        for parent in numbers:
            if parent.precedence < own.precedence and not is_told_by_value(sample, parent.name):
                narrowest = _narrowest(sample, parent, own)
                if narrowest:
                    kind = narrowest[1].kind, sample.type_of(parent.name)
                    by_kind.setdefault(kind, []).append(narrowest)
        for pairs in by_kind.values():
            pairs.sort(key=lambda entry: entry[0])
            names = [relation.parent for _, relation in pairs]
            found += [(width, with_stand_ins(sample, rule, names)) for width, rule in pairs]
    return [relation for _, relation in sorted(found, key=lambda entry: entry[0])]


def numbers_of(sample: Sample) -> list[Number]:
    """The first columns of numbers that vary and hold no clock times."""
    found = []
    names = [n for n in sample.names if is_amount(sample.type_of(n)) and sample.varies(n)]
    for place, name in enumerate(names[: sample.settings.number_columns]):
        values, valid = in_units(sample.columns[name], sample.type_of(name))
        if is_clock(sample, name) or not np.isfinite(values[valid]).all():
            continue  # 5:17 is 517, and 43 minutes later it is 600
        grid = grid_of(sample.columns[name])
        digits = FULL_PRECISION if grid is None else grid
        found.append(Number(name, values, valid, digits, place))
    return found


def is_told_by_value(sample: Sample, name: str) -> bool:
    """Whether each value of a parent has rows enough to show what goes with it."""
    return sample.distinct(name) * OFTEN <= sample.rows


def _narrowest(sample: Sample, parent: Number, own: Number) -> tuple[float, NumberPair] | None:
    """The relation that predicts best, with its width; None if neither lag is narrow."""
    if not _may_be_narrow(parent, own, sample.settings.first_rows):
        return None
    both = parent.valid & own.valid
    if both.sum() < FEWEST_ROWS:
        return None
    narrow = narrow_lags(parent.values[both], own.values[both])
    if not narrow:
        return None
    _, width, form = min(narrow)
    relation = KINDS[form](own.name, (parent.name,), sample.type_of(own.name), decimals=own.grid)
    relation = replace(relation, atoms=odd_atoms(sample, relation))
    return (width, relation) if relation.holds(sample.columns).all() else None


def _may_be_narrow(parent: Number, own: Number, rows: int) -> bool:
    """Whether the first rows are correlated as closely as a narrow lag leaves them."""
    both = parent.valid[:rows] & own.valid[:rows]
    start, end = (number.values[:rows][both] for number in (parent, own))
    if len(start) < FEWEST_FIRST:
        return False
    # Of middle values: a single far one makes any two alike.
    (a, b), (c, d) = (np.partition(v, _middle(len(v)))[list(_middle(len(v)))] for v in (start, end))
    start, end = np.clip(start, a, b), np.clip(end, c, d)
    return bool(a < b and c < d and np.corrcoef(start, end)[0, 1] >= ALIKE)


def _middle(rows: int) -> tuple[int, int]:
    return int(MIDDLE[0] * (rows - 1)), int(MIDDLE[1] * (rows - 1))


def narrow_lags(start: np.ndarray, end: np.ndarray) -> list[Lag]:
    """The kinds of lag that are narrow: how well each predicts, and its width."""
    differences = end - start
    by: list[Lag] = []
    width = _width(differences, start, end)
    if 0 < width <= NARROWER:
        by.append((entropy(differences), width, "difference"))
    above = (start > 0) & (end > 0)
    if ((start >= 0) & (end >= 0)).mean() >= POSITIVE and above.mean() >= MOSTLY:
        low, high = np.log(start[above]), np.log(end[above])
        width = _width(high - low, low, high)
        if 0 < width <= NARROWER:
            # The density of the target is that of the logarithm by the target.
            by.append((entropy(high - low) + float(high.mean()) + BETTER, width, "ratio"))
    return by


def _width(lags: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """The middle range of the lags, in shares of the narrower column."""
    narrower = min(middle_range(start), middle_range(end))
    return middle_range(lags) / narrower if narrower > 0 else np.inf


def middle_range(values: np.ndarray) -> float:
    """From the fifth to the ninety-fifth hundredth."""
    low, high = np.quantile(values, MIDDLE)
    return float(high - low)


def entropy(values: np.ndarray) -> float:
    """Differential entropy in nats by spacings (Vasicek 1976), of the middle nine tenths.

    Ties are as far apart as the closest values that differ: those of a grid.
    """
    ordered = np.sort(values)
    ordered = ordered[len(ordered) // 20 : len(ordered) - len(ordered) // 20]
    reach = max(NEIGHBOURS, int(np.sqrt(len(ordered)) / 2))
    spacings = ordered[2 * reach :] - ordered[: -2 * reach]
    steps = np.diff(ordered)
    smallest = float(np.quantile(steps[steps > 0], 0.1)) if (steps > 0).any() else 1.0
    return float(np.log(np.maximum(spacings, smallest) * len(ordered) / (2 * reach)).mean())


FAMILY = Family("number pairs", (Increment, Ratio), find)
