"""The latent correlation behind products of scores."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.gaussian_copula.latent import (
    hermite_coefficients,
    latent_correlation,
    shrunk,
)


def test_two_halves_have_the_tetrachoric_correlation() -> None:
    """Sheppard's 1898 formula: both high with probability 1/4 + asin(r) / 2 pi."""
    half = hermite_coefficients(np.array([0.5, 1.0]), np.array([0.0, 1.0]))
    for r in (-0.9, -0.3, 0.0, 0.5, 0.8, 0.95):
        together = 0.25 + np.arcsin(r) / (2 * np.pi) - 0.25
        covariance = np.array([[0.25, together], [together, 0.25]])
        found = latent_correlation(covariance, np.stack([half, half]))
        assert found[0, 1] == pytest.approx(r, abs=0.01)
        assert found[0, 0] == 1


def test_codes_of_any_shares_have_the_correlation_that_made_them() -> None:
    rng = np.random.default_rng(0)
    normals = rng.standard_normal((400_000, 2)) @ np.linalg.cholesky([[1, 0.6], [0.6, 1]]).T
    ends = [np.array([-1.5, 0.2, 2.0]), np.array([1.2])]
    scores = [np.array([-3.0, 0.0, 1.0, 5.0]), np.array([0.0, 1.0])]
    codes = [np.searchsorted(end, own) for end, own in zip(ends, normals.T, strict=True)]
    scored = np.stack([own[code] for own, code in zip(scores, codes, strict=True)])
    reach = [np.cumsum(np.bincount(code)) / len(code) for code in codes]
    coefficients = [hermite_coefficients(*own) for own in zip(reach, scores, strict=True)]
    found = latent_correlation(np.cov(scored), np.stack(coefficients))
    assert found[0, 1] == pytest.approx(0.6, abs=0.01)


def test_what_is_out_of_reach_has_the_nearest() -> None:
    half = hermite_coefficients(np.array([0.5, 1.0]), np.array([0.0, 1.0]))
    found = latent_correlation(np.full((2, 2), 9.0), np.stack([half, half]))
    assert found[0, 1] == pytest.approx(0.995)
    none = latent_correlation(np.zeros((2, 2)), np.zeros((2, len(half))))  # a column of one code
    assert np.isfinite(none).all()


def test_few_rows_shrink_and_the_result_is_positive() -> None:
    wild = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    found, many = shrunk(wild, 10**6)
    assert np.linalg.eigvalsh(found).min() > 0 and many < 1e-5
    np.testing.assert_allclose(np.diag(found), 1)
    small = np.array([[1, 0.1], [0.1, 1]])
    assert shrunk(small, 20)[1] > 0.9 > 0.1 > shrunk(small, 5000)[1]
    assert shrunk(small, 20, 0.5)[0][0, 1] == pytest.approx(0.05)
    assert shrunk(np.eye(1), 100)[0].tolist() == [[1.0]]
