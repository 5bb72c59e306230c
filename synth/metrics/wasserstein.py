"""How far the values of one column must be moved to become another's: the Wasserstein distance.

W1, the area between two cumulative distributions, in standard deviations of the real column: it
sees by how much values are wrong, where Kolmogorov-Smirnov sees of how many rows.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import wasserstein_distance

from synth.metrics.distribution import Distribution, Floats

RESAMPLES = 200
GRID = 256  # places at which the error of the distributions is looked at
CONFIDENCE = 0.95


def scaled_wasserstein(made: Distribution, real: Distribution) -> float | None:
    """W1 over the standard deviation of ``real``; None where either is without values or scale.

    Exact where both distributions are; else off by at most the error of rank times the range.
    """
    if not comparable(made, real):
        return None
    scale = real.deviation
    return float(
        wasserstein_distance(made.values / scale, real.values / scale, made.weights, real.weights)
    )


def comparable(made: Distribution, real: Distribution) -> bool:
    """Whether both have values, and the real ones a spread to measure by."""
    return bool(made.rows and real.rows and 0 < real.deviation < np.inf)


def wasserstein_radius(made: Distribution, real: Distribution, rng: np.random.Generator) -> float:
    """With 95 % confidence the sampling error of the scaled distance is at most this.

    By the triangle inequality it is at most the distance of the error, which a Poisson bootstrap of
    both tables gives, at ``GRID`` quantiles of the two together.
    """
    scale = real.deviation
    edges = _edges(made, real)
    widths = np.diff(edges) / scale
    error = _errors(made, edges, rng) - _errors(real, edges, rng)
    return float(np.quantile(np.abs(error[:, :-1]) @ widths, CONFIDENCE))


def _edges(made: Distribution, real: Distribution) -> Floats:
    values = np.concatenate([made.values, real.values])
    shares = np.concatenate([made.weights / made.rows, real.weights / real.rows])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(shares[order])
    places = np.searchsorted(reached, np.linspace(0.0, reached[-1], GRID))
    chosen = values[order][np.minimum(places, len(values) - 1)]
    return np.unique(np.r_[values[order[0]], chosen, values[order[-1]]])


def _errors(own: Distribution, edges: Floats, rng: np.random.Generator) -> Floats:
    """Error of the cumulative shares at the edges: ``(RESAMPLES, len(edges))``."""
    cells = np.searchsorted(edges, own.values)
    counts = np.bincount(cells, own.weights, len(edges)).astype(np.int64)
    drawn = rng.poisson(counts, size=(RESAMPLES, len(counts)))
    total = np.maximum(drawn.sum(axis=1, keepdims=True), 1)
    error = np.cumsum(drawn / total, axis=1) - np.cumsum(counts / own.rows)
    return np.asarray(error, np.float64)
