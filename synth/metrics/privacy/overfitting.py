"""Overfitting: are train rows nearer to the synthetic table, or likelier to the model, than others?

Without the model the figure is of distances: all checked rows, not a few targets. With it, of log
likelihoods: the gap that every membership attack lives on (Yeom et al. 2018).
"""

from __future__ import annotations

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Floats
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.gaps import Checked, Gaps, choose_checked, gaps_to, of_units
from synth.metrics.privacy.roc import estimate, resamples, rocs
from synth.metrics.privacy.setting import Setting, prepare

SALT = 15
DRAWS = 100  # of ten thousands of rows: the interval is narrow
NORMAL = 1.959964  # a normal variable is within so many standard deviations 95 times of 100

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "memorisation_score",
        "privacy",
        "Memorisation by distance",
        "The chance that a train row is nearer to the synthetic table than a row that was not "
        "learned. 0.5 is no memorisation, 1 that every train row was copied; lower is better.",
    ),
    MetricKind(
        "likelihood_gap",
        "privacy",
        "Overfitting of the model",
        "How much likelier train rows are to the model than rows that it has not learned, in nats "
        "per row. 0 is no overfitting; lower is better.",
    ),
)


def measure(evidence: Evidence) -> Measured:
    """The memorisation score; where the evidence has log likelihoods the gap as well."""
    setting = prepare(evidence)
    if isinstance(setting, str):
        measured = Measured(notes=[f"Memorisation by distance is not measured: {setting}."])
    else:
        checked = choose_checked(setting)
        evidence.follow("privacy: overfitting")
        gaps = gaps_to(setting, checked, setting.synthetic.points)
        measured = Measured(notes=[*setting.space.notes, *checked.notes])
        measured += measure_memorisation(setting, checked, gaps)
    return measured + measure_likelihood(evidence)


def measure_likelihood(evidence: Evidence) -> Measured:
    """The likelihood gap; nothing where the evidence has no likelihood of both sides."""
    likelihood = evidence.likelihood or {}
    if not {"train", "holdout"} <= likelihood.keys():
        return Measured()
    return likelihood_gap(likelihood["train"], likelihood["holdout"])


def measure_memorisation(setting: Setting, checked: Checked, gaps: Gaps) -> Measured:
    """The area under the curve of minus the distance to the nearest synthetic row."""
    near = of_units(setting, checked, gaps)
    rng = np.random.default_rng([setting.evidence.seed, SALT])
    drawn = resamples(len(near.train), len(near.holdout), DRAWS, rng)
    area = estimate(rocs(-near.train, -near.holdout, drawn).area())
    return Measured(
        [
            Metric(
                "memorisation_score",
                "table",
                area.value,
                interval=area.interval,
                reference=0.5,
                higher_is_better=False,
            )
        ]
    )


def likelihood_gap(train: Floats, holdout: Floats) -> Measured:
    """The difference of the means with Welch's interval; rows of likelihood 0 are left out, said.

    Not measured with fewer than two rows of either side.
    """
    sides = [values[np.isfinite(values)] for values in (train, holdout)]
    left_out = len(train) + len(holdout) - len(sides[0]) - len(sides[1])
    notes = []
    if left_out:
        notes.append(f"The likelihood gap leaves out {left_out:,} rows that the model rules out.")
    if min(map(len, sides)) < 2:
        return Measured(notes=[*notes, "The likelihood gap is not measured: too few rows."])
    gap = float(sides[0].mean() - sides[1].mean())
    reach = NORMAL * float(np.sqrt(sum(one.var(ddof=1) / len(one) for one in sides)))
    metric = Metric(
        "likelihood_gap",
        "table",
        gap,
        interval=(gap - reach, gap + reach),
        reference=0.0,
        higher_is_better=False,
    )
    return Measured([metric], notes)
