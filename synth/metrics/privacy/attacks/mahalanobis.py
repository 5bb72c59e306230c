"""Mahalanobis distance: members lie in the directions in which synthetic rows vary.

Where a table has hardly more rows than columns, the covariance of what was made from it gives its
rows away: any other row leaves the space that they span.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight
from synth.metrics.privacy.space import Points

RIDGE = 1e-6


def score(sight: Sight) -> Floats:
    """The log of the distance to the reference rows' law less that to the synthetic rows'."""
    targets = sight.targets.points
    return _log_distance(targets, sight.reference.points) - _log_distance(
        targets, sight.synthetic.points
    )


def _log_distance(points: Points, rows: Points) -> Floats:
    centre = rows.mean(axis=0, dtype=np.float64)
    spread = np.atleast_2d(np.cov(rows.T, dtype=np.float64)) + RIDGE * np.eye(rows.shape[1])
    gaps = np.linalg.solve(np.linalg.cholesky(spread), (points - centre).T)
    return np.asarray(np.log1p(np.einsum("ij,ij->j", gaps, gaps)), np.float64)


ATTACK = Attack("mahalanobis", score)
