"""The Wasserstein distance, against scipy on the rows, and its interval."""

import numpy as np
import pytest
from scipy import stats

from synth.metrics.wasserstein import scaled_wasserstein, wasserstein_radius
from tests.synth.metrics.test_distribution import distribution


def test_it_is_scipys_over_the_real_deviation() -> None:
    rng = np.random.default_rng(0)
    made, real = rng.gamma(2, 3, 3000), rng.gamma(2, 2, 2000)
    expected = stats.wasserstein_distance(made, real) / real.std()
    assert scaled_wasserstein(distribution(made), distribution(real)) == pytest.approx(
        expected, abs=1e-9
    )


def test_of_many_rows_it_is_within_the_error_of_the_summary() -> None:
    rng = np.random.default_rng(1)
    made, real = rng.normal(0.1, 1, 60_000), rng.normal(0, 1, 40_000)
    expected = stats.wasserstein_distance(made, real) / real.std()
    found = scaled_wasserstein(distribution(made), distribution(real))
    assert found == pytest.approx(expected, abs=2 * 4 / (2 * 4096) * np.ptp(made))
    assert found == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize(
    ("made", "real"), [([1.0, 2.0], [3.0, 3.0]), ([None], [1.0, 2.0]), ([1.0], [None])]
)
def test_without_values_or_spread_there_is_none(
    made: list[float | None], real: list[float | None]
) -> None:
    assert scaled_wasserstein(distribution(made), distribution(real)) is None


def test_the_radius_covers_the_error() -> None:
    """Normal laws 0.3 apart, of deviation 1: the true distance is 0.3."""
    covered = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        made, real = distribution(rng.normal(0.3, 1, 500)), distribution(rng.normal(0, 1, 400))
        value, radius = scaled_wasserstein(made, real), wasserstein_radius(made, real, rng)
        assert value is not None and radius < 0.25
        covered.append(abs(value - 0.3) <= radius)
    assert np.mean(covered) >= 0.93
