"""How close one column of a synthetic table is to the real one, each figure with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth.metrics.distances import (
    Floats,
    Numbers,
    divergence,
    half_line_norm,
    jensen_shannon,
    kolmogorov_norm,
    shares,
    variation_norm,
)
from synth.metrics.histograms import CodeHistograms, Counts
from synth.metrics.metric import Metric
from synth.table.bins import ColumnBins

RESAMPLES = 200  # the 95 % quantile of 200 draws is known to a few per cent of itself
CONFIDENCE = 0.95

View = Callable[[Numbers], Numbers]
Norm = Callable[[Floats], Floats]


def column_metrics(
    bins: ColumnBins,
    index: int,
    synthetic: CodeHistograms,
    real: CodeHistograms,
    train: CodeHistograms | None,
    seed: int,
) -> list[Metric]:
    """The figures of ``synthetic`` against ``real``, those of ``train`` beside them.

    Intervals come from a seeded Poisson bootstrap of both tables' counts.
    """
    made, true = synthetic.column(index), real.column(index)
    ceiling = None if train is None else train.column(index)
    rng = np.random.default_rng([seed, index])  # each column its own: the order does not matter
    draws_made, draws_true = _resample(made, rng), _resample(true, rng)
    metrics = []
    for distance in _distances(bins):
        value = distance.between(made, true)
        radius = distance.radius(made, true, draws_made, draws_true)
        low, high = max(0.0, value - radius), min(1.0, value + radius)
        reference = None if ceiling is None else distance.between(ceiling, true)
        metrics.append(_column_metric(bins, distance, value, (low, high), reference))
    divergence_metric = _jensen_shannon_metric(bins, made, true, ceiling, draws_made, draws_true)
    return [*metrics, divergence_metric]


@dataclass(frozen=True)
class _Distance:
    """A distance that is a norm of the difference of shares, and the counts that it looks at."""

    name: str
    view: View
    norm: Norm
    similarity: bool = False

    def between(self, a: Numbers, b: Numbers) -> float:
        a, b = self.view(a), self.view(b)
        if not a.any() or not b.any():
            return 0.0 if a.any() == b.any() else 1.0
        return float(self.norm(shares(a) - shares(b)))

    def radius(self, a: Numbers, b: Numbers, draws_a: Numbers, draws_b: Numbers) -> float:
        """With 95 % confidence the sampling error of ``between`` is at most this.

        By the triangle inequality the error of a norm is at most the norm of the error, whose
        distribution the resamples give. Plain percentiles would not do: resampling adds noise to
        noise, so that near zero they miss both the value and the truth.
        """
        error = shares(self.view(draws_a)) - shares(self.view(a))
        error = error - (shares(self.view(draws_b)) - shares(self.view(b)))
        return float(np.quantile(self.norm(error), CONFIDENCE))


def _distances(bins: ColumnBins) -> list[_Distance]:
    if not bins.ordinal:
        return [
            _Distance("column_similarity", _as_is, variation_norm, similarity=True),
            _Distance("total_variation", _as_is, variation_norm),
        ]
    placed = placed_bins(bins)
    rest = np.setdiff1d(np.arange(len(bins)), placed)
    order = np.concatenate([placed, rest])
    return [
        _Distance(
            "column_similarity",
            lambda counts: counts[..., order],
            lambda difference: half_line_norm(difference, len(placed)),
            similarity=True,
        ),
        _Distance("kolmogorov_smirnov", lambda counts: counts[..., placed], kolmogorov_norm),
        _Distance("total_variation", _coarse_view(bins), variation_norm),
    ]


def _column_metric(
    bins: ColumnBins,
    distance: _Distance,
    value: float,
    interval: tuple[float, float],
    reference: float | None,
) -> Metric:
    if distance.similarity:
        value, interval = 1.0 - value, (1.0 - interval[1], 1.0 - interval[0])
        reference = None if reference is None else 1.0 - reference
    return Metric(
        distance.name,
        "column",
        value,
        (bins.name,),
        interval,
        reference,
        higher_is_better=distance.similarity,
    )


def _jensen_shannon_metric(
    bins: ColumnBins,
    made: Counts,
    true: Counts,
    train: Counts | None,
    draws_made: Counts,
    draws_true: Counts,
) -> Metric:
    """The interval is taken on the root, which is a metric (Endres and Schindelin 2003)."""
    view = _coarse_view(bins) if bins.ordinal else _as_is
    value = jensen_shannon(view(made), view(true))
    error = np.sqrt(divergence(shares(view(draws_made)), shares(view(made))))
    error = error + np.sqrt(divergence(shares(view(draws_true)), shares(view(true))))
    radius, root = float(np.quantile(error, CONFIDENCE)), value**0.5
    interval = (max(0.0, root - radius) ** 2, min(1.0, root + radius) ** 2)
    interval = (min(interval[0], value), max(interval[1], value))  # rounding of the root
    reference = None if train is None else jensen_shannon(view(train), view(true))
    return Metric(
        "jensen_shannon", "column", value, (bins.name,), interval, reference, higher_is_better=False
    )


def _resample(counts: Counts, rng: np.random.Generator) -> Counts:
    """Poisson bootstrap: ``(RESAMPLES, n_bins)`` counts as if the table had been drawn again."""
    return np.asarray(rng.poisson(counts, size=(RESAMPLES, len(counts))), np.int64)


def _as_is(counts: Numbers) -> Numbers:
    return counts


def _coarse_view(bins: ColumnBins) -> View:
    """Sums fine counts ``(..., n_bins)`` into pair bins."""
    member = np.zeros((len(bins), bins.n_pair_bins))
    member[np.arange(len(bins)), list(bins.pair_bins)] = 1
    return lambda counts: counts @ member


def placed_bins(bins: ColumnBins) -> Counts:
    """Fine bins that have a place in the order of values, in that order."""
    return np.array([k for k, lower in enumerate(bins.lower) if lower is not None], np.int64)
