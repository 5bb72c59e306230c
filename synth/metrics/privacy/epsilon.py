"""A lower bound of epsilon that an attack proves.

In a table made with (epsilon, delta)-differential privacy no attack finds members at a rate of more
than exp(epsilon) times that of its false alarms, plus delta (Kairouz, Oh & Viswanath 2015). An
attack that does refutes the epsilon (Jagielski, Ullman & Oprea 2020).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

from synth.metrics.features import Floats

DELTA = 1e-5
THRESHOLDS = 20
CONFIDENCE = 0.95


def epsilon_lower_bound(members: Floats, others: Floats, attacks: int = 1) -> float:
    """Epsilon is at least this with 95 % confidence, also where it is the worst of many attacks.

    The rates at each threshold are bounded exactly (Clopper & Pearson 1934); Bonferroni's share of
    the level is left for each attack, threshold, direction and rate. 0 where nothing is shown.
    """
    thresholds = np.unique(np.quantile(others, _levels(), method="lower"))
    level = (1 - CONFIDENCE) / (4 * THRESHOLDS * attacks)
    best = 0.0
    for threshold in thresholds:
        found, alarms = int((members > threshold).sum()), int((others > threshold).sum())
        rates = (
            (_low(found, len(members), level), _high(alarms, len(others), level)),
            (
                _low(len(others) - alarms, len(others), level),
                _high(len(members) - found, len(members), level),
            ),
        )
        for hits, misses in rates:
            if hits > DELTA:
                best = max(best, float(np.log((hits - DELTA) / misses)))
    return best


def _levels() -> Floats:
    """Quantiles of other rows' scores, closer together where false alarms are rare."""
    rare = 1 - np.array([0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05])
    return np.concatenate([np.linspace(0.05, 0.92, THRESHOLDS - len(rare)), rare])


def _low(hits: int, rows: int, level: float) -> float:
    return float(betaincinv(hits, rows - hits + 1, level)) if hits else 0.0


def _high(hits: int, rows: int, level: float) -> float:
    return float(betaincinv(hits + 1, rows - hits, 1 - level)) if hits < rows else 1.0
