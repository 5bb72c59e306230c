"""Mutual information in nats, checked by hand."""

from itertools import product

import numpy as np
import pytest

from synth.generators.autoregressive.association import BINS, association, coarse


def test_a_copy_says_all_but_the_bias_and_what_is_independent_says_nothing() -> None:
    half = np.array([0, 1] * 50)
    other = np.array([0, 0, 1, 1] * 25)
    found = association(np.stack([half, half, other], 1), [2, 2, 2])
    copied = np.log(2) - 1 / 200  # Miller: (2 - 1) * (2 - 1) cells over twice the rows
    np.testing.assert_allclose(found, [[0, copied, 0], [copied, 0, 0], [0, 0, 0]], atol=1e-6)


def test_a_joint_distribution_by_hand() -> None:
    joint = np.array([[4000, 1000], [2000, 3000]])
    codes = np.repeat(np.array(list(product(range(2), range(2)))), joint.ravel(), axis=0)
    share = joint / joint.sum()
    independent = np.outer(share.sum(1), share.sum(0))
    nats = (share * np.log(share / independent)).sum() - 1 / 20_000
    found = association(codes, [2, 2])
    assert found[0, 1] == pytest.approx(nats, abs=1e-6)
    assert (found == found.T).all()


def test_many_codes_of_few_rows_do_not_look_associated() -> None:
    codes = np.random.default_rng(0).integers(0, 500, (3000, 2))
    assert association(codes, [500, 500])[0, 1] < 0.01


def test_no_row_says_nothing() -> None:
    found = association(np.zeros((0, 2), np.int32), [3, 4])
    assert found.tolist() == [[0, 0], [0, 0]]


def test_neighbours_of_equal_mass_share_a_bin() -> None:
    column = np.arange(24)
    np.testing.assert_array_equal(coarse(column, 24), column // 2)
    few = np.array([2, 0, 1])
    assert coarse(few, BINS) is few  # so few codes are bins of their own


def test_a_heavy_code_has_a_bin_of_its_own_and_bins_have_no_gaps() -> None:
    column = np.r_[np.zeros(50, int), np.arange(10, 60)]
    bins = coarse(column, 60, most=4)
    assert set(bins[:50]) == {0}
    assert set(bins.tolist()) == set(range(bins.max() + 1))
    assert (np.diff(bins[50:]) >= 0).all() and bins[50:].min() == 1
