"""What latents are drawn from: a mixture of Gaussians fitted to those of the train part's rows.

The latents of all rows together (the aggregated posterior) are not quite the prior that the
divergence draws each row's towards, and what is drawn from that decodes to rows that are not there:
Rosca et al. 2018, "Distribution matching in variational inference"; Zhang et al. 2024, "TabSyn",
fit a model of its own to them. Ours is fitted by expectation maximisation (Dempster et al. 1977).
NOTE[DIFF]: the paper draws latents from a standard normal.
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
SEEDED = 0.5  # of the deviation of all is that of a component at first


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

    def expectation(self, latents: Latents) -> tuple[np.ndarray, float]:
        """Shares of the components in each of the latents ``(n, K)``, and nats a row."""
        quadratic, linear, constants = self._densities
        joint = latents.products @ quadratic + latents.values @ linear + constants
        most = joint.max(1, keepdims=True)
        found = np.exp(np.subtract(joint, most, out=joint), out=joint)
        sums = found.sum(1, keepdims=True)
        found /= sums
        return found, float((most + np.log(sums)).mean())

    def tensors(self) -> dict[str, np.ndarray]:
        """The arrays by name, for a model folder."""
        own = {"shares": self.shares, "means": self.means, "factors": self.factors}
        return {f"prior.{name}": value for name, value in own.items()}

    @classmethod
    def loaded(cls, tensors: dict[str, np.ndarray]) -> GaussianMixture:
        """The one whose ``tensors`` a model folder has, beside others."""
        return cls(*(tensors[f"prior.{name}"] for name in ("shares", "means", "factors")))

    @cached_property
    def _densities(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Log densities as polynomials of the latents: of products, of themselves, constants.

        ``(L (L + 1) / 2, K)``, ``(L, K)`` and ``(K,)``, with the logarithms of the shares.
        """
        width = self.means.shape[1]
        inverses = np.linalg.inv(self.factors)
        precisions = inverses.transpose(0, 2, 1) @ inverses
        one, other = np.triu_indices(width)
        quadratic = precisions[:, one, other] * np.where(one == other, -0.5, -1.0)
        linear = np.einsum("kij,kj->ki", precisions, self.means)
        sizes = np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(1)
        constants = np.log(self.shares) - sizes - 0.5 * width * np.log(2 * np.pi)
        constants -= 0.5 * (linear * self.means).sum(1)
        return quadratic.T, linear.T, constants


@dataclass(frozen=True)
class Latents:
    """float64 latents ``(n, L)``, and with them what both steps need of them."""

    values: np.ndarray

    @cached_property
    def products(self) -> np.ndarray:
        """float64 ``(n, L (L + 1) / 2)``: of each pair of a row's latents, and the squares."""
        one, other = np.triu_indices(self.values.shape[1])
        found: np.ndarray = self.values[:, one] * self.values[:, other]
        return found

    @cached_property
    def covariance(self) -> np.ndarray:
        """float64 ``(L, L)`` of all, and a little more."""
        width = self.values.shape[1]
        found = np.cov(self.values.T) if len(self.values) > 1 else np.eye(width)
        return np.atleast_2d(found) + LEAST_VARIANCE * np.eye(width)


def fitted(
    values: np.ndarray, components: int, least: int, rng: np.random.Generator
) -> GaussianMixture:
    """The mixture of float64 latents ``(n, L)``, of at most so many components.

    None stands for fewer than ``least`` of the rows: fewer would be told as they are. Where there
    are not as many rows at all it is one Gaussian.
    """
    latents = Latents(values)
    components = int(np.clip(len(values) // max(least, 1), 1, components))
    mixture, before = _seeded(latents, components, rng), -np.inf
    for _ in range(ROUNDS):
        shares, nats = mixture.expectation(latents)
        mixture = _maximised(latents, _of_many_rows(shares, least))
        if nats - before < GAIN and shares.shape[1] == len(mixture.shares):
            break
        before = nats
    shares, _ = mixture.expectation(latents)
    while (many := _of_many_rows(shares, least)).shape[1] < shares.shape[1]:
        mixture = _maximised(latents, many)
        shares, _ = mixture.expectation(latents)
    return mixture


def _seeded(latents: Latents, components: int, rng: np.random.Generator) -> GaussianMixture:
    """Components around rows drawn at random, each half as wide as all of them."""
    means = latents.values[rng.choice(len(latents.values), components, replace=False)]
    factor = np.linalg.cholesky(latents.covariance) * (SEEDED if components > 1 else 1)
    factors = np.tile(factor, (components, 1, 1))
    return GaussianMixture(np.full(components, 1 / components), means, factors)


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


def _maximised(latents: Latents, shares: np.ndarray) -> GaussianMixture:
    """The components of such shares ``(n, K)``; covariances lean on that of all."""
    rows, width = shares.sum(0), latents.values.shape[1]
    means = (shares.T @ latents.values) / rows[:, None]
    one, other = np.triu_indices(width)
    moments = np.empty((len(rows), width, width))
    moments[:, one, other] = shares.T @ latents.products
    moments[:, other, one] = moments[:, one, other]
    scatter = moments - rows[:, None, None] * means[:, :, None] * means[:, None]
    weight = PRIOR_ROWS * width
    covariances = (scatter + weight * latents.covariance) / (rows + weight)[:, None, None]
    return GaussianMixture(rows / rows.sum(), means, np.linalg.cholesky(covariances))
