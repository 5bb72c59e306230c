"""The search for numbers that are told closely by a product, a quotient or a sum of others.

Each column is learned to within a bin, and noise narrower than that tells made rows from real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth.dependencies.dependency import Family
from synth.dependencies.product import near
from synth.dependencies.sample import Sample
from synth.encode.base_shortlist import Base, shortlist
from synth.encode.computed_base import FORMS, PRODUCT, base_of
from synth.encode.computed_pair import Computed, ComputedIncrement, ComputedRatio
from synth.encode.number_pair_search import (
    FEWEST_ROWS,
    MANY,
    Lag,
    Number,
    entropy,
    is_told_by_value,
    middle_range,
    narrow_lags,
    numbers_of,
)

# Of the target's width, by the number of sources: of many triples some are near by chance.
NARROW = {1: 0.25, 2: 0.125, 3: 0.0625}
KINDS: dict[str, type[Computed]] = {"difference": ComputedIncrement, "ratio": ComputedRatio}
HALF = 0.5  # of the width without it, at most: what each source leaves
CLEARER = 0.5  # nats a source, by which a base must predict better than fewer columns
EXACT = 0.99  # of the rows within a step: a rule, which other searches find
SAME = 0.999  # correlated so closely, two lags are one
FIRST_ROWS = 1000  # of the sample, for a base to be narrow in


@dataclass(frozen=True)
class Told:
    """A base that tells a target closely: ``gain`` in nats, and the lag in each row.

    ``is_coarse``: what is left is less than a step of the target's grid.
    """

    base: Base
    kind: type[Computed]
    entropy: float
    gain: float
    is_coarse: bool
    lags: np.ndarray  # not finite where there is none

    @property
    def score(self) -> float:
        """The lower the better: a source more must be worth it."""
        return self.entropy + CLEARER * len(self.base.sources)

    @property
    def columns(self) -> frozenset[int]:
        return frozenset((self.base.target, *self.base.sources))


def find(sample: Sample) -> list[Computed]:
    """Numbers that a base tells far better than any single column does, the most told first."""
    numbers = numbers_of(sample)
    if len(numbers) < 2 or sample.rows < FEWEST_ROWS:
        return []
    by_target = _by_target(sample, numbers).values()
    told = [one for bases in by_target for one in _best(sample, numbers, bases)]
    relations = [_relation(sample, numbers, one) for one in _in_order(told)]
    return [one for one in relations if one.holds(sample.columns).all()]


def _by_target(sample: Sample, numbers: Sequence[Number]) -> dict[int, list[Base]]:
    """The bases that are worth a look."""
    first = slice(sample.settings.first_rows)
    values = np.stack([number.values[first] for number in numbers], 1)
    valid = np.stack([number.valid[first] for number in numbers], 1)
    values = np.where(valid, values, 0.0)
    found: dict[int, list[Base]] = {}
    for form in FORMS:
        for base in shortlist(values, valid, form):
            if sample.distinct(numbers[base.target].name) >= MANY and not all(
                is_told_by_value(sample, numbers[source].name) for source in base.sources
            ):
                found.setdefault(base.target, []).append(base)
    return found


def _best(sample: Sample, numbers: Sequence[Number], bases: Sequence[Base]) -> list[Told]:
    """The base that predicts a target best, if it does so clearly better than any one column.

    After it those that say the same with other columns.
    """
    told = [one for base in bases for one in _told(sample, numbers, base)]
    if not told:
        return []
    best = min(told, key=lambda one: one.score)
    own = numbers[best.base.target]
    pairs = [n for n in numbers if n is not own and not is_told_by_value(sample, n.name)]
    lags = [lag for other in pairs for lag in _pair_lags(other, own)]
    single = min((_on_grid(own, lag) for lag in lags), default=np.inf)
    if best.entropy + CLEARER > single:
        return []
    others = (one for one in told if one.columns != best.columns)
    return [best, *(one for one in others if one.kind is best.kind and _are_one(one, best))]


def _pair_lags(other: Number, own: Number) -> list[Lag]:
    both = other.valid & own.valid
    return narrow_lags(other.values[both], own.values[both]) if both.sum() >= FEWEST_ROWS else []


def _on_grid(own: Number, lag: Lag) -> float:
    """The target's entropy given its base, of which no less than a step of its grid is left."""
    return lag[0] if own.is_continuous else max(lag[0], -own.grid * np.log(10))


def _told(sample: Sample, numbers: Sequence[Number], base: Base) -> list[Told]:
    """The base with each kind of lag that is narrow, and far narrower than without a source."""
    own = numbers[base.target]
    sources = [numbers[place] for place in base.sources]
    values = [np.where(number.valid, number.values, np.nan) for number in (own, *sources)]
    made = base_of(values[1:], base.form, base.powers)
    both = np.isfinite(values[0]) & np.isfinite(made)
    first = both[:FIRST_ROWS]
    if both.sum() < FEWEST_ROWS or 2 * both.sum() < own.valid.sum():
        return []
    if not narrow_lags(made[:FIRST_ROWS][first], values[0][:FIRST_ROWS][first]):
        return []
    if _is_exact(sample, own, made[both], values[0][both]):
        return []
    found = []
    for lag in narrow_lags(made[both], values[0][both]):
        if lag[1] > NARROW[len(sources)]:
            continue
        kind = KINDS[lag[2]]
        rows = [one[both] for one in values]
        if all(_is_needed(kind, rows, base, place) for place in range(len(base.sources))):
            left = _on_grid(own, lag)
            gain = entropy(values[0][both]) - left
            lags = _lags(values[0], made, base.form)
            found.append(Told(base, kind, left, gain, left > lag[0], lags))
    return found


def _is_exact(sample: Sample, own: Number, made: np.ndarray, values: np.ndarray) -> bool:
    """Whether nothing but rounding is left, a step up or down."""
    kind = sample.type_of(own.name)
    steps = (0.0,) if own.is_continuous else (-(10.0**-own.grid), 0.0, 10.0**-own.grid)
    exact = np.logical_or.reduce([near(values, made + step, own.grid, kind) for step in steps])
    return bool(exact.mean() >= EXACT)


def _is_needed(kind: type[Computed], rows: list[np.ndarray], base: Base, place: int) -> bool:
    """Whether the lag is at most half as wide as without one of the sources."""
    own, *sources = rows
    left = [n for n in range(len(sources)) if n != place]
    if not left:
        return True
    fewer = base_of([sources[n] for n in left], base.form, [base.powers[n] for n in left])
    made = base_of(sources, base.form, base.powers)
    return _width(kind, own, made) <= HALF * _width(kind, own, fewer)


def _width(kind: type[Computed], own: np.ndarray, made: np.ndarray) -> float:
    if kind is ComputedIncrement:
        return middle_range(own - made)
    with np.errstate(all="ignore"):
        lags = np.log(own / made)
    lags = lags[np.isfinite(lags)]
    return middle_range(lags) if len(lags) else np.inf


def _lags(own: np.ndarray, made: np.ndarray, form: str) -> np.ndarray:
    """By which two bases are compared: of products in logarithms, where these are finite."""
    with np.errstate(all="ignore"):
        lags: np.ndarray = np.log(own / made) if form == PRODUCT else own - made
    return lags


def _in_order(told: Sequence[Told]) -> list[Told]:
    """Those of which the most is told first, and last what its own grid blurs more than the noise.

    What says the same as another with other columns, by a rule that holds among them, stands last:
    it counts where that rule determines a column of the other. Of the two it is that of more
    columns.
    """
    first: list[Told] = []
    last: list[Told] = []
    for one in sorted(told, key=lambda one: (len(one.columns), -one.gain)):
        is_new = all(other.columns == one.columns or not _are_one(other, one) for other in first)
        (first if is_new else last).append(one)
    return [*sorted(first, key=_precedence), *sorted(last, key=_precedence)]


def _precedence(told: Told) -> tuple[bool, float]:
    return told.is_coarse, -told.gain


def _are_one(first: Told, second: Told) -> bool:
    """Whether two lags are the same but for their sign, or a factor."""
    both = np.isfinite(first.lags) & np.isfinite(second.lags)
    one, other = first.lags[both], second.lags[both]
    if len(one) < FEWEST_ROWS or not (np.ptp(one) > 0 and np.ptp(other) > 0):
        return False
    return bool(abs(np.corrcoef(one, other)[0, 1]) >= SAME)


def _relation(sample: Sample, numbers: Sequence[Number], told: Told) -> Computed:
    own, base = numbers[told.base.target], told.base
    relation = told.kind(
        own.name,
        tuple(numbers[place].name for place in base.sources),
        sample.type_of(own.name),
        decimals=own.grid,
        form=base.form,
        powers=base.powers,
    )
    return replace(relation, atoms=relation.odd_atoms(sample))


FAMILY = Family("numbers told by formulas", (ComputedIncrement, ComputedRatio), find)
