"""Rows given some codes are those that rejection would leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synth.generators.gaussian_copula.completion import CANDIDATES, complete
from synth.generators.weights import CodeWeights
from tests.synth.generators.gaussian_copula.small import SIZES, TABLES, rows, shares_of

DRAWS = 20_000


def completed(given: list[int | None], **limits: Any) -> tuple[np.ndarray, float]:
    codes = np.tile(np.array([code or 0 for code in given], np.int32), (DRAWS, 1))
    known = np.tile([code is not None for code in given], (DRAWS, 1))
    limits = {"never": None, "weights": None} | limits
    return complete(TABLES, codes, known, np.random.default_rng(1), **limits)


def kept(given: list[int | None]) -> np.ndarray:
    """Those of many rows that have what is given."""
    keep = np.ones(len(rows()), bool)
    for place, code in enumerate(given):
        keep &= (code is None) | (rows()[:, place] == (code or 0))
    found: np.ndarray = rows()[keep]
    return found


@pytest.mark.parametrize(
    "given",
    [
        [1, None, None, None],
        [2, None, None, 0],
        [None, 1, 2, 3],
        [None, 0, 0, None],
        [0, 1, None, 1],
    ],
)
def test_what_is_drawn_follows_from_what_is_given(given: list[int | None]) -> None:
    codes, draws = completed(given)
    for place, code in enumerate(given):
        assert code is None or (codes[:, place] == code).all()
    np.testing.assert_allclose(shares_of(codes), shares_of(kept(given)), atol=0.02)
    held = {0: 0, 1: 1, 2: 1, 3: 2}
    normals = {held[place] for place, code in enumerate(given) if code is not None}
    assert draws == float("inf") if normals == {0} else 5 < draws <= CANDIDATES + 1e-9


def test_a_place_without_its_group_is_kept_and_tells_nothing() -> None:
    codes, _ = completed([None, None, 2, None])
    assert (codes[:, 2] == 2).all()
    free = shares_of(rows()).reshape(SIZES).sum(2)
    np.testing.assert_allclose(shares_of(codes).reshape(SIZES)[:, :, 2], free, atol=0.015)


def test_what_never_is_leaves_the_rest_as_it_was() -> None:
    never = [np.zeros(size, bool) for size in SIZES]
    never[3][0] = never[0][1] = True
    keep = (rows()[:, 3] != 0) & (rows()[:, 0] != 1)
    codes, draws = completed([None] * 4, never=never)
    np.testing.assert_allclose(shares_of(codes), shares_of(rows()[keep]), atol=0.015)
    assert codes[:, 3].min() > 0 and not (codes[:, 0] == 1).any()
    assert 5 < draws <= CANDIDATES


def test_a_place_that_never_is_leaves_the_rest_as_it_was() -> None:
    never = [np.zeros(size, bool) for size in SIZES]
    never[2][0] = True
    codes, _ = completed([None] * 4, never=never)
    keep = rows()[rows()[:, 2] != 0]
    np.testing.assert_allclose(shares_of(codes), shares_of(keep), atol=0.015)
    assert (codes[:, 2] > 0).all()


def test_weights_of_codes_and_of_places_count() -> None:
    first = np.array([[[0.1, 1.0, 1.0, 0.5]]], np.float32)
    places = np.array([[[1.0, 0.0, 0.2], [1.0, 1.0, 0.1]]], np.float32)
    pattern = np.zeros(DRAWS, np.int64)
    weights = {3: [CodeWeights(first, pattern)], 2: [CodeWeights(places, pattern, group=1)]}
    weight = first[0, 0, rows()[:, 3]] * places[0, rows()[:, 1], rows()[:, 2]]
    codes, _ = completed([None] * 4, weights=weights)
    found = shares_of(codes)
    np.testing.assert_allclose(found, shares_of(rows(), weight), atol=0.015)
    assert not found.reshape(SIZES)[:, 0, 1].any()


def test_what_can_hardly_be_together_has_codes_all_the_same() -> None:
    sure = TABLES.correlation.copy()
    sure[0, 1] = sure[1, 0] = 0.9999
    sure[0, 2] = sure[2, 0] = sure[1, 2] = sure[2, 1] = 0
    tables = type(TABLES)(TABLES.positions, TABLES.orders, TABLES.shares, sure)
    given = np.tile([True, True, False, False], (50, 1))
    codes = np.tile(np.array([2, 1, 0, 0], np.int32), (50, 1))
    found, draws = complete(tables, codes, given, np.random.default_rng(0), None, None)
    assert (found[:, :2] == [2, 1]).all() and (found < SIZES).all() and draws >= 1
