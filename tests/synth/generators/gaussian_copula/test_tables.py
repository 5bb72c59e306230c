"""Normals become codes: by their shares, in their order, with the places inside."""

from __future__ import annotations

import numpy as np

from tests.synth.generators.gaussian_copula.small import PLACES, TABLES, rows


def test_codes_have_their_shares_and_places_those_of_their_group() -> None:
    codes = rows()
    for place, at in ((0, 0), (1, 1), (3, 2)):
        found = np.bincount(codes[:, place]) / len(codes)
        np.testing.assert_allclose(found, TABLES.shares[at], atol=0.003)
    for group in (0, 1):
        inside = codes[codes[:, 1] == group, 2]
        np.testing.assert_allclose(np.bincount(inside) / len(inside), PLACES[group], atol=0.004)


def test_a_higher_normal_is_a_later_code_of_the_order_and_a_later_place() -> None:
    normals = np.linspace(-3, 3, 41)[:, None] * np.ones(3)
    codes = TABLES.codes(normals)
    assert [*dict.fromkeys(codes[:, 0].tolist())] == TABLES.orders[0].tolist()
    assert [*dict.fromkeys(codes[:, 3].tolist())] == TABLES.orders[2].tolist()
    both = codes[:, 1] * 3 + codes[:, 2]
    assert (np.diff(both) >= 0).all() and len(set(both.tolist())) == 6


def test_normals_at_the_ends_have_codes() -> None:
    codes = TABLES.codes(np.array([[-40.0] * 3, [40.0] * 3]))
    assert codes.tolist() == [[2, 0, 0, 3], [1, 1, 2, 2]]


def test_another_order_has_the_same_correlation() -> None:
    factor = TABLES.factor_in([2, 0, 1])
    np.testing.assert_allclose((factor @ factor.T)[0, 1], TABLES.correlation[2, 0])
