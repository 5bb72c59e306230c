"""Coverage of ranges and categories, against the formulas of sdmetrics on the rows."""

import doctest

import numpy as np
import pytest

from synth.metrics import coverage
from synth.metrics.coverage import category_coverage, range_coverage
from tests.synth.metrics.test_distribution import distribution


def as_sdmetrics(made: np.ndarray, real: np.ndarray) -> float:
    """RangeCoverage.compute of sdmetrics, written again."""
    spread = real.max() - real.min()
    below = max((made.min() - real.min()) / spread, 0)
    above = max((real.max() - made.max()) / spread, 0)
    return max(0, 1 - (below + above))


@pytest.mark.parametrize(("low", "high"), [(-5, 5), (0.2, 0.7), (0.5, 9), (3, 4), (-4, -3)])
def test_ranges_are_covered_as_sdmetrics_says(low: float, high: float) -> None:
    rng = np.random.default_rng(0)
    made, real = rng.uniform(low, high, 100), rng.uniform(0, 1, 80)
    found = range_coverage(distribution(made), distribution(real))
    assert found == pytest.approx(as_sdmetrics(made, real))


def test_nothing_covers_nothing_and_a_constant_has_no_range() -> None:
    assert range_coverage(distribution([None]), distribution([1.0, 2.0])) == 0
    assert range_coverage(distribution([1.0]), distribution([2.0, 2.0])) is None
    assert range_coverage(distribution([1.0]), distribution([None])) is None
    assert range_coverage(distribution([-1e308, 1e308]), distribution([-1e308, 1e308])) == 1


def test_categories() -> None:
    assert category_coverage({"a", "b", "new"}, {"a", "b", "c", "d"}) == 0.5
    assert category_coverage(set(), {"a"}) == 0
    assert category_coverage({"a"}, set()) is None


def test_the_examples_hold() -> None:
    done = doctest.testmod(coverage)
    assert done.attempted and not done.failed
