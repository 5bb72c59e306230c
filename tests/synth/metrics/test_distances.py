"""Distances, against tables that can be checked by hand."""

import doctest

import numpy as np
import pytest

from synth.metrics import distances
from synth.metrics.distances import (
    contingency_similarity,
    half_line_norm,
    jensen_shannon,
    kolmogorov_norm,
    shares,
    total_variation,
)


def kolmogorov_smirnov(a, b):
    return float(kolmogorov_norm(shares(a) - shares(b)))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([5, 5], [50, 50], 0.0),  # only shares count
        ([1, 1, 2], [2, 1, 1], 0.25),
        ([4, 0, 0], [0, 0, 9], 1.0),
        ([0, 4, 0], [2, 0, 2], 0.5),
    ],
)
def test_kolmogorov_smirnov_by_hand(a, b, expected):
    assert kolmogorov_smirnov(np.array(a), np.array(b)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 1], [3, 1], 0.25),
        ([0, 4, 0], [2, 0, 2], 1.0),
        ([1, 2, 3], [3, 2, 1], 1 / 3),
        ([0, 0, 0], [0, 0, 0], 0.0),
        ([0, 0, 0], [0, 1, 0], 1.0),
    ],
)
def test_total_variation_by_hand(a, b, expected):
    assert total_variation(np.array(a), np.array(b)) == pytest.approx(expected)


def test_jensen_shannon_by_hand():
    # p = (1, 0), q = (1/2, 1/2): JS = H(3/4, 1/4) - H(q) / 2 = 0.8113 - 0.5
    assert jensen_shannon(np.array([7, 0]), np.array([1, 1])) == pytest.approx(0.31127812)
    assert jensen_shannon(np.array([1, 0]), np.array([0, 1])) == 1.0
    assert jensen_shannon(np.array([3, 4, 0]), np.array([6, 8, 0])) == pytest.approx(0, abs=1e-12)


def test_contingency_similarity_by_hand():
    independent, diagonal = np.full((2, 2), 5), np.diag([10, 10])
    assert contingency_similarity(independent, diagonal) == pytest.approx(0.5)
    assert contingency_similarity(diagonal, diagonal * 3) == pytest.approx(1.0)
    assert contingency_similarity(diagonal, np.fliplr(diagonal)) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([2, 2, 0], [1, 1, 2], 0.5),  # half of the rows became null, evenly
        ([0, 4, 0], [0, 2, 2], 0.5),  # the same from the last value: seen from both ends
        ([4, 0, 0], [0, 0, 4], 1.0),
        ([3, 1, 0], [1, 3, 0], 0.5),  # without nulls: Kolmogorov-Smirnov
    ],
)
def test_half_line_norm_counts_nulls(a, b, expected):
    """The last bin is null."""
    difference = shares(np.array(a)) - shares(np.array(b))
    assert half_line_norm(difference, n_placed=2) == pytest.approx(expected)


def test_half_line_norm_never_below_kolmogorov_or_the_null_difference():
    rng = np.random.default_rng(1)
    for _ in range(50):
        a, b = rng.integers(1, 9, 6), rng.integers(1, 9, 6)
        difference = shares(a) - shares(b)
        full = float(half_line_norm(difference, n_placed=5))
        assert full >= abs(difference[5]) - 1e-12
        assert full <= total_variation(a, b) + 1e-12


@pytest.mark.parametrize("distance", [kolmogorov_smirnov, total_variation, jensen_shannon])
def test_distances_are_symmetric_and_bounded(distance):
    rng = np.random.default_rng(2)
    for _ in range(50):
        a, b = rng.integers(0, 9, 7), rng.integers(0, 9, 7)
        assert distance(a, b) == pytest.approx(distance(b, a))
        assert 0 <= distance(a, b) <= 1


def test_root_of_jensen_shannon_keeps_the_triangle():
    rng = np.random.default_rng(3)
    for _ in range(100):
        a, b, c = (rng.integers(0, 5, 4) + np.eye(4, dtype=int)[0] for _ in range(3))
        direct = jensen_shannon(a, c) ** 0.5
        assert direct <= jensen_shannon(a, b) ** 0.5 + jensen_shannon(b, c) ** 0.5 + 1e-9


def test_different_numbers_of_bins_are_refused():
    with pytest.raises(ValueError, match="use the same bins"):
        total_variation(np.array([1, 2]), np.array([1, 2, 3]))


def test_the_examples_hold():
    done = doctest.testmod(distances)
    assert done.attempted and not done.failed
