"""What the values of one ordered column are like beyond their histogram."""

from __future__ import annotations

import numpy as np

from synth.metrics.coverage import range_coverage
from synth.metrics.distribution import Distribution
from synth.metrics.metric import Metric
from synth.metrics.skipped import Skipped
from synth.metrics.tail_rates import tail_bounds, tail_difference, tail_interval
from synth.metrics.wasserstein import scaled_wasserstein, wasserstein_radius


def number_metrics(
    name: str,
    made: Distribution,
    real: Distribution,
    train: Distribution | None,
    rng: np.random.Generator,
    skipped: Skipped,
) -> list[Metric]:
    """``wasserstein``, ``range_coverage`` and ``tail_rate_difference`` of one ordered column.

    What cannot be measured is added to ``skipped``.
    """
    if not real.rows:
        skipped.add("values not compared: the real column has none", name)
        return []
    if not (made.exact and real.exact):
        skipped.add("values compared by their quantiles, which are off by a little in rank", name)
    metrics = _coverage(name, made, real, train)
    if not metrics:
        skipped.add("range and distance of values not measured: the real column has one", name)
    if not made.rows:
        skipped.add("values not compared: the synthetic column has none", name)
        return metrics
    return [*_distance(name, made, real, train, rng), *metrics, *_tails(name, made, real, train)]


def _distance(
    name: str,
    made: Distribution,
    real: Distribution,
    train: Distribution | None,
    rng: np.random.Generator,
) -> list[Metric]:
    value = scaled_wasserstein(made, real)
    if value is None:
        return []
    radius = wasserstein_radius(made, real, rng)
    return [
        Metric(
            "wasserstein",
            "column",
            value,
            (name,),
            (max(0.0, value - radius), value + radius),
            None if train is None else scaled_wasserstein(train, real),
            higher_is_better=False,
        )
    ]


def _tails(
    name: str, made: Distribution, real: Distribution, train: Distribution | None
) -> list[Metric]:
    return [
        Metric(
            "tail_rate_difference",
            "column",
            tail_difference(bound, made, real),
            (name,),
            tail_interval(bound, made, real),
            tail_difference(bound, train, real) if train is not None and train.rows else None,
            higher_is_better=False,
            detail=bound.name,
        )
        for bound in tail_bounds(real)
    ]


def _coverage(
    name: str, made: Distribution, real: Distribution, train: Distribution | None
) -> list[Metric]:
    value = range_coverage(made, real)
    if value is None:
        return []
    reference = None if train is None else range_coverage(train, real)
    return [Metric("range_coverage", "column", value, (name,), None, reference)]
