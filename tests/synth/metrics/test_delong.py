"""The AUC and its interval, by hand, against scikit-learn, and by how often they cover."""

import doctest

import numpy as np
import pytest

from synth.metrics import delong
from synth.metrics.delong import Placements, roc_curve


def test_auc_is_that_of_scikit_learn_with_ties() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    made, real = rng.integers(0, 9, 300) + 1.0, rng.integers(0, 9, 200) + 0.0
    truth = np.r_[np.ones(300), np.zeros(200)]
    expected = metrics.roc_auc_score(truth, np.r_[made, real])
    placed = Placements.of(made, real)
    assert placed.auc == pytest.approx(expected)
    assert placed.negative.mean() == pytest.approx(expected)


def test_the_interval_is_delongs_by_hand() -> None:
    placed = Placements.of(np.array([3.0, 1.0]), np.array([2.0, 0.0]))
    assert placed.positive.tolist() == [1.0, 0.5] and placed.negative.tolist() == [0.5, 1.0]
    radius = 1.959964 * (0.125 / 2 + 0.125 / 2) ** 0.5
    assert placed.interval() == (pytest.approx(0.75 - radius), 1.0)


def test_intervals_cover_a_known_area() -> None:
    """Normal scores one apart: the area is the normal law at 1 / sqrt(2)."""
    covered = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        low, high = Placements.of(rng.normal(1, 1, 80), rng.normal(0, 1, 60)).interval()
        covered.append(low <= 0.76025 <= high)
    assert 0.9 <= np.mean(covered) <= 0.99


def test_a_paired_fall_is_narrower_than_the_two_apart() -> None:
    rng = np.random.default_rng(1)
    made, real = rng.normal(1, 1, 400), rng.normal(0, 1, 400)
    good = Placements.of(made, real)
    worse = Placements.of(made + rng.normal(0, 0.3, 400), real + rng.normal(0, 0.3, 400))
    fall, (low, high) = good.fall_to(worse)
    assert fall == pytest.approx(good.auc - worse.auc)
    assert high - low < good.interval()[1] - good.interval()[0]
    assert good.fall_to(good) == (0.0, (0.0, 0.0))


def test_curves_run_from_corner_to_corner() -> None:
    false, true = roc_curve(np.array([3.0, 2.0]), np.array([1.0, 2.0]), points=5)
    assert false.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert true[0] == 0.5 and true[-1] == 1
    assert np.all(np.diff(true) >= 0)


def test_a_class_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="both classes"):
        Placements.of(np.zeros(0), np.zeros(3))


def test_the_examples_hold() -> None:
    done = doctest.testmod(delong)
    assert done.attempted and not done.failed
