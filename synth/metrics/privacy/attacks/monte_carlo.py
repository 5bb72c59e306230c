"""Monte Carlo counting: members have more synthetic rows close by.

Hilprecht, Haerterich & Bernau, Monte Carlo and reconstruction membership inference attacks against
generative models, PETS 2019: synthetic rows within a radius, which is the median over all targets
of the distance to the nearest one, each weighted by minus the log of its distance.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight

LEAST = 1e-3  # of the radius: a copy is not infinitely close


def score(sight: Sight) -> Floats:
    """The weighted count among the 20 nearest; the plain count of copies where most have one."""
    distances = sight.near_synthetic.distances
    radius = float(np.median(distances[:, 0]))
    if radius <= 0:  # most targets have a copy: how many says all
        return np.asarray((distances <= 0).sum(axis=1), np.float64)
    closeness = -np.log(np.maximum(distances / radius, LEAST))
    return np.asarray(np.where(distances <= radius, closeness, 0.0).sum(axis=1), np.float64)


ATTACK = Attack("monte_carlo", score, pooled="max")
