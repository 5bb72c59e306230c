"""Likelihood difference, for who has the model: members are likelier to it than to the population.

The reference-based attack on language models (Carlini et al. 2021), with a Chow-Liu tree of the
reference rows in place of a reference model.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Sight

NAME = "model_likelihood"


def likelihood_difference(sight: Sight, log_likelihood: Floats) -> Floats:
    """The model's log likelihood of each target row less its log density among reference rows.

    ValueError where there is not one likelihood for each target row.
    """
    if log_likelihood.shape != (len(sight.targets),):
        raise ValueError(
            f"{log_likelihood.shape} log likelihoods for {len(sight.targets)} target rows: "
            "give one for each, members' rows first"
        )
    reference = sight.tree.log_density(sight.targets.codes, sight.reference.codes)
    return np.nan_to_num(log_likelihood - reference, neginf=-1e9, posinf=1e9)
