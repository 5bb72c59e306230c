"""How close a synthetic table is to the real one, from counts alone: per column, pair and table.

The value compares synthetic with holdout; the reference compares train with holdout: two real
samples of the same source, the ceiling of what any generator can reach. Both hold the same sampling
noise, so the distance between them is what the generator lost.

- ``column_similarity``: ordinal columns 1 - the half-line distance (Kolmogorov-Smirnov over all
  rows, in which a difference in the share of nulls counts as well); nominal columns 1 - total
  variation.
- ``kolmogorov_smirnov``: ordinal columns only, over the rows that have a value.
- ``total_variation``, ``jensen_shannon``: nominal columns over their categories, ordinal columns
  over the coarser pair bins. Over their fine bins both would measure little but sampling noise.
- ``pair_similarity``: 1 - total variation of the contingency table of pair bins; null is a bin.
- ``correlation_difference``: absolute difference of the coefficients of ``association``, over the
  rows that have a value in every ordinal column of the pair. Lower is better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth.metrics.association import correlation
from synth.metrics.bins import ColumnBins
from synth.metrics.distances import (
    Floats,
    Numbers,
    contingency_similarity,
    divergence,
    half_line_norm,
    jensen_shannon,
    kolmogorov_norm,
    kolmogorov_smirnov,
    shares,
    total_variation,
    variation_norm,
)
from synth.metrics.histograms import CodeHistograms, Counts
from synth.metrics.metric import Metric

__all__ = [
    "CodeHistograms",
    "contingency_similarity",
    "correlation",
    "jensen_shannon",
    "kolmogorov_smirnov",
    "measure_fidelity",
    "pair_correlation",
    "total_variation",
]

RESAMPLES = 200  # the 95 % quantile of 200 draws is known to a few per cent of itself
CONFIDENCE = 0.95

View = Callable[[Numbers], Numbers]
Norm = Callable[[Floats], Floats]


def measure_fidelity(
    *,
    synthetic: CodeHistograms,
    train: CodeHistograms,
    holdout: CodeHistograms | None,
    seed: int,
) -> list[Metric]:
    """All fidelity metrics, the table's first, then per column, then per pair.

    Without a holdout (None, or one without rows) the value compares synthetic with train and has no
    reference. Intervals are for columns and for the mean over columns; the figures of pairs, and
    their means, have none: there are too many pairs to resample each. The mean's interval is the
    mean of the columns' ends, as if all columns erred together, hence rather too wide.
    """
    ceiling = holdout is not None and holdout.rows > 0
    real = holdout if holdout is not None and ceiling else train
    _check_comparable(synthetic, train, real)
    reference = train if ceiling else None
    columns = [
        metric
        for index, bins in enumerate(synthetic.bins)
        for metric in _column_metrics(bins, index, synthetic, real, reference, seed)
    ]
    pairs = [
        metric
        for first in range(len(synthetic.bins))
        for second in range(first + 1, len(synthetic.bins))
        for metric in _pair_metrics(first, second, synthetic, real, reference)
    ]
    names = ("column_similarity", "pair_similarity", "correlation_difference")
    means = [_mean([m for m in columns + pairs if m.name == name]) for name in names]
    return [mean for mean in means if mean is not None] + columns + pairs


def pair_correlation(histograms: CodeHistograms, first: int, second: int) -> float:
    """The coefficient of two columns; rows without a value in an ordinal one are left out."""
    bins_a, bins_b = histograms.bins[first], histograms.bins[second]
    table = histograms.pair(first, second)
    if bins_a.ordinal:
        table = table[_placed_pair_bins(bins_a)]
    if bins_b.ordinal:
        table = table[:, _placed_pair_bins(bins_b)]
    return correlation(table, rows_ordinal=bins_a.ordinal, columns_ordinal=bins_b.ordinal)


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


def _column_metrics(
    bins: ColumnBins,
    index: int,
    synthetic: CodeHistograms,
    real: CodeHistograms,
    train: CodeHistograms | None,
    seed: int,
) -> list[Metric]:
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


def _distances(bins: ColumnBins) -> list[_Distance]:
    if not bins.ordinal:
        return [
            _Distance("column_similarity", _as_is, variation_norm, similarity=True),
            _Distance("total_variation", _as_is, variation_norm),
        ]
    placed = _placed_bins(bins)
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


def _pair_metrics(
    first: int,
    second: int,
    synthetic: CodeHistograms,
    real: CodeHistograms,
    train: CodeHistograms | None,
) -> list[Metric]:
    names = (synthetic.bins[first].name, synthetic.bins[second].name)
    table, true = real.pair(first, second), pair_correlation(real, first, second)

    def compare(other: CodeHistograms) -> tuple[float, float]:
        similarity = contingency_similarity(other.pair(first, second), table)
        return similarity, abs(pair_correlation(other, first, second) - true)

    similarity, difference = compare(synthetic)
    ceiling, floor = (None, None) if train is None else compare(train)
    return [
        Metric("pair_similarity", "pair", similarity, names, reference=ceiling),
        Metric(
            "correlation_difference",
            "pair",
            difference,
            names,
            reference=floor,
            higher_is_better=False,
        ),
    ]


def _mean(metrics: list[Metric]) -> Metric | None:
    if not metrics:
        return None
    first = metrics[0]
    references = [metric.reference for metric in metrics if metric.reference is not None]
    intervals = [metric.interval for metric in metrics if metric.interval is not None]
    low_high = tuple(float(np.mean(ends)) for ends in zip(*intervals, strict=True))
    return Metric(
        first.name,
        "table",
        float(np.mean([metric.value for metric in metrics])),
        interval=(low_high[0], low_high[1]) if low_high else None,
        reference=float(np.mean(references)) if references else None,
        higher_is_better=first.higher_is_better,
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


def _placed_bins(bins: ColumnBins) -> Counts:
    """Fine bins that have a place in the order of values, in that order."""
    return np.array([k for k, lower in enumerate(bins.lower) if lower is not None], np.int64)


def _placed_pair_bins(bins: ColumnBins) -> Counts:
    """Pair bins in the order of their values, without those that hold only nulls or rare values."""
    ordered = (bins.pair_bins[k] for k in _placed_bins(bins))
    return np.array(list(dict.fromkeys(ordered)), np.int64)


def _check_comparable(*tables: CodeHistograms) -> None:
    for name, table in zip(("synthetic", "train", "holdout"), tables, strict=True):
        if table.bins != tables[0].bins:
            raise ValueError(f"{name} was counted over other bins: use one encoder for all tables")
        if table.rows == 0:
            raise ValueError(f"the {name} table has no rows: there is nothing to compare")
