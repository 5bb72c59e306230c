"""What attacks reach: each of them on each set of targets, and the worst of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks import ensemble
from synth.metrics.privacy.attacks.battery import BATTERY
from synth.metrics.privacy.attacks.sight import Sight
from synth.metrics.privacy.roc import (
    CONFIDENCE,
    Estimate,
    Resamples,
    estimate,
    guessing_area_error,
    guessing_rate_error,
    resamples,
    rocs,
)
from synth.metrics.privacy.setting import Setting
from synth.metrics.privacy.targets import Mask, Targets

SALT = 12
DRAWS = 500
RATES = {"membership_tpr_1": 0.01, "membership_tpr_10": 0.1}
LEAST_ALARMS = 5  # a threshold set by fewer false alarms is a matter of chance
WORST = {"membership_auc": "worst_attack_auc", "membership_tpr_1": "worst_attack_tpr"}
BOUNDS = {"worst_attack_auc": 0.55, "worst_attack_tpr": 0.03}


@dataclass(frozen=True)
class Outcome:
    """What one attack reaches on one set of targets: figures by metric name."""

    attack: str
    targets: str
    scores: tuple[Floats, Floats]  # of members, of others
    figures: Mapping[str, Estimate]
    areas: Floats  # of the bootstrap, the first one the area itself

    @property
    def label(self) -> str:
        """Attack and targets, in words."""
        return f"{self.attack}, {self.targets} targets"


@dataclass(frozen=True)
class Worst:
    """The greatest figure of all attacks, with an interval corrected for their number."""

    outcome: Outcome
    value: float
    interval: tuple[float, float]


def attack(
    setting: Setting, sight: Sight, more: Mapping[str, Floats] | None = None, draws: int = DRAWS
) -> list[Outcome]:
    """Every attack, the ensemble last, on each set of targets."""
    targets = setting.targets
    by_attack = {one.name: targets.of_units(one.score(sight), one.pooled) for one in BATTERY}
    for name, given in (more or {}).items():
        by_attack[name] = targets.of_units(np.asarray(given, np.float64))
    by_attack[ensemble.NAME] = ensemble.mean_rank(list(by_attack.values()))
    outcomes = []
    for name, chosen in target_sets(targets):
        rng = np.random.default_rng([setting.evidence.seed, SALT])
        inside, outside = targets.member & chosen, ~targets.member & chosen
        drawn = resamples(int(inside.sum()), int(outside.sum()), draws, rng)
        for label, score in by_attack.items():
            outcomes.append(_outcome(label, name, score[inside], score[outside], drawn))
    return outcomes


def target_sets(targets: Targets) -> list[tuple[str, Mask]]:
    """The sets of targets that are not empty, by name: bool ``(units,)`` each."""
    sets = [("random", targets.random), ("vulnerable", targets.vulnerable)]
    return [(name, chosen) for name, chosen in sets if chosen.any()]


def _outcome(
    label: str, targets: str, members: Floats, others: Floats, drawn: Resamples
) -> Outcome:
    curves = rocs(members, others, drawn)
    areas, sizes = curves.area(), (len(members), len(others))
    found = {"membership_auc": estimate(areas, guessing_area_error(*sizes))}
    for name, rate in RATES.items():
        if rate * len(others) >= LEAST_ALARMS:
            least = guessing_rate_error(*sizes, rate)
            found[name] = estimate(curves.true_positives_at(rate), least)
    return Outcome(label, targets, (members, others), found, areas)


def worst(outcomes: list[Outcome], name: str) -> Worst | None:
    """Of all attacks by one figure; None where it could not be measured.

    Bonferroni: each attack's interval leaves its share of the 5 %, so that the greatest lower end
    is one of the greatest true value, whichever attack it belongs to.
    """
    having = [one for one in outcomes if name in one.figures]
    if not having:
        return None
    quantile = float(ndtri(1 - (1 - CONFIDENCE) / 2 / len(having)))
    ends = [one.figures[name].within(quantile) for one in having]
    first = max(having, key=lambda one: one.figures[name].value)
    interval = max(low for low, _ in ends), max(high for _, high in ends)
    return Worst(first, first.figures[name].value, interval)


def worst_by_chance(outcomes: list[Outcome]) -> float:
    """The worst area to be expected were all attacks guessing, dependent as they are."""
    errors = np.stack([one.areas[1:] - one.areas[0] for one in outcomes])
    return float(min(1.0, 0.5 + errors.max(axis=0).mean()))
