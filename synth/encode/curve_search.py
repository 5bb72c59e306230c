"""The search for numbers that lie close to a line along another one, whatever its shape.

Last of the searches for numbers told by others: a difference, a ratio or a formula says the same
with fewer figures, and follows noise that grows with the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synth.dependencies.dependency import Family
from synth.dependencies.sample import Sample
from synth.encode.curve import Curve, with_line
from synth.encode.lag_atoms import atoms_of
from synth.encode.number_pair_search import (
    FEWEST_ROWS,
    MANY,
    MIDDLE,
    Number,
    entropy,
    is_told_by_value,
    numbers_of,
)
from synth.table.values import to_numbers

FIRST_ROWS = 1000  # of the sample, for a look at all pairs
BINS = 32  # of them: rows of one bin go with one height, nearly
LEFT = 0.1  # of the variance of middle values beside these heights, at most
CLOSE = 2.3  # nats that the line tells of the target, at least: noise a tenth as wide
QUARTERS, FAR = (0.25, 0.75), 7.0  # a normal law has next to nothing ten deviations off
FEW = 0.02  # of the rows
Narrow = dict[tuple[int, int], tuple[float, Curve]]  # by source and target, what is left in nats
EACH = 2  # curves a target that are verified: the closest, and one more that closes no circle


def find(sample: Sample) -> list[Curve]:
    """Numbers with a narrow cloud about a line, the narrowest first."""
    numbers = [n for n in numbers_of(sample) if sample.distinct(n.name) >= MANY]
    if len(numbers) < 2 or sample.rows < FEWEST_ROWS:
        return []
    narrow: Narrow = {}
    for source, target in _shortlist([_without_atoms(sample, number) for number in numbers]):
        if not is_told_by_value(sample, numbers[source].name):
            entry = _narrow(sample, numbers[source], numbers[target])
            if entry:
                narrow[source, target] = entry
    by_target: dict[int, list[tuple[float, Curve]]] = {}
    for (source, target), entry in narrow.items():
        if not _is_told_backwards(numbers, source, target, narrow):
            by_target.setdefault(target, []).append(entry)
    found = [one for own in by_target.values() for one in sorted(own, key=_untold)[:EACH]]
    return [relation for _, relation in sorted(found, key=_untold)]


def _untold(entry: tuple[float, Curve]) -> float:
    return entry[0]


def _is_told_backwards(numbers: Sequence[Number], source: int, target: int, narrow: Narrow) -> bool:
    """Whether the same is said the other way round, from what comes first to what comes later."""
    later = numbers[source].precedence > numbers[target].precedence
    return later and (target, source) in narrow


def _without_atoms(sample: Sample, number: Number) -> Number:
    """The number in the rows where it stands for nothing else."""
    values = to_numbers(sample.columns[number.name], sample.type_of(number.name))[0]
    is_atom = np.isin(values, atoms_of(sample, number.name))
    return replace(number, valid=number.valid & ~is_atom)


def _shortlist(numbers: Sequence[Number]) -> list[tuple[int, int]]:
    """``(source, target)`` by what bins of the source's ranks leave of the target's variance."""
    valid = np.stack([number.valid[:FIRST_ROWS] for number in numbers], 1)
    values = np.stack([number.values[:FIRST_ROWS] for number in numbers], 1)
    centred = np.zeros(values.shape)
    for place in range(len(numbers)):
        there = valid[:, place]
        if there.sum() >= BINS:
            centred[there, place] = _middle(values[there, place])
    found = []
    for source in range(len(numbers)):
        rows = np.flatnonzero(valid[:, source])
        if len(rows) < FEWEST_ROWS // 2:
            continue
        ordered = rows[np.argsort(values[rows, source], kind="stable")]
        starts = np.arange(BINS) * len(rows) // BINS
        counts = np.maximum(np.add.reduceat(valid[ordered].astype(np.float64), starts), 1)
        sums = np.add.reduceat(centred[ordered], starts)
        whole = (centred[ordered] ** 2).sum(0)
        left = whole - (sums**2 / counts).sum(0)
        close = (whole > 0) & (left <= LEFT * whole)
        found += [(source, int(target)) for target in np.flatnonzero(close) if target != source]
    return found


def _middle(values: np.ndarray) -> np.ndarray:
    """Values without their tails, about their mean, of a range of 1; zeros where they are one."""
    low, high = np.quantile(values, MIDDLE)
    with np.errstate(over="ignore", invalid="ignore"):
        if not 0 < high - low < np.inf:
            return np.zeros(len(values))
        inside = (np.clip(values, low, high) - low) / (high - low)
    centred: np.ndarray = inside - inside.mean()
    return centred


def _narrow(sample: Sample, source: Number, target: Number) -> tuple[float, Curve] | None:
    """The curve with what it leaves untold, in nats; None if that is not far less than all.

    In nats, not by its width: a line from cluster to cluster says no more than which one it is.
    """
    kind = sample.type_of(target.name)
    plain = Curve(target.name, (source.name,), kind, decimals=target.grid)
    relation = with_line(sample, plain)
    if relation is None:
        return None
    both = source.valid & target.valid & ~relation.is_atom(sample.columns[target.name])
    if both.sum() < FEWEST_ROWS or 2 * both.sum() < target.valid.sum():
        return None
    own = target.values[both]
    lags = own - relation.line.at(source.values[both])
    told = entropy(own) - entropy(lags)
    if told < CLOSE or not _is_near(lags) or not relation.holds(sample.columns).all():
        return None
    return -told, relation


def _is_near(lags: np.ndarray) -> bool:
    """Whether hardly any row lies far off, as where a value of the source stands for something."""
    low, high = np.quantile(lags, QUARTERS)
    reach = FAR * (high - low)
    return bool(((lags < low - reach) | (lags > high + reach)).mean() <= FEW)


FAMILY = Family("numbers told by curves", (Curve,), find)
