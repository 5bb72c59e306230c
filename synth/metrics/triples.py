"""Whether three columns go together as in the real table: three-way marginals.

A table can have every pair right and a triple wrong. The figure is that of the pairs, one column
more: 1 - total variation of the joint counts (the k-marginal score of NIST's synthetic data
challenges, C. McKay Bowen and J. Snoke 2021, for k = 3, over the most associated triples).
"""

from __future__ import annotations

import numpy as np

from synth.metrics.distances import Floats, shares, total_variation, variation_norm
from synth.metrics.evidence import Measured
from synth.metrics.histograms import Counts
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric, mean_of
from synth.metrics.sampling_noise import expected_variation
from synth.metrics.triple_counts import TripleCounts

SEED = 0x3A
RESAMPLES = 100
CONFIDENCE = 0.95

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "triple_similarity",
        "fidelity",
        "Three columns at a time",
        "How closely three columns go together as in the real table: the share of rows whose "
        "three values need not change. Higher is better, up to what two real samples reach.",
        higher_is_better=True,
        style="percent",
        bound=Bound(0.02, 0.05, by="interval", relative=True),
    ),
)


def triple_metrics(
    synthetic: TripleCounts, train: TripleCounts, holdout: TripleCounts | None, *, seed: int
) -> Measured:
    """The figure of the table, the mean over the triples, and that of each triple.

    Of synthetic against holdout; the reference, of train against holdout, is brought to the number
    of synthetic rows: fewer rows lie further off by chance alone. Without a holdout of synthetic
    against train, without a reference. Intervals by a Poisson bootstrap and the triangle
    inequality; the mean's is the mean of the ends, as if all triples erred together.
    """
    ceiling = holdout is not None and holdout.rows > 0
    real = holdout if holdout is not None and ceiling else train
    notes = list(train.plan.notes)
    if not train.plan.triples:
        return Measured(notes=notes)
    if not synthetic.rows or not real.rows:
        return Measured(notes=[*notes, "three columns at a time: not measured, a table is empty"])
    metrics = [
        _triple_metric(
            tuple(train.plan.bins[column].name for column in triple.places),
            synthetic.cells[place],
            real.cells[place],
            train.cells[place] if ceiling and train.rows else None,
            np.random.default_rng([seed, SEED, place]),
        )
        for place, triple in enumerate(train.plan.triples)
    ]
    mean = mean_of(metrics)
    return Measured(metrics if mean is None else [mean, *metrics], notes)


def _triple_metric(
    names: tuple[str, ...],
    made: Counts,
    real: Counts,
    train: Counts | None,
    rng: np.random.Generator,
) -> Metric:
    value = 1.0 - total_variation(made, real)
    error = _errors(made, rng) - _errors(real, rng)
    radius = float(np.quantile(variation_norm(error), CONFIDENCE))
    interval = (max(0.0, value - radius), min(1.0, value + radius))
    reference = None if train is None else sized_reference(made, real, train)
    return Metric("triple_similarity", "triple", value, names, interval, reference)


def sized_reference(made: Counts, real: Counts, train: Counts) -> float:
    """1 - total variation of train and real, as if train had as many rows as ``made``."""
    both, rows = train + real, int(real.sum())
    own = float(expected_variation(both, int(train.sum()), rows))
    other = float(expected_variation(both, int(made.sum()), rows))
    return float(np.clip(1.0 - total_variation(train, real) - (other - own), 0.0, 1.0))


def _errors(counts: Counts, rng: np.random.Generator) -> Floats:
    return shares(rng.poisson(counts, size=(RESAMPLES, len(counts)))) - shares(counts)
