import numpy as np
import pytest
from scipy.stats import gaussian_kde, norm

from synth.metrics.privacy.plane import bandwidth, fit_plane, log_kernel_density


def test_components_are_uncorrelated_of_variance_one_and_as_many_as_there_are() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=(500, 3)) @ rng.normal(size=(3, 20))).astype(np.float32)
    points = fit_plane(rows).points(rows)
    assert points.shape == (500, 3)
    assert np.cov(points.T) == pytest.approx(np.eye(3), abs=1e-3)
    assert fit_plane(np.ones((9, 4), np.float32)).axes.shape == (4, 0)


def test_the_density_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    rows, points = (rng.normal(size=(size, 2)).astype(np.float32) for size in (300, 50))
    whitened = fit_plane(rows)
    rows, points = whitened.points(rows), whitened.points(points)
    expected = gaussian_kde(rows.T).logpdf(points.T)
    assert log_kernel_density(points, rows) == pytest.approx(expected, abs=1e-3)


def test_a_far_point_has_a_finite_density() -> None:
    rows = np.zeros((2, 1), np.float32)
    width = bandwidth(2, 1)
    found = log_kernel_density(np.array([[100.0]], np.float32), rows)
    assert found == pytest.approx([norm.logpdf(100, scale=width)], rel=1e-4)
