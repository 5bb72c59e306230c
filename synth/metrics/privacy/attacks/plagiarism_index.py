"""Data plagiarism index: the share of synthetic rows among a target's nearest neighbours.

Ward, Wang & Cheng, Data plagiarism index: characterizing the privacy risk of data-copying in
tabular generative models, 2024; with k = 20.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import NEIGHBOURS, Attack, Sight


def score(sight: Sight) -> Floats:
    """How many of the k nearest of synthetic and reference rows together are synthetic."""
    made, real = sight.near_synthetic.distances, sight.near_reference.distances
    both = np.concatenate([made, real], axis=1)
    k = min(NEIGHBOURS, both.shape[1])
    limit = np.partition(both, k - 1, axis=1)[:, k - 1 : k]
    return np.asarray((made <= limit).sum(axis=1) / (both <= limit).sum(axis=1), np.float64)


ATTACK = Attack("data_plagiarism_index", score, pooled="max")
