"""What chance alone makes of a total variation, against drawn samples."""

import numpy as np
import pytest

from synth.metrics.distances import total_variation
from synth.metrics.sampling_noise import expected_variation, variation_radius


@pytest.mark.parametrize(("a", "b"), [(1000, 1000), (100, 1000), (30, 60)])
@pytest.mark.parametrize("bins", [2, 10, 100])
def test_it_is_the_mean_of_drawn_samples(a: int, b: int, bins: int) -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(bins))
    drawn = [total_variation(rng.multinomial(a, p), rng.multinomial(b, p)) for _ in range(400)]
    assert float(expected_variation(p * 1e9, a, b)) == pytest.approx(np.mean(drawn), rel=0.12)


def test_slices_are_taken_along_the_first_axes() -> None:
    counts = np.array([[5, 5], [9, 1], [0, 0]])
    found = expected_variation(counts, np.array([10, 0, 10]), np.array([10, 10, 10]))
    assert found.shape == (3,) and found[1] == 1 and found[2] == 0
    assert found[0] == pytest.approx(float(expected_variation(counts[0], 10, 10)))


@pytest.mark.parametrize(("a", "b"), [(1000, 300), (50, 12)])
@pytest.mark.parametrize("bins", [2, 30])
def test_few_samples_lie_further_from_the_mean_than_the_radius(a: int, b: int, bins: int) -> None:
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(bins), 2)
    drawn = np.array(
        [total_variation(rng.multinomial(a, p), rng.multinomial(b, q)) for _ in range(500)]
    )
    radius = variation_radius(a, b)
    assert np.mean(np.abs(drawn - drawn.mean()) > radius) < 0.06
    assert radius < 5 * drawn.std()  # and it is no empty promise
