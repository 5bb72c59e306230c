"""What is drawn given the rest follows the law that was learned."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.diffusion.completion import DRAWS
from synth.generators.weights import CodeWeights
from tests.synth.generators.diffusion.small import fitted
from tests.synth.generators.mixture.small import ALL, law, shares_of

ROWS = 8_000


def completed(given: list[int | None], **asked: object) -> tuple[np.ndarray, float]:
    """Rows drawn with some codes given, and the effective draws."""
    known = np.array([code is not None for code in given])
    codes = np.tile(np.array([code or 0 for code in given], np.int32), (ROWS, 1))
    return fitted().complete(
        codes,
        np.tile(known, (ROWS, 1)),
        np.random.default_rng(4),
        **asked,  # type: ignore[arg-type]
    )


def conditional(keep: np.ndarray, weight: np.ndarray | float = 1.0) -> np.ndarray:
    shares: np.ndarray = law() * keep * weight
    return shares / shares.sum()


def distance(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(shares_of(found) - expected).sum() / 2)


@pytest.mark.parametrize(
    "given", [[2, None, None, None], [None, 1, None, 2], [0, None, None, 1], [1, 1, 2, None]]
)
def test_what_is_drawn_follows_from_what_is_given(given: list[int | None]) -> None:
    keep = np.ones(len(ALL), bool)
    for place, code in enumerate(given):
        keep &= (code is None) | (ALL[:, place] == (code or 0))
    found, effective = completed(given)
    assert effective == np.inf
    assert distance(found, conditional(keep)) < 0.08


def test_what_never_is_is_not_drawn_in_any_column() -> None:
    never = [np.zeros(size, bool) for size in (3, 2, 3, 4)]
    never[3][0] = never[0][1] = never[2][2] = True
    found, effective = completed([None] * 4, never=never)
    assert effective == np.inf
    for place, own in enumerate(never):
        assert not own[found[:, place]].any()
        assert len(set(found[:, place])) == (~own).sum()


def test_weights_of_one_column_are_exact() -> None:
    table = np.array([[[0.1, 1.0, 0.0, 0.5]]], np.float32)
    weights = {3: [CodeWeights(table, np.zeros(ROWS, np.int64))]}
    found, effective = completed([None] * 4, weights=weights)
    assert effective == np.inf and not (found[:, 3] == 2).any()
    weight = table[0, 0, ALL[:, 3]]
    assert distance(found, conditional(np.ones(len(ALL), bool), weight)) < 0.08


def test_weights_of_several_columns_and_of_places_are_met_by_resampling() -> None:
    first = np.array([[[0.1, 1.0, 1.0, 0.5]]], np.float32)
    places = np.array([[[1.0, 0.0, 0.2], [1.0, 1.0, 0.1]]], np.float32)
    pattern = np.zeros(ROWS, np.int64)
    weights = {3: [CodeWeights(first, pattern)], 2: [CodeWeights(places, pattern, group=1)]}
    weight = first[0, 0, ALL[:, 3]] * places[0, ALL[:, 1], ALL[:, 2]]
    found, effective = completed([None] * 4, weights=weights)
    assert DRAWS / 2 < effective < DRAWS
    assert distance(found, conditional(np.ones(len(ALL), bool), weight)) < 0.08
    kept, _ = completed([None, None, None, 3], weights=weights)  # what is given has no weight
    assert (kept[:, 3] == 3).all() and not ((kept[:, 1] == 0) & (kept[:, 2] == 1)).any()


def test_what_is_impossible_together_still_keeps_its_weights() -> None:
    """A code that the model never draws is drawn where the weights leave no other."""
    table = np.zeros((1, 1, 3), np.float32)
    table[0, 0, 2] = 1
    group = [CodeWeights(np.tile(table, (1, 2, 1)), np.zeros(ROWS, np.int64), group=1)]
    found, _ = completed([None, 1, None, None], weights={2: group})
    assert (found[:, 2] == 2).all()
