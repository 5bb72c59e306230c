"""Membership, near copies, overfitting and the power of these tests, with their work shared.

Targets, distances and attacks are computed once; each of the four also measures by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Floats
from synth.metrics.kind import MetricKind
from synth.metrics.privacy import membership, near_copies, overfitting, power
from synth.metrics.privacy.attacks.likelihood import NAME as LIKELIHOOD
from synth.metrics.privacy.attacks.likelihood import likelihood_difference
from synth.metrics.privacy.gaps import choose_checked, joined
from synth.metrics.privacy.outcomes import attack
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.split_check import split_notes
from synth.metrics.privacy.trials import make_plan, segment_gaps

KINDS: tuple[MetricKind, ...] = (
    *membership.KINDS,
    *near_copies.KINDS,
    *overfitting.KINDS,
    *power.KINDS,
)


def measure(
    evidence: Evidence,
    scores: Mapping[str, Floats] | None = None,
    log_likelihood: Floats | None = None,
) -> Measured:
    """All four. ``scores`` and ``log_likelihood`` as in :func:`membership.measure`.

    Without the latter it is taken from the evidence's own ``likelihood``, of which the gap between
    train and holdout rows is measured as well.
    """
    setting = prepare(evidence)
    if isinstance(setting, str):
        what = "Membership inference, near copies, memorisation and the tests' power"
        unmeasured = Measured(notes=[f"{what} are not measured: {setting}."])
        return unmeasured + overfitting.measure_likelihood(evidence)
    sight = setting.sight(setting.synthetic)
    more = dict(scores or {})
    if log_likelihood is None:
        log_likelihood = _of_targets(setting)
    if log_likelihood is not None:
        more[LIKELIHOOD] = likelihood_difference(sight, log_likelihood)
    evidence.follow("privacy: membership attacks")
    outcomes = attack(setting, sight, more)
    checked, plan = choose_checked(setting), make_plan(setting)
    parts = segment_gaps(setting, checked, plan)
    gaps = joined(parts)
    measured = Measured(notes=[*setting.notes, *split_notes(setting)])
    measured += membership.figures(setting, outcomes)
    measured += near_copies.measure_near_copies(setting, checked, gaps)
    measured += overfitting.measure_memorisation(setting, checked, gaps)
    measured += overfitting.measure_likelihood(evidence)
    measured += power.measure_power(setting, checked, plan, parts, outcomes)
    return measured


def _of_targets(setting: Setting) -> Floats | None:
    """The model's log likelihood of each target row, members' first; None where nobody has it."""
    likelihood = setting.evidence.likelihood or {}
    if not {"train", "holdout"} <= likelihood.keys():
        return None
    targets = setting.targets
    members = likelihood["train"][targets.train_rows]
    return np.concatenate([members, likelihood["holdout"][targets.holdout_rows]])
