"""Codes come as often as their shares say, and those without one never."""

from __future__ import annotations

import numpy as np

from synth.generators.draws import CLOSEST, drawn_each, drawn_of, filled

SHARES = np.array([[0.0, 0.2, 0.8, 0.0], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.0, 0.5]])


def test_codes_are_drawn_by_their_row_and_those_without_a_share_never() -> None:
    rng = np.random.default_rng(0)
    at = rng.integers(0, 3, 60_000)
    uniform = rng.random(60_000)
    uniform[:3], at[:3] = [0.0, 1 - 2.0**-53, CLOSEST], [0, 0, 1]
    codes = drawn_of(np.cumsum(SHARES, 1), at, uniform)
    assert codes.dtype == np.int32
    np.testing.assert_array_equal(codes, drawn_each(7 * SHARES[at], uniform))
    for row, shares in enumerate(SHARES):
        found = np.bincount(codes[at == row], minlength=4) / (at == row).sum()
        np.testing.assert_allclose(found, shares, atol=0.01)
        assert not found[shares == 0].any()


def test_a_row_far_down_a_long_table_is_drawn_as_the_first() -> None:
    reach = np.tile(np.cumsum(SHARES[:1], 1), (70_000, 1))
    uniform = np.array([0.0, 0.1, 0.2, 0.5, 1 - 2.0**-53])
    for row in (0, 69_999):
        found = drawn_of(reach, np.full(5, row), uniform)
        assert found.tolist() == [1, 1, 2, 2, 2]


def test_a_row_without_anything_has_what_all_have() -> None:
    table = np.array([[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.2, 0.8, 0.0]])
    np.testing.assert_allclose(filled(table), [[0.2, 1.3, 0.5], *table[1:]])
    np.testing.assert_array_equal(filled(np.zeros((2, 3))), np.ones((2, 3)))
