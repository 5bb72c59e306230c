"""Whether a target's classes are as frequent as in the real table."""

from __future__ import annotations

import numpy as np

from synth.metrics.distances import Numbers, shares, total_variation, variation_norm
from synth.metrics.metric import Metric
from synth.statistics.column_state import ColumnState
from synth.statistics.frequent import FrequentNumbers

RESAMPLES = 200
CONFIDENCE = 0.95
MOST_CLASSES = 1000  # a target with more values is a number or a key, and no class


def class_counts(state: ColumnState) -> dict[str, int] | None:
    """Rows of each class, by the class as text; None where there are too many to be classes."""
    counted = state.counted
    if not counted.is_exact or len(counted.counts) > MOST_CLASSES:
        return None
    if isinstance(counted, FrequentNumbers):
        pairs = zip(counted.values.tolist(), counted.counts.tolist(), strict=True)
        return {str(value): count for value, count in pairs}
    return dict(counted.counts)


def class_balance_metric(
    name: str,
    made: dict[str, int],
    real: dict[str, int],
    train: dict[str, int] | None,
    rng: np.random.Generator,
) -> Metric:
    """Total variation of the shares of classes, over the rows that have one; lower is better.

    The interval comes from a Poisson bootstrap of both tables' counts and the triangle inequality.
    """
    known = sorted({*made, *real, *(train or {})})
    a, b = _counts(made, known), _counts(real, known)
    value = total_variation(a, b)
    error = _errors(a, rng) - _errors(b, rng)
    radius = float(np.quantile(variation_norm(error), CONFIDENCE))
    return Metric(
        "class_balance_difference",
        "column",
        value,
        (name,),
        (max(0.0, value - radius), min(1.0, value + radius)),
        None if train is None else total_variation(_counts(train, known), b),
        higher_is_better=False,
    )


def _counts(own: dict[str, int], known: list[str]) -> Numbers:
    return np.array([own.get(label, 0) for label in known], np.int64)


def _errors(counts: Numbers, rng: np.random.Generator) -> Numbers:
    return shares(rng.poisson(counts, size=(RESAMPLES, len(counts)))) - shares(counts)
