"""Density ratio by trees: DOMIAS (van Breugel et al. 2023) with Chow-Liu trees over coarse codes.

A kernel estimate sees numbers well and labels badly; a tree of codes takes both alike.
"""

from __future__ import annotations

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight


def score(sight: Sight) -> Floats:
    """Log probability among synthetic rows less that among reference rows."""
    codes, tree = sight.targets.codes, sight.tree
    return tree.log_density(codes, sight.synthetic.codes) - tree.log_density(
        codes, sight.reference.codes
    )


ATTACK = Attack("density_ratio_tree", score)
