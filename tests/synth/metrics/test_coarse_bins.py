"""Pair bins joined to few groups, by hand."""

import doctest

import numpy as np

from synth.metrics import coarse_bins
from synth.metrics.coarse_bins import allotted, grouped, pair_marginal, pair_order
from tests.synth.metrics.columns import categories, numbers


def test_few_bins_stay() -> None:
    assert grouped(categories("c", *"abc"), np.array([1, 2, 3]), 3) == (0, 1, 2)


def test_rare_labels_are_joined() -> None:
    assert grouped(categories("c", *"abcd"), np.array([1, 9, 2, 5]), 3) == (2, 0, 2, 1)


def test_neighbours_are_joined_to_equal_shares_and_null_stays_apart() -> None:
    bins = numbers("n", 6)
    assert pair_order(bins) == [0, 1, 2, 3, 4, 5]
    assert grouped(bins, np.array([10, 10, 10, 10, 10, 10, 3]), 4) == (0, 0, 1, 1, 2, 2, 3)
    assert grouped(bins, np.array([60, 1, 1, 1, 1, 60, 3]), 3) == (0, 0, 0, 1, 1, 1, 2)
    without = numbers("n", 4, null=False)
    assert grouped(without, np.array([1, 1, 1, 1]), 2) == (0, 0, 1, 1)


def test_columns_without_rows_or_room_can_be_joined() -> None:
    bins = numbers("n", 6)
    assert max(grouped(bins, np.zeros(7, np.int64), 3)) <= 2
    assert grouped(bins, np.ones(7, np.int64), 1) == (0,) * 7


def test_pair_bins_are_summed() -> None:
    bins = numbers("n", 4, coarse=2)
    assert pair_marginal(bins, np.array([1, 2, 3, 4, 5])).tolist() == [3, 7, 5]


def test_sizes_keep_to_the_cells() -> None:
    assert allotted((33, 17, 10), 512) == (8, 8, 8)
    assert allotted((2, 3, 4), 512) == (2, 3, 4)


def test_the_examples_hold() -> None:
    done = doctest.testmod(coarse_bins)
    assert done.attempted and not done.failed
