"""Inference: whether the nearest synthetic row tells a secret of a row that was learned.

The attacker knows all other columns of some real rows, and takes the secret of the synthetic row
nearest to each (WP216; Giomi et al. 2023, section 4.3). A number is right within 5 %. The naive
attacker takes the secret of any synthetic row.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features, Floats
from synth.metrics.kind import MetricKind
from synth.metrics.privacy.attacked import FEWEST, SECRET_ATTACKS, as_many, too_few
from synth.metrics.privacy.gower import nearest
from synth.metrics.privacy.risk import (
    RISK_BOUND,
    Attacks,
    risk_facts,
    risk_metrics,
    risk_notes,
)
from synth.metrics.privacy.secret import right, secret_columns, tolerance_of

KINDS = (
    MetricKind(
        "inference_risk",
        "privacy",
        "Inference",
        "How much more often the nearest synthetic row tells a secret of a row that was learned "
        "than of one that was not, in the column where that is worst: of 100 secrets that would "
        "not be guessed, so many are. Lower is better; the reference is the attack's success on "
        "rows that were not learned.",
        style="percent",
        headline=True,
        bound=RISK_BOUND,
    ),
    MetricKind(
        "column_inference_risk",
        "privacy",
        "Inference of a column",
        "How much more often the nearest synthetic row tells this column's value of a row that "
        "was learned than of one that was not. Lower is better; the reference is the attack's "
        "success on rows that were not learned.",
        style="percent",
        bound=RISK_BOUND,
    ),
)
TITLE = "inference"
STREAM = 7303


def measure(evidence: Evidence) -> Measured:
    """``column_inference_risk`` of each secret column, and ``inference_risk``, the worst of them.

    The worst one's interval is Bonferroni's over the columns.
    """
    rng = np.random.default_rng([evidence.seed, STREAM])
    secrets, notes = secret_columns(evidence)
    notes = [f"{TITLE}: {note}" for note in notes]
    made = evidence.synthetic
    if not secrets or len(made.columns) < 2:
        reason = "no secret column" if not secrets else "the attacker knows no other column"
        return Measured(notes=[*notes, f"{TITLE}: not measured: {reason}"])
    train, holdout = as_many(evidence.train, evidence.holdout, SECRET_ATTACKS[evidence.depth], rng)
    if len(train) < FEWEST or not len(made):
        return Measured(notes=[*notes, too_few(TITLE, len(train) if len(made) else 0)])
    ours = _hits(train, made, secrets, rng)
    others = [None] * len(secrets) if holdout is None else _hits(holdout, made, secrets, rng)
    any_row = rng.integers(len(made), size=len(train))
    guessed = [_right(train, made.column(name)[any_row], name) for name in secrets]
    tried = [
        Attacks(len(train), hits, control, baseline)
        for hits, control, baseline in zip(ours, others, guessed, strict=True)
    ]
    return Measured(notes=notes) + _measured(secrets, tried)


def _hits(
    targets: Features, made: Features, secrets: tuple[str, ...], rng: np.random.Generator
) -> list[int]:
    """How many of the nearest rows tell each secret."""
    views = [
        [place for place, name in enumerate(made.names) if name != secret] for secret in secrets
    ]
    found = nearest(targets, made, views, 1, rng)[:, :, 0]  # (secrets, targets)
    return [
        _right(targets, made.column(name)[places], name)
        for name, places in zip(secrets, found, strict=True)
    ]


def _right(targets: Features, guesses: Floats, name: str) -> int:
    truths = targets.column(name)
    column = targets.columns[targets.names.index(name)]
    return int(right(guesses, truths, tolerance_of(column, truths)).sum())


def _measured(secrets: tuple[str, ...], tried: list[Attacks]) -> Measured:
    worst = max(tried, key=_risk_of)
    metrics = risk_metrics("inference_risk", worst, figures=len(secrets))
    notes: list[str] = []
    for name, attacks in zip(secrets, tried, strict=True):
        metrics += risk_metrics("column_inference_risk", attacks, columns=(name,))
        notes += risk_notes(f"{TITLE} of {name!r}", attacks)
    facts = {name: risk_facts(attacks) for name, attacks in zip(secrets, tried, strict=True)}
    return Measured(metrics, notes, {"inference": facts})


def _risk_of(attacks: Attacks) -> float:
    risk = attacks.risk()
    return 0.0 if risk is None else risk.value
