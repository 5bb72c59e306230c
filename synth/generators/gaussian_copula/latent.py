"""The correlation of the latent normals behind codes, from the products of the codes' scores.

A code is the interval in which a normal variable lies. What two columns' scores have in common is
then a power series in the latent correlation r (Pearson 1900; Olsson 1979 for scores of any kind):
``E[s t] - E[s] E[t] = sum over k of r^k a_k b_k``, where ``a_k`` are a column's Hermite
coefficients. It is solved for each pair, so that codes of few values, whose products are smaller
than those of the normals behind them, are not correlated too weakly.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

TERMS = 80  # of the series; at the largest correlation the rest is below a per cent of a score
LARGEST = 0.995
HALVINGS = 30
LEAST_EIGENVALUE = 1e-6


def hermite_coefficients(reach: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """float64 ``(TERMS,)``: coefficient k + 1 of the scores ``(K,)`` as a function of the normal.

    ``reach`` has the codes' shares up to and with each, in the order of the scores.
    """
    ends = ndtri(np.clip(reach[:-1], 1e-12, 1 - 1e-12))
    density = np.exp(-ends * ends / 2) / np.sqrt(2 * np.pi)
    steps = np.diff(scores)  # the integral of a step function against He_k, by parts
    found = np.empty(TERMS)
    before, now = np.zeros_like(ends), np.ones_like(ends)  # He_k / sqrt(k!)
    for k in range(TERMS):
        found[k] = (steps * now * density).sum() / np.sqrt(k + 1)
        before, now = now, (ends * now - np.sqrt(k) * before) / np.sqrt(k + 1)
    return found


def latent_correlation(covariance: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """float64 ``(F, F)``: for each pair the r at which the model's covariance of the scores is met.

    ``coefficients`` is ``(F, TERMS)``. One that is out of reach has the nearest.
    """
    columns = len(covariance)
    terms = coefficients[:, None] * coefficients[None]
    low, high = np.full((2, columns, columns), LARGEST) * np.array([-1, 1])[:, None, None]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        modelled = np.zeros_like(middle)
        for k in reversed(range(TERMS)):
            modelled = (modelled + terms[:, :, k]) * middle
        below = modelled < covariance
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: np.ndarray = (low + low.T + high + high.T) / 4
    np.fill_diagonal(found, 1)
    return found


def shrunk(
    correlation: np.ndarray, rows: int, share: float | None = None
) -> tuple[np.ndarray, float]:
    """The correlation pulled towards none by a share, and positive definite; also that share.

    Where none is given it is the one that is optimal under square loss (Ledoit & Wolf 2004; for
    correlations Schaefer & Strimmer 2005), with the variance that r has of normals.
    """
    off = ~np.eye(len(correlation), dtype=bool)
    squares = (correlation[off] ** 2).sum()
    chance = ((1 - correlation[off] ** 2) ** 2).sum() / max(rows, 1)
    if share is None:
        share = float(min(1, chance / squares)) if squares else 1.0
    pulled = np.where(off, correlation * (1 - share), 1.0)
    values, vectors = np.linalg.eigh(pulled)
    positive = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(positive))
    return positive / scale / scale[:, None], share
