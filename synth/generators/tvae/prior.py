"""What latents are drawn from: a mixture of Gaussians fitted to those of the train part's rows.

The latents of all rows together (the aggregated posterior) are not the standard normal that the
divergence draws each row's towards, and what is drawn from that decodes to rows that are not there:
Rosca et al. 2018, "Distribution matching in variational inference"; Zhang et al. 2024, "TabSyn",
fit a model of its own to them. Ours is fitted by expectation maximisation (Dempster et al. 1977).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.generators.draws import drawn_of

ROUNDS = 40  # of expectation maximisation, at most
GAIN = 2e-3  # nats a row by which a round must be better to be worth another one
PRIOR_ROWS = 0.5  # times the latents, of the covariance of all that each component's is mixed with
LEAST_VARIANCE = 1e-4
ROWS_AT_A_TIME = 4096


@dataclass(frozen=True)
class GaussianMixture:
    """K components over L latents, in float64.

    ``shares`` ``(K,)``, ``means`` ``(K, L)``, and ``factors`` ``(K, L, L)``, the lower Cholesky
    factors of the covariances.
    """

    shares: np.ndarray
    means: np.ndarray
    factors: np.ndarray

    def draw(self, uniform: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """float32 latents ``(n, L)`` of uniform ``(n,)`` and of normal noise ``(n, L)``."""
        nothing = np.zeros(len(uniform), np.int64)
        own = drawn_of(np.cumsum(self.shares)[None], nothing, uniform)
        found = np.empty(normal.shape, np.float32)
        for place in np.unique(own):
            rows = own == place
            found[rows] = normal[rows] @ self.factors[place].T + self.means[place]
        return found

    def expectation(self, latents: np.ndarray) -> tuple[np.ndarray, float]:
        """Shares of the components in each of the latents ``(n, K)``, and nats a row."""
        whitened, shifts, constants = self._whitening
        found, total = np.empty((len(latents), len(self.shares))), 0.0
        for start in range(0, len(latents), ROWS_AT_A_TIME):
            rows = latents[start : start + ROWS_AT_A_TIME]
            apart = (rows @ whitened).reshape(len(rows), *self.means.shape) - shifts
            joint = constants - 0.5 * np.square(apart, out=apart).sum(2)
            most = joint.max(1, keepdims=True)
            shares = np.exp(joint - most)
            sums = shares.sum(1, keepdims=True)
            found[start : start + len(rows)] = shares / sums
            total += float((most + np.log(sums)).sum())
        return found, total / len(latents)

    def tensors(self) -> dict[str, np.ndarray]:
        """The arrays by name, for a model folder."""
        own = {"shares": self.shares, "means": self.means, "factors": self.factors}
        return {f"prior.{name}": value for name, value in own.items()}

    @classmethod
    def loaded(cls, tensors: dict[str, np.ndarray]) -> GaussianMixture:
        """The one whose ``tensors`` a model folder has, beside others."""
        return cls(*(tensors[f"prior.{name}"] for name in ("shares", "means", "factors")))

    @cached_property
    def _whitening(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Latents to noise of all components at once ``(L, K * L)``, means so, and constants."""
        width = self.means.shape[1]
        inverses = np.linalg.inv(self.factors)  # (K, L, L)
        whitened = inverses.transpose(2, 0, 1).reshape(width, -1)
        shifts = np.einsum("kij,kj->ki", inverses, self.means)
        sizes = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(1)
        constants = np.log(self.shares) - sizes - 0.5 * width * np.log(2 * np.pi)
        return whitened, shifts, constants


def fitted(
    latents: np.ndarray, components: int, least: int, rng: np.random.Generator
) -> GaussianMixture:
    """The mixture of float64 latents ``(n, L)``, of at most so many components.

    None stands for fewer than ``least`` of the rows: fewer would be told as they are. Where there
    are not as many rows at all it is one Gaussian.
    """
    components = int(np.clip(len(latents) // max(least, 1), 1, components))
    whole = np.atleast_2d(np.cov(latents.T)) if len(latents) > 1 else np.eye(latents.shape[1])
    whole = whole + LEAST_VARIANCE * np.eye(len(whole))
    mixture, before = _seeded(latents, components, whole, rng), -np.inf
    for _ in range(ROUNDS):
        shares, nats = mixture.expectation(latents)
        mixture = _maximised(latents, _of_many_rows(shares, least), whole)
        if nats - before < GAIN and shares.shape[1] == len(mixture.shares):
            break
        before = nats
    shares, _ = mixture.expectation(latents)
    while (many := _of_many_rows(shares, least)).shape[1] < shares.shape[1]:
        mixture = _maximised(latents, many, whole)
        shares, _ = mixture.expectation(latents)
    return mixture


def _seeded(
    latents: np.ndarray, components: int, whole: np.ndarray, rng: np.random.Generator
) -> GaussianMixture:
    """Components around rows drawn at random, each a part as wide as all."""
    means = latents[rng.choice(len(latents), components, replace=False)]
    factor = np.linalg.cholesky(whole / 4) if components > 1 else np.linalg.cholesky(whole)
    return GaussianMixture(
        np.full(components, 1 / components), means, np.tile(factor, (components, 1, 1))
    )


def _of_many_rows(shares: np.ndarray, least: int) -> np.ndarray:
    """Shares ``(n, K)`` without the components of fewer rows; theirs go to those that are left."""
    rows = shares.sum(0)
    kept = rows >= least
    kept[np.argmax(rows)] = True
    left = shares[:, kept]
    sums = left.sum(1, keepdims=True)
    usual = left.sum(0) / left.sum()
    found: np.ndarray = np.where(sums > 0, left / np.maximum(sums, 1e-300), usual)
    return found


def _maximised(latents: np.ndarray, shares: np.ndarray, whole: np.ndarray) -> GaussianMixture:
    """The components of such shares ``(n, K)``; covariances lean on that of all."""
    rows, width = shares.sum(0), latents.shape[1]
    means = (shares.T @ latents) / rows[:, None]
    factors = np.empty((len(rows), width, width))
    weight = PRIOR_ROWS * width
    for place, own in enumerate(shares.T):
        apart = latents - means[place]
        scatter = (apart * own[:, None]).T @ apart + weight * whole
        factors[place] = np.linalg.cholesky(scatter / (rows[place] + weight))
    return GaussianMixture(rows / rows.sum(), means, factors)
