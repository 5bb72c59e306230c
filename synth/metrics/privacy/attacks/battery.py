"""All attacks that need no model, in the order in which they are tried."""

from __future__ import annotations

from synth.metrics.privacy.attacks import (
    classifier,
    closest_record,
    closest_record_difference,
    gen_lra,
    kernel_density_ratio,
    mahalanobis,
    monte_carlo,
    plagiarism_index,
    tree_density_ratio,
)
from synth.metrics.privacy.attacks.sight import Attack

BATTERY: tuple[Attack, ...] = (
    kernel_density_ratio.ATTACK,
    tree_density_ratio.ATTACK,
    gen_lra.ATTACK,
    plagiarism_index.ATTACK,
    classifier.ATTACK,
    monte_carlo.ATTACK,
    closest_record_difference.ATTACK,
    closest_record.ATTACK,
    mahalanobis.ATTACK,
)
