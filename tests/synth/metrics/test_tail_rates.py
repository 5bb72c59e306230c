"""Rates beyond the real column's bounds, by hand."""

import numpy as np
import pytest

from synth.metrics.tail_rates import tail_bounds, tail_difference, tail_interval
from tests.synth.metrics.test_distribution import distribution

REAL = distribution(np.arange(1.0, 101.0))  # quartiles 25 and 75, fences -50 and 150


def test_bounds_by_hand() -> None:
    fences, low, high = tail_bounds(REAL)
    assert (fences.low, fences.high) == (-50, 150)
    assert (low.low, low.high) == (1, None) and (high.low, high.high) == (None, 99)
    assert tail_bounds(distribution([None])) == []


def test_differences_by_hand() -> None:
    made = distribution([-51.0, 0.0, 50.0, 100.0, 151.0, 60.0, 61.0, 62.0, 63.0, 64.0])
    fences, low, high = tail_bounds(REAL)
    assert tail_difference(fences, made, REAL) == pytest.approx(0.2)
    assert tail_difference(low, made, REAL) == pytest.approx(0.2)
    assert tail_difference(high, made, REAL) == pytest.approx(0.2 - 0.01)


def test_real_rows_keep_the_rates_and_thick_tails_do_not() -> None:
    rng = np.random.default_rng(0)
    real = distribution(rng.normal(size=5000))
    for bound in tail_bounds(real):
        same, thick = distribution(rng.normal(size=5000)), distribution(rng.normal(0, 2, 5000))
        assert tail_difference(bound, same, real) < 0.01
        assert tail_interval(bound, thick, real)[0] > 0.05
