"""The generalised Pareto law of what exceeds a threshold, fitted without the largest values.

Pickands (1975): what exceeds a high threshold follows nearly a generalised Pareto law, whatever the
values' own law is. Its survival is ``(1 + shape * y / scale) ** (-1 / shape)``, ``exp(-y / scale)``
for the shape 0; below 0 it is bounded at ``-scale / shape``. The estimator is that of Zhang and
Stephens (Technometrics 2009), a posterior mean over a grid that needs no starting point, here with
the likelihood of a sample whose largest values are censored: of them only the number is known. So
no value of theirs has any influence on what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GRID = 30  # points of the posterior, and a root of the exceedances
PRIOR_ROWS = 20.0  # that speak for the shape 0, as in Vehtari et al. (2024) for their own shape
FLATTEST = 1e-6  # a shape nearer to 0 is taken as 0


@dataclass(frozen=True)
class ParetoLaw:
    """Of excesses over a threshold, both finite; ``scale`` is positive, in the excesses' unit."""

    scale: float
    shape: float

    def excess(self, survival: np.ndarray) -> np.ndarray:
        """The excess that a share ``survival`` of the values lies beyond, float64 in [0, inf)."""
        logarithm = -np.log(survival)
        if abs(self.shape) < FLATTEST:
            return np.asarray(self.scale * logarithm)
        return np.asarray(self.scale * np.expm1(self.shape * logarithm) / self.shape)

    def survival(self, excess: float) -> float:
        """The share of the values that lie beyond an excess."""
        if abs(self.shape) < FLATTEST:
            return float(np.exp(-excess / self.scale))
        inner = max(1 + self.shape * excess / self.scale, 0.0)
        return float(inner ** (-1 / self.shape))

    def beyond(self, excess: float) -> ParetoLaw:
        """The law of what exceeds a higher threshold."""
        return ParetoLaw(self.scale + self.shape * excess, self.shape)

    def moderated(self, rows: float) -> ParetoLaw:
        """The law with a shape of which so many rows speak, and some for 0."""
        return ParetoLaw(self.scale, self.shape * rows / (rows + PRIOR_ROWS))


def fit_pareto(
    excesses: np.ndarray, weights: np.ndarray, censored_at: float, censored: float
) -> ParetoLaw | None:
    """The law of weighted ``excesses`` over 0, all up to ``censored_at``, and of so many beyond.

    ``weights`` are rows. None where the excesses are all 0 or too large for their sums.
    """
    seen = float(weights.sum())
    reach = np.cumsum(weights) / max(seen + censored, 1.0)
    quartile = float(excesses[min(int(np.searchsorted(reach, 0.25)), len(excesses) - 1)])
    if not quartile > 0 or not np.isfinite(censored_at * GRID):
        return None
    number = GRID + int(np.sqrt(min(seen, 10_000.0)))
    steps = np.arange(1, number + 1) - 0.5
    # With theta = -shape / scale, below 1 / censored_at, as the law reaches that far at least.
    theta = 1 / censored_at + (1 - np.sqrt(number / steps)) / (3 * quartile)
    logs = np.log1p(-np.multiply.outer(theta, excesses)) @ weights
    shape = (logs + censored * np.log1p(-theta * censored_at)) / seen
    with np.errstate(divide="ignore", invalid="ignore"):
        profile = seen * (np.log(-theta / shape) - 1) - logs
    profile = np.where(np.isfinite(profile), profile, -np.inf)
    if not np.isfinite(profile.max()):
        return None
    posterior = np.exp(profile - profile.max())
    mean = float(posterior @ theta / posterior.sum())
    logs_at_mean = float(np.log1p(-mean * excesses) @ weights)
    own = (logs_at_mean + censored * np.log1p(-mean * censored_at)) / seen
    if abs(own) < FLATTEST or mean == 0:
        scale = float((excesses @ weights + censored * censored_at) / seen)
        return ParetoLaw(scale, 0.0)
    return ParetoLaw(-own / mean, own)
