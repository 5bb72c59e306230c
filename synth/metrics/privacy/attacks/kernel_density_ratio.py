"""Density ratio by kernels: members lie where the synthetic table is denser than the population.

DOMIAS: van Breugel, Sun, Qian & van der Schaar, Membership inference attacks against synthetic data
through overfitting detection, AISTATS 2023. Here in the plane of the reference rows' first
principal components.
"""

from __future__ import annotations

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight
from synth.metrics.privacy.plane import log_kernel_density


def score(sight: Sight) -> Floats:
    """Log density among synthetic rows less that among reference rows."""
    at = sight.targets.plane
    return log_kernel_density(at, sight.synthetic.plane) - log_kernel_density(
        at, sight.reference.plane
    )


ATTACK = Attack("density_ratio_kernel", score)
