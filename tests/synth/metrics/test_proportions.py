"""Intervals of shares, against scipy, Newcombe's own table, and by how often they cover."""

import doctest

import numpy as np
import pytest
from scipy.stats import binomtest

from synth.metrics import proportions
from synth.metrics.proportions import absolute, difference_interval, wilson_interval


@pytest.mark.parametrize(("hits", "rows"), [(0, 10), (3, 17), (17, 17), (420, 1000)])
def test_intervals_of_one_share_are_those_of_scipy(hits: int, rows: int) -> None:
    expected = binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    assert wilson_interval(hits, rows) == pytest.approx((expected.low, expected.high), abs=1e-6)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((56, 70, 48, 80), (0.0524, 0.3339)), ((9, 10, 3, 10), (0.1705, 0.8090))],
)
def test_intervals_of_differences_are_newcombes(
    counts: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    """Table II of the paper, method 10."""
    assert difference_interval(*counts) == pytest.approx(expected, abs=1e-4)


def test_rare_events_are_covered() -> None:
    covered = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        low, high = difference_interval(rng.binomial(200, 0.01), 200, rng.binomial(300, 0.02), 300)
        covered.append(low <= -0.01 <= high)
    assert np.mean(covered) > 0.93


def test_sizes_of_differences() -> None:
    assert absolute((-0.3, -0.1)) == (0.1, 0.3)
    assert absolute((0.1, 0.3)) == (0.1, 0.3)
    assert difference_interval(0, 0, 1, 2) == (-1.0, 1.0)


def test_the_examples_hold() -> None:
    done = doctest.testmod(proportions)
    assert done.attempted and not done.failed
