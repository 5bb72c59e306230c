"""Generative likelihood ratio: does the target explain the synthetic rows around it?

Gen-LRA (arXiv 2508.21146, 2025): how much likelier the nearest synthetic rows become when the
target is added to the reference rows of a kernel estimate.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight
from synth.metrics.privacy.plane import bandwidth, log_kernel_density


def score(sight: Sight) -> Floats:
    """The summed log likelihood ratio of each target's nearest synthetic rows."""
    places = sight.near_synthetic.places  # (targets, k)
    used, inverse = np.unique(places, return_inverse=True)
    rows, reference = sight.synthetic.plane[used], sight.reference.plane
    before = log_kernel_density(rows, reference)[inverse.reshape(places.shape)]
    own = _log_kernel(sight, bandwidth(len(reference), reference.shape[1]))
    count = len(reference)
    after = np.logaddexp(np.log(count) + before, own) - np.log(count + 1)
    return np.asarray((after - before).sum(axis=1), np.float64)


def _log_kernel(sight: Sight, width: float) -> Floats:
    """Of each target at each of its nearest synthetic rows: ``(targets, k)``."""
    near = sight.synthetic.plane[sight.near_synthetic.places]
    gaps = (near - sight.targets.plane[:, None, :]) / width
    constant = gaps.shape[2] * np.log(width * np.sqrt(2 * np.pi))
    return np.asarray(-np.einsum("ijk,ijk->ij", gaps, gaps) / 2 - constant, np.float64)


ATTACK = Attack("gen_lra", score, pooled="max")
