"""Membership inference: can it be told from the synthetic table who was in the train part?

Attacks, targets and figures are those of Synth-MIA and MIDST: area under the ROC curve, and the
share of members found at few false alarms, where an attack does harm (Carlini et al. 2022).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Floats
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.attacks import ensemble
from synth.metrics.privacy.attacks.likelihood import NAME as LIKELIHOOD
from synth.metrics.privacy.attacks.likelihood import likelihood_difference
from synth.metrics.privacy.epsilon import epsilon_lower_bound
from synth.metrics.privacy.outcomes import (
    BOUNDS,
    LEAST_ALARMS,
    RATES,
    WORST,
    Outcome,
    Worst,
    attack,
    target_sets,
    worst,
    worst_by_chance,
)
from synth.metrics.privacy.roc import roc
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.split_check import split_notes

# Of so many attacks the worst lies above 0.5 by chance alone, the more the fewer rows there are to
# try them on: what counts is how far it lies above what chance makes of it.
BEYOND_CHANCE = 0.03
KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "worst_attack_auc",
        "privacy",
        "Membership: the worst attack",
        "How well the most successful of all attacks tells train rows from rows that were not "
        "learned. 0.5 is guessing, 1 is certainty; lower is better. The reference is what chance "
        "alone makes of the worst of so many attacks.",
        headline=True,
        bound=Bound(
            BEYOND_CHANCE, by="interval", relative=True, absolute=BOUNDS["worst_attack_auc"]
        ),
    ),
    MetricKind(
        "worst_attack_tpr",
        "privacy",
        "Members found at 1 % false alarms, worst attack",
        "The share of train rows that the most successful attack finds while it accuses 1 % of "
        "others. 1 % is guessing; lower is better.",
        style="percent",
        bound=Bound(BOUNDS["worst_attack_tpr"], by="interval"),
    ),
    MetricKind(
        "epsilon_lower_bound",
        "privacy",
        "Epsilon that the attacks refute",
        "No promise of differential privacy below this epsilon can hold, with 95 % confidence. 0 "
        "shows nothing: it is no proof that a promise holds. Lower is better.",
    ),
    MetricKind(
        "membership_auc",
        "privacy",
        "Membership attack: area under the curve",
        "The chance that an attack finds a train row likelier to have been learned than another "
        "row. 0.5 is guessing; lower is better.",
    ),
    MetricKind(
        "membership_tpr_1",
        "privacy",
        "Membership attack: members found at 1 % false alarms",
        "The share of train rows that an attack finds while it accuses 1 % of others. 1 % is "
        "guessing; lower is better.",
        style="percent",
    ),
    MetricKind(
        "membership_tpr_10",
        "privacy",
        "Membership attack: members found at 10 % false alarms",
        "The share of train rows that an attack finds while it accuses 10 % of others. 10 % is "
        "guessing; lower is better.",
        style="percent",
    ),
)


def measure(
    evidence: Evidence,
    scores: Mapping[str, Floats] | None = None,
    log_likelihood: Floats | None = None,
) -> Measured:
    """All attacks on the synthetic table, the worst first.

    For who has the model: ``log_likelihood`` float64 ``(target rows,)``, the model's of each row of
    ``prepare(evidence).targets``, members' first; or ready ``scores`` of that shape by attack.
    """
    setting = prepare(evidence)
    if isinstance(setting, str):
        return Measured(notes=[f"Membership inference is not measured: {setting}."])
    measured = measure_membership(setting, scores, log_likelihood)
    notes = [*setting.notes, *split_notes(setting), *measured.notes]
    return Measured(measured.metrics, notes, measured.facts)


def measure_membership(
    setting: Setting,
    scores: Mapping[str, Floats] | None = None,
    log_likelihood: Floats | None = None,
) -> Measured:
    """As :func:`measure`, in a setting that is prepared, without the setting's own notes."""
    setting.evidence.follow("privacy: membership attacks")
    sight = setting.sight(setting.synthetic)
    more = dict(scores or {})
    if log_likelihood is not None:
        more[LIKELIHOOD] = likelihood_difference(sight, log_likelihood)
    outcomes = attack(setting, sight, more)
    return figures(setting, outcomes)


def figures(setting: Setting, outcomes: list[Outcome]) -> Measured:
    """The outcomes as metrics, notes and curves."""
    auc = worst(outcomes, "membership_auc")
    if auc is None:
        return Measured(notes=["Membership inference is not measured: there are no targets."])
    metrics, notes = [], []
    references = {"worst_attack_auc": worst_by_chance(outcomes), "worst_attack_tpr": 0.01}
    for name, title in WORST.items():
        found = worst(outcomes, name)
        if found is not None:
            metrics.append(_worst_metric(title, found, references[title]))
    epsilons = [epsilon_lower_bound(*one.scores, len(outcomes)) for one in outcomes]
    metrics.append(
        Metric(
            "epsilon_lower_bound",
            "table",
            max(epsilons),
            reference=0.0,
            higher_is_better=False,
            detail=outcomes[int(np.argmax(epsilons))].label if max(epsilons) > 0 else "",
        )
    )
    ordered = sorted(outcomes, key=lambda one: -one.figures["membership_auc"].value)
    for name in ("membership_auc", *RATES):
        reference = RATES.get(name, 0.5)
        metrics += [_metric(name, one, reference) for one in ordered if name in one.figures]
        if not any(name in one.figures for one in outcomes):
            notes.append(
                f"{name} is not measured: {RATES[name]:.0%} of so few other rows is fewer than "
                f"{LEAST_ALARMS}."
            )
    notes.append(_sentence(auc, len(outcomes)))
    return Measured(metrics, notes, {"membership": _facts(setting, auc, outcomes)})


def _metric(name: str, one: Outcome, reference: float) -> Metric:
    figure = one.figures[name]
    return Metric(
        name,
        "table",
        figure.value,
        interval=figure.interval,
        reference=reference,
        higher_is_better=False,
        detail=one.attack,
        slice=f"{one.targets} targets",
    )


def _worst_metric(name: str, found: Worst, reference: float) -> Metric:
    return Metric(
        name,
        "table",
        found.value,
        interval=found.interval,
        reference=reference,
        higher_is_better=False,
        detail=found.outcome.label,
    )


def _sentence(auc: Worst, number: int) -> str:
    reached = f"the best reaches an area of {auc.value:.3f} ({auc.outcome.label})"
    if auc.interval[0] <= 0.5:
        return (
            f"No leak found by these attacks: of {number} results {reached}, which may be chance."
        )
    return f"Attacks tell train rows from others better than chance: of {number} results {reached}."


def _facts(setting: Setting, auc: Worst, outcomes: list[Outcome]) -> dict[str, object]:
    curves = [auc.outcome]
    curves += [one for one in outcomes if one.attack == ensemble.NAME and one is not auc.outcome]
    entities = setting.holdout_rows.entities is not None
    return {
        "unit": "entity" if entities else "row",
        "members": {
            name: int((chosen & setting.targets.member).sum())
            for name, chosen in target_sets(setting.targets)
        },
        "curves": [
            {
                "attack": one.attack,
                "targets": one.targets,
                "worst": one is auc.outcome,
                **roc(*one.scores).points(),
            }
            for one in curves
        ],
    }
