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

import numpy as np

from synth.metrics.association import correlation
from synth.metrics.column_fidelity import column_metrics, placed_bins
from synth.metrics.distances import (
    contingency_similarity,
)
from synth.metrics.histograms import CodeHistograms, Counts
from synth.metrics.metric import Metric, mean_of
from synth.metrics.sampling_noise import variation_radius
from synth.table.bins import ColumnBins
from synth.table.errors import InputError


def measure_fidelity(
    *,
    synthetic: CodeHistograms,
    train: CodeHistograms,
    holdout: CodeHistograms | None,
    seed: int,
) -> list[Metric]:
    """All fidelity metrics, the table's first, then per column, then per pair.

    Without a holdout (None, or one without rows) the value compares synthetic with train and has no
    reference. Intervals of columns are resampled; those of the similarity of pairs, of which there
    are too many, are as wide as those of any two samples of so many rows; the difference of
    correlations has none. A mean's interval is the mean of the ends, as if all columns, or pairs,
    erred together, hence rather too wide.
    """
    ceiling = holdout is not None and holdout.rows > 0
    real = holdout if holdout is not None and ceiling else train
    _check_comparable(synthetic, train, real)
    reference = train if ceiling else None
    columns = [
        metric
        for index, bins in enumerate(synthetic.bins)
        for metric in column_metrics(bins, index, synthetic, real, reference, seed)
    ]
    pairs = _pair_metrics(synthetic, real, reference)
    names = ("column_similarity", "pair_similarity", "correlation_difference")
    means = [mean_of([m for m in columns + pairs if m.name == name]) for name in names]
    return [mean for mean in means if mean is not None] + columns + pairs


def correlation_matrix(histograms: CodeHistograms) -> list[list[float]]:
    """The coefficients of all pairs, symmetric, 1 on the diagonal."""
    orders = [_pair_order(bins) for bins in histograms.bins]
    size = len(orders)
    matrix = np.eye(size)
    for first in range(size):
        for second in range(first + 1, size):
            table = histograms.pair(first, second)
            value = _coefficient(table, orders[first], orders[second])
            matrix[first, second] = matrix[second, first] = value
    return [[float(value) for value in row] for row in matrix]


def _pair_metrics(
    synthetic: CodeHistograms, real: CodeHistograms, train: CodeHistograms | None
) -> list[Metric]:
    orders = [_pair_order(bins) for bins in real.bins]
    metrics: list[Metric] = []
    for first in range(len(orders)):
        for second in range(first + 1, len(orders)):
            metrics += _one_pair(
                (real.bins[first].name, real.bins[second].name),
                real.pair(first, second),
                synthetic.pair(first, second),
                None if train is None else train.pair(first, second),
                orders[first],
                orders[second],
            )
    return metrics


def _one_pair(
    names: tuple[str, str],
    real: Counts,
    synthetic: Counts,
    train: Counts | None,
    row_order: Counts | None,
    column_order: Counts | None,
) -> list[Metric]:
    """Both figures of one pair from its contingency tables."""
    true = _coefficient(real, row_order, column_order)

    def compare(table: Counts) -> tuple[float, float]:
        coefficient = _coefficient(table, row_order, column_order)
        return contingency_similarity(table, real), abs(coefficient - true)

    similarity, difference = compare(synthetic)
    radius = variation_radius(int(synthetic.sum()), int(real.sum()))
    interval = (max(0.0, similarity - radius), min(1.0, similarity + radius))
    ceiling, floor = (None, None) if train is None else compare(train)
    return [
        Metric("pair_similarity", "pair", similarity, names, interval, ceiling),
        Metric(
            "correlation_difference",
            "pair",
            difference,
            names,
            reference=floor,
            higher_is_better=False,
        ),
    ]


def _coefficient(table: Counts, row_order: Counts | None, column_order: Counts | None) -> float:
    """The coefficient of a contingency table; an order is None for a nominal column."""
    if row_order is not None:
        table = table[row_order]
    if column_order is not None:
        table = table[:, column_order]
    return correlation(
        table, rows_ordinal=row_order is not None, columns_ordinal=column_order is not None
    )


def _pair_order(bins: ColumnBins) -> Counts | None:
    """An ordinal column's pair bins in the order of their values; None for a nominal one.

    Pair bins that hold only nulls or rare values are left out.
    """
    if not bins.ordinal:
        return None
    ordered = (bins.pair_bins[k] for k in placed_bins(bins))
    return np.array(list(dict.fromkeys(ordered)), np.int64)


def _check_comparable(*tables: CodeHistograms) -> None:
    for name, table in zip(("synthetic", "train", "holdout"), tables, strict=True):
        if table.bins != tables[0].bins:
            raise ValueError(f"{name} was counted over other bins: use one encoder for all tables")
        if table.rows == 0:
            raise InputError(f"the {name} table has no rows: there is nothing to compare")
