"""Histograms of codes by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.ctgan.histograms import LARGEST_SIDE, PAIRS, Histograms


def test_a_distance_is_the_mean_over_margins_and_pairs() -> None:
    own = Histograms((2, 2), 0)
    one = own.counted([np.array([[0, 0], [1, 1]])])
    other = own.counted([np.array([[0, 1]]), np.array([[1, 0]])])
    assert one.tolist() == [1, 1, 1, 1, 1, 0, 0, 1]
    assert own.distance(one, one) == 0
    assert own.distance(one, other) == pytest.approx(1 / 3)  # both margins agree, the pair does not
    assert own.distance(one, 5 * other) == pytest.approx(1 / 3)


def test_counts_add_over_batches_and_workers() -> None:
    own = Histograms((3, 4, 2), 1)
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, k, 100) for k in (3, 4, 2)], 1)
    parts = own.counted([codes[:30]]) + own.counted([codes[30:]])
    np.testing.assert_array_equal(parts, own.counted([codes]))
    assert own.distance(parts, np.zeros_like(parts)) == 0.5


def test_many_codes_and_many_columns_are_bounded() -> None:
    own = Histograms((10_000,) * 20, 2)
    assert len(own.pairs) == PAIRS and len(np.unique(own.pairs, axis=0)) == PAIRS
    assert max(own.sizes[20:]) == LARGEST_SIDE**2
    codes = np.full((3, 20), 9999)
    assert own.counted([codes]).sum() == 3 * (20 + PAIRS)
    assert (Histograms((10_000,) * 20, 3).pairs != own.pairs).any()


def test_one_column_has_no_pairs() -> None:
    assert Histograms((3,), 0).counted([np.array([[2], [2]])]).tolist() == [0, 0, 2]
