"""Difference of distances: members are nearer to a synthetic row than to a reference row.

The calibrated attack of GAN-Leaks (Chen, Yu, Zhang & Fritz 2020), with reference rows in place of a
reference model: rows of dense regions are near to both.
"""

from __future__ import annotations

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight


def score(sight: Sight) -> Floats:
    """The distance to the nearest reference row less that to the nearest synthetic row."""
    return sight.near_reference.distances[:, 0] - sight.near_synthetic.distances[:, 0]


ATTACK = Attack("closest_record_difference", score, pooled="max")
