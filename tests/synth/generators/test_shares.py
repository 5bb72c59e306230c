"""Where heads start from, checked by hand: shares, and the prior of groups of few rows."""

import numpy as np
import pytest

from synth.generators.shares import log_shares, log_shares_within, prior_rows


def test_half_a_row_is_added_to_each_code() -> None:
    found = log_shares(np.array([3, 0]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.exp(found), [3.5 / 4, 0.5 / 4], rtol=1e-6)
    np.testing.assert_allclose(np.exp(log_shares(np.zeros(4))), 0.25, rtol=1e-6)


def test_a_head_starts_from_the_shares_in_its_groups() -> None:
    rng = np.random.default_rng(3)
    group = rng.integers(0, 3, 40_000)
    place = np.where(group == 0, rng.choice(5, 40_000), rng.binomial(4, 0.2 + 0.3 * group))
    within = np.bincount(group * 5 + place, minlength=15).reshape(3, 5)
    started = np.exp(log_shares_within(within))
    np.testing.assert_allclose(started.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(started, within / within.sum(1, keepdims=True), atol=1e-3)


def test_few_rows_of_a_group_say_little_of_its_shares() -> None:
    within = np.array([[1000, 1000, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    every = np.exp(log_shares(within.sum(0)))
    started = np.exp(log_shares_within(within))
    assert started[0, 0] == pytest.approx(0.5, abs=0.001)
    assert 0 < started[0, 2] < 1e-4
    assert started[1, 2] == pytest.approx(0.2, abs=0.01)  # a row beside a prior of four
    np.testing.assert_allclose(started[2], every, rtol=1e-3)
    assert prior_rows(within).tolist() == [4 * 4 / 2000, 4, 4]
