"""The mixture finds the Gaussians that are there, and none is of few rows."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.tvae.prior import GaussianMixture, Latents, fitted

KNOWN = GaussianMixture(
    np.array([0.7, 0.3]),
    np.array([[0.0, 0.0], [4.0, 4.0]]),
    np.array([[[1.0, 0.0], [0.8, 0.6]], [[0.5, 0.0], [0.0, 0.5]]]),
)


def drawn(rows: int, mixture: GaussianMixture = KNOWN) -> np.ndarray:
    rng = np.random.default_rng(3)
    normal = rng.standard_normal((rows, mixture.means.shape[1]))
    return mixture.draw(rng.random(rows), normal).astype(np.float64)


def test_the_mixture_that_is_there_is_found() -> None:
    found = fitted(drawn(20_000), 2, 40, np.random.default_rng(0))
    order = np.argsort(found.means[:, 0])
    np.testing.assert_allclose(found.shares[order], KNOWN.shares, atol=0.02)
    np.testing.assert_allclose(found.means[order], KNOWN.means, atol=0.06)
    covariances = found.factors @ found.factors.transpose(0, 2, 1)
    expected = KNOWN.factors @ KNOWN.factors.transpose(0, 2, 1)
    np.testing.assert_allclose(covariances[order], expected, atol=0.06)


def test_shares_and_nats_are_those_of_the_densities_written_out() -> None:
    latents = drawn(300)
    joint = np.zeros((300, 2))
    for place, (mean, factor) in enumerate(zip(KNOWN.means, KNOWN.factors, strict=True)):
        covariance, apart = factor @ factor.T, latents - mean
        distance = np.einsum("ni,ij,nj->n", apart, np.linalg.inv(covariance), apart)
        size = 2 * np.pi * np.sqrt(np.linalg.det(covariance))
        joint[:, place] = KNOWN.shares[place] * np.exp(-distance / 2) / size
    shares, nats = KNOWN.expectation(Latents(latents))
    np.testing.assert_allclose(shares, joint / joint.sum(1, keepdims=True), atol=1e-9)
    assert nats == pytest.approx(np.log(joint.sum(1)).mean())


@pytest.mark.parametrize(("rows", "least", "most"), [(5000, 400, 12), (300, 40, 7), (30, 40, 1)])
def test_no_component_stands_for_few_rows(rows: int, least: int, most: int) -> None:
    latents = np.random.default_rng(1).standard_t(2, (rows, 3))  # far ones want one each
    found = fitted(latents, 64, least, np.random.default_rng(0))
    assert 1 <= len(found.shares) <= most
    counted = found.expectation(Latents(latents))[0].sum(0)
    assert len(counted) == 1 or counted.min() >= least
    assert np.isfinite(found.draw(np.array([0.5]), np.ones((1, 3)))).all()


def test_latents_that_do_not_vary_are_drawn_as_they_are() -> None:
    found = fitted(np.ones((200, 2)), 4, 40, np.random.default_rng(0))
    np.testing.assert_allclose(drawn(100, found), 1, atol=0.1)


def test_what_a_row_draws_depends_on_its_own_noise() -> None:
    rng = np.random.default_rng(0)
    uniform, normal = rng.random(50), rng.standard_normal((50, 2))
    whole, part = KNOWN.draw(uniform, normal), KNOWN.draw(uniform[20:30], normal[20:30])
    np.testing.assert_array_equal(whole[20:30], part)
    again = GaussianMixture.loaded(KNOWN.tensors())
    np.testing.assert_array_equal(again.draw(uniform, normal), whole)
