"""Drift: whether a column's values change over time, or from one partition to the others.

Two measures of how far the shares ``p`` and ``q`` of the same bins lie apart. The population
stability index, ``sum (p - q) ln(p / q)``, is symmetric; its usual thresholds are 0.1 and 0.25
(Siddiqi, Credit Risk Scorecards, 2006, chapter 6). The total variation, ``sum |p - q| / 2``, is the
share of rows that would have to change.

Without any drift the index is about ``(1 / n1 + 1 / n2)`` times a chi-square variable of
``bins - 1`` degrees of freedom (Yurdakul, Statistical Properties of Population Stability Index,
2018): tables of few rows and many bins pass any fixed threshold by chance. So its expectation is
taken off, and a difference that Pearson's test of homogeneity (1911) lets pass is no drift. Rows
are taken as independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

Counts = npt.NDArray[np.int64]

MODERATE, LARGE = 0.1, 0.25  # Siddiqi 2006
CHANCE = 1e-5  # of calling it drift where there is none, for each column
LEAST_EXPECTED = 10.0  # rows of a bin on either side; rarer bins count as one (Cochran 1954)


@dataclass(frozen=True)
class Drift:
    """How far a column's shares moved.

    ``over``: the column of times or partitions; ``psi``, whose value without drift is ``expected``,
    and ``total_variation``, in [0, 1], are those of the bins of enough rows, all others being one;
    ``p_value``: the chance of so large a difference without drift; ``part``: the partition that
    lies farthest from all others, by its place among the counts, None over time.
    """

    column: str
    over: str
    psi: float
    total_variation: float
    expected: float
    p_value: float
    part: int | None = None

    @property
    def strength(self) -> Literal["none", "moderate", "large"]:
        """By the usual thresholds, once the expectation is taken off; none within chance."""
        beyond = self.psi - self.expected
        if self.p_value > CHANCE or beyond < MODERATE:
            return "none"
        return "large" if beyond >= LARGE else "moderate"


def drift_over_time(counts: Counts, column: str, over: str) -> Drift | None:
    """The drift from the first third of the rows to the last third.

    ``counts``: int64 ``(times, values)``, times ascending, without a bin for a missing time; a time
    bin is never cut. None where one bin of times holds all rows. A column that is read off the time
    (a year, a running number) always drifts.
    """
    counts = counts[counts.sum(axis=1) > 0]
    if len(counts) < 2:
        return None
    rows = counts.sum(axis=1)
    third = rows.sum() / 3
    first = min(int(np.searchsorted(np.cumsum(rows), third)) + 1, len(rows) - 1)
    last = min(int(np.searchsorted(np.cumsum(rows[::-1]), third)) + 1, len(rows) - first)
    before, after = counts[:first].sum(axis=0), counts[len(rows) - last :].sum(axis=0)
    return _drift(before, after, column, over)


def drift_between(counts: Counts, column: str, over: str) -> Drift | None:
    """The drift of the partition that lies farthest from all others together.

    ``counts``: int64 ``(partitions, values)``. Of many partitions some are far by chance: the
    ``p_value`` allows for their number (Bonferroni). None where one partition holds all rows.
    """
    places = np.flatnonzero(counts.sum(axis=1) > 0)
    if len(places) < 2:
        return None
    total = counts.sum(axis=0)
    drifts = [
        _drift(total - counts[place], counts[place], column, over, part=int(place), of=len(places))
        for place in places
    ]
    return max(drifts, key=lambda own: (own.p_value <= CHANCE, own.psi - own.expected))


def _drift(
    before: Counts, after: Counts, column: str, over: str, *, part: int | None = None, of: int = 1
) -> Drift:
    both = _pooled(np.stack([before, after]))
    rows = both.sum(axis=1, keepdims=True)
    freedom = both.shape[1] - 1
    if not freedom:
        return Drift(column, over, 0.0, 0.0, 0.0, 1.0, part)
    # Half a row for each bin, so that a bin which one side lacks leaves the index finite.
    p, q = (both + 0.5) / (both + 0.5).sum(axis=1, keepdims=True)
    homogeneous = rows * both.sum(axis=0) / both.sum()
    pearson = float(((both - homogeneous) ** 2 / homogeneous).sum())
    return Drift(
        column,
        over,
        psi=float(((p - q) * np.log(p / q)).sum()),
        total_variation=float(np.abs(np.subtract(*(both / rows))).sum() / 2),
        expected=freedom * float((1.0 / rows).sum()),
        p_value=min(1.0, of * float(chdtrc(freedom, pearson))),
        part=part,
    )


def _pooled(both: Counts) -> Counts:
    """``(2, values)``: values of few expected rows as one, with the rarest other if still few."""
    total = both.sum(axis=0)
    order = np.argsort(-total, kind="stable")
    expected = total[order] * (both.sum(axis=1).min() / total.sum())  # on the smaller side
    frequent = int((expected >= LEAST_EXPECTED).sum())
    if frequent and 0 < expected[frequent:].sum() < LEAST_EXPECTED:
        frequent -= 1
    rest = both[:, order[frequent:]].sum(axis=1, keepdims=True)
    pooled: Counts = np.concatenate([both[:, order[:frequent]], rest], axis=1)
    return pooled if rest.any() else pooled[:, :-1]
