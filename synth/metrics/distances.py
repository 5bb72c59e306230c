"""Distances between two distributions given as counts over the same bins."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]


def total_variation(a: Numbers, b: Numbers) -> float:
    """Share of rows that would have to move to another bin to turn one distribution into the other.

    In [0, 1]. Sampling noise alone makes it grow with the square root of the number of bins over
    that of rows: read it beside that of two real samples. 1 where only one of the two has rows.

    >>> total_variation(np.array([1, 1]), np.array([3, 1]))
    0.25
    """
    return float(variation_norm(shares(a) - shares(b))) if _comparable(a, b) else _emptiness(a, b)


def jensen_shannon(a: Numbers, b: Numbers) -> float:
    """Jensen-Shannon divergence to base 2, in [0, 1] (Lin 1991); its square root is a metric.

    >>> jensen_shannon(np.array([1, 0]), np.array([0, 5]))
    1.0
    """
    return float(divergence(shares(a), shares(b))) if _comparable(a, b) else _emptiness(a, b)


def contingency_similarity(pair_a: Numbers, pair_b: Numbers) -> float:
    """1 - total variation of two joint distributions, as sdmetrics' ContingencySimilarity.

    >>> contingency_similarity(np.eye(2), np.ones((2, 2)))
    0.5
    """
    return 1.0 - total_variation(np.ravel(pair_a), np.ravel(pair_b))


def shares(counts: Numbers) -> Floats:
    """Counts over their sum along the last axis; all zero where there are no rows."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(counts / np.maximum(total, 1), np.float64)


def kolmogorov_norm(difference: Floats) -> Floats:
    """Largest absolute cumulative sum along the last axis: Kolmogorov-Smirnov, of shares.

    Of bins in the order of their values. Inside a bin the gap is not seen, so the result is below
    that of the raw values by at most the share of the heaviest bin.

    >>> kolmogorov_norm(shares(np.array([2, 2])) - shares(np.array([1, 3]))).item()
    0.25
    """
    return np.asarray(np.abs(difference.cumsum(axis=-1)).max(axis=-1, initial=0.0))


def variation_norm(difference: Floats) -> Floats:
    """Half the sum of absolute differences along the last axis."""
    return np.asarray(np.abs(difference).sum(axis=-1) / 2)


def half_line_norm(difference: Floats, n_placed: int) -> Floats:
    """Largest difference in the share of any half line of values, or of any bin without a place.

    The first ``n_placed`` bins stand in the order of their values; null, NaN and rare ones follow.
    Half lines are taken from both ends, so that nulls turned into any values count in full. Without
    bins outside the order it is the Kolmogorov-Smirnov distance.
    """
    placed, rest = difference[..., :n_placed], difference[..., n_placed:]
    upwards, downwards = kolmogorov_norm(placed), kolmogorov_norm(placed[..., ::-1])
    single = np.abs(rest).max(axis=-1, initial=0.0)
    return np.asarray(np.maximum(np.maximum(upwards, downwards), single))


def divergence(p: Floats, q: Floats) -> Floats:
    """Jensen-Shannon divergence to base 2 of shares, along the last axis."""
    middle = (p + q) / 2
    bits = (_entropy_terms(p, middle) + _entropy_terms(q, middle)).sum(axis=-1) / 2
    return np.asarray(np.clip(bits, 0.0, 1.0))  # rounding leaves -1e-17 for equal shares


def _entropy_terms(p: Floats, middle: Floats) -> Floats:
    safe = np.where(p > 0, p, 1.0)
    return np.where(p > 0, p * np.log2(safe / np.where(p > 0, middle, 1.0)), 0.0)


def _comparable(a: Numbers, b: Numbers) -> bool:
    """Whether both have rows; ValueError where their bins differ in number."""
    if np.shape(a) != np.shape(b):
        raise ValueError(f"counts over {np.shape(a)} and {np.shape(b)} bins: use the same bins")
    return bool(np.sum(a) > 0 and np.sum(b) > 0)


def _emptiness(a: Numbers, b: Numbers) -> float:
    return 0.0 if np.sum(a) == np.sum(b) else 1.0
