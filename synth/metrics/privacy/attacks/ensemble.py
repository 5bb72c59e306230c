"""Ensemble: the mean rank that several attacks give a target.

No attack is the best one on every table; a mean of ranks needs no labels and is rarely far behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from synth.metrics.features import Floats

NAME = "ensemble"


def mean_rank(scores: Sequence[Floats]) -> Floats:
    """float64 ``(units,)`` in (0, 1] of scores ``(units,)`` each; equal scores share their rank."""
    ranks = [rankdata(score) / max(len(score), 1) for score in scores]
    return np.asarray(np.mean(ranks, axis=0), np.float64)
