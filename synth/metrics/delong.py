"""The area under a ROC curve, and its interval without resampling (DeLong et al. 1988).

E. DeLong, D. DeLong and D. Clarke-Pearson, Comparing the areas under two or more correlated
receiver operating characteristic curves: a nonparametric approach, Biometrics 1988. The placement
values come from mid-ranks, in sorting time: X. Sun and W. Xu, IEEE Signal Processing Letters 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Placements:
    """Of each scored row the share of the other class that it is placed rightly against.

    ``positive`` float64 ``(m,)``, ``negative`` float64 ``(n,)``; the mean of either is the AUC.
    """

    positive: Floats
    negative: Floats

    @classmethod
    def of(cls, positive: Floats, negative: Floats) -> Placements:
        """Those of scores, by mid-ranks: a tie counts half.

        ValueError where a class has no row.
        """
        m, n = len(positive), len(negative)
        if not m or not n:
            raise ValueError(f"an AUC needs rows of both classes, however: {m} and {n}")
        together = rankdata(np.concatenate([positive, negative]))
        above = (together[:m] - rankdata(positive)) / n
        below = 1.0 - (together[m:] - rankdata(negative)) / m
        return cls(above, below)

    @property
    def auc(self) -> float:
        """The chance that a positive row scores higher than a negative one.

        >>> Placements.of(np.array([2.0, 3.0]), np.array([1.0, 2.0])).auc
        0.875
        """
        return float(self.positive.mean())

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the AUC, cut at 0 and 1."""
        low, high = _around(self.auc, self.positive, self.negative)
        return max(0.0, low), min(1.0, high)

    def fall_to(self, other: Placements) -> tuple[float, tuple[float, float]]:
        """How much lower the AUC of other scores of the same rows is, and its 95 % interval.

        The rows are paired: what both scores get wrong alike does not widen it.
        """
        positive, negative = self.positive - other.positive, self.negative - other.negative
        fall = float(positive.mean())
        return fall, _around(fall, positive, negative)


def roc_curve(positive: Floats, negative: Floats, points: int = 101) -> tuple[Floats, Floats]:
    """``(false positive rate, true positive rate)``, both ``(points,)``, at even false rates."""
    false = np.linspace(0.0, 1.0, points)
    scores = np.unique(np.concatenate([positive, negative]))[::-1]
    found = np.searchsorted(np.sort(-positive), -scores, side="right") / len(positive)
    wrong = np.searchsorted(np.sort(-negative), -scores, side="right") / len(negative)
    return false, np.interp(false, np.r_[0.0, wrong, 1.0], np.r_[0.0, found, 1.0])


def _around(value: float, positive: Floats, negative: Floats) -> tuple[float, float]:
    spread = sum(
        float(part.var(ddof=1)) / len(part) for part in (positive, negative) if len(part) > 1
    )
    radius = float(ndtri((1 + CONFIDENCE) / 2)) * spread**0.5
    return value - radius, value + radius
