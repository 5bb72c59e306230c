"""The generalised Pareto law: by hand, and recovered from samples whose largest are censored."""

import numpy as np
import pytest

from synth.encode.pareto import ParetoLaw, fit_pareto


def test_laws_by_hand() -> None:
    uniform, exponential = ParetoLaw(2.0, -1.0), ParetoLaw(2.0, 0.0)
    assert uniform.excess(np.array([1.0, 0.5, 0.25])).tolist() == pytest.approx([0, 1, 1.5])
    assert exponential.excess(np.exp([-1.0, -2.0])).tolist() == pytest.approx([2, 4])
    assert ParetoLaw(2.0, 0.5).excess(np.array([0.25])).tolist() == pytest.approx([4.0])
    assert ParetoLaw(2.0, 0.5).beyond(4.0) == ParetoLaw(4.0, 0.5)
    assert uniform.beyond(1.0) == ParetoLaw(1.0, -1.0)


@pytest.mark.parametrize("shape", [-1.0, -0.4, 0.0, 0.3, 0.8])
def test_a_law_is_recovered_without_the_largest_values(shape: float) -> None:
    found = []
    for seed in range(30):
        drawn = np.random.default_rng(seed).random(500)
        excesses = np.sort(ParetoLaw(5.0, shape).excess(drawn))
        law = fit_pareto(excesses[:490], np.ones(490), excesses[490], 10)
        assert law is not None
        found.append((law.scale, law.shape))
    assert np.mean(found, axis=0).tolist() == pytest.approx([5.0, shape], abs=0.15)


def test_weights_are_rows() -> None:
    excesses = np.sort(np.random.default_rng(0).exponential(size=60))
    weights = np.random.default_rng(1).integers(1, 4, 60)
    one = fit_pareto(excesses, weights, excesses[-1], 12)
    two = fit_pareto(np.repeat(excesses, weights), np.ones(weights.sum()), excesses[-1], 12)
    assert one is not None and two is not None
    assert (one.scale, one.shape) == pytest.approx((two.scale, two.shape), rel=1e-6)


@pytest.mark.parametrize("excesses", [np.zeros(20), np.full(20, 1e308)])
def test_what_has_no_law_is_none(excesses: np.ndarray) -> None:
    assert fit_pareto(excesses, np.ones(20), float(excesses[-1]), 5) is None
