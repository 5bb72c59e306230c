"""Distance to the closest record: members are nearer to a synthetic row.

The attack of GAN-Leaks (Chen, Yu, Zhang & Fritz 2020) without a model in hand.
"""

from __future__ import annotations

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight


def score(sight: Sight) -> Floats:
    """Minus the distance to the nearest synthetic row."""
    return -sight.near_synthetic.distances[:, 0]


ATTACK = Attack("closest_record", score, pooled="max")
