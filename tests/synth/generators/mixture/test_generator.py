"""Draws, conditions and densities of a mixture are those of its law, written out."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.mixture.generator import MixtureGenerator
from synth.generators.weights import CodeWeights
from tests.synth.generators.mixture.small import ALL, TABLES, law, shares_of

GENERATOR = MixtureGenerator(TABLES)
DRAWS = 60_000


def completed(given: list[int | None], **asked: object) -> np.ndarray:
    """Rows drawn with some codes given."""
    known = np.array([code is not None for code in given])
    codes = np.tile(np.array([code or 0 for code in given], np.int32), (DRAWS, 1))
    rng = np.random.default_rng(4)
    found, effective = GENERATOR.complete(
        codes,
        np.tile(known, (DRAWS, 1)),
        rng,
        **asked,  # type: ignore[arg-type]
    )
    assert effective == np.inf
    return found


def conditional(keep: np.ndarray, weight: np.ndarray | float = 1.0) -> np.ndarray:
    """The law of the rows that are kept."""
    shares: np.ndarray = law() * keep * weight
    return shares / shares.sum()


def test_rows_come_as_often_as_they_are_likely() -> None:
    found = shares_of(GENERATOR.sample(DRAWS, np.random.default_rng(0)))
    np.testing.assert_allclose(found, law(), atol=0.006)
    assert not found[law() == 0].any()
    np.testing.assert_allclose(np.exp(GENERATOR.log_prob(ALL)), law(), rtol=1e-5)


@pytest.mark.parametrize(
    "given", [[2, None, None, None], [None, 1, None, 2], [0, None, None, 1], [None, 1, 2, None]]
)
def test_what_is_drawn_follows_from_what_is_given(given: list[int | None]) -> None:
    keep = np.ones(len(ALL), bool)
    for place, code in enumerate(given):
        keep &= (code is None) | (ALL[:, place] == (code or 0))
    np.testing.assert_allclose(shares_of(completed(given)), conditional(keep), atol=0.01)


def test_what_never_is_leaves_the_law_of_the_rest() -> None:
    never = [np.zeros(size, bool) for size in (3, 2, 3, 4)]
    never[3][0] = never[0][1] = True
    keep = (ALL[:, 3] != 0) & (ALL[:, 0] != 1)
    found = shares_of(completed([None] * 4, never=never))
    np.testing.assert_allclose(found, conditional(keep), atol=0.01)


def test_how_many_classes_a_row_chooses_from_is_said() -> None:
    codes = np.array([[0, 0, 0, 0], [2, 1, 0, 2]], np.int32)
    given = np.array([[False] * 4, [True] * 4])
    found = GENERATOR.completed(codes, given, np.random.default_rng(0), None, None)[1]
    # By codes 2, 1 and 2 of the last row.
    likely = np.array([0.0, 0.3 * 0.05 * 0.5 * 0.05, 0.2 * 0.8 * 0.95 * 0.5])
    likely /= likely.sum()
    expected = [1 / (0.5**2 + 0.3**2 + 0.2**2), 1 / (likely**2).sum()]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_weights_of_codes_and_of_places_change_the_class_as_well() -> None:
    first = np.array([[[0.1, 1.0, 1.0, 0.5]]], np.float32)
    places = np.array([[[1.0, 0.0, 0.2], [1.0, 1.0, 0.1]]], np.float32)
    pattern = np.zeros(DRAWS, np.int64)
    weights = {3: [CodeWeights(first, pattern)], 2: [CodeWeights(places, pattern, group=1)]}
    weight = first[0, 0, ALL[:, 3]] * places[0, ALL[:, 1], ALL[:, 2]]
    found = shares_of(completed([None] * 4, weights=weights))
    np.testing.assert_allclose(found, conditional(np.ones(len(ALL), bool), weight), atol=0.01)


def test_a_low_temperature_prefers_what_is_likely() -> None:
    cold = GENERATOR.sample_tempered(20_000, np.random.default_rng(0), 0.25)
    first = law().reshape(3, -1).sum(1) ** 4
    found = np.bincount(cold[:, 0], minlength=3) / len(cold)
    np.testing.assert_allclose(found, first / first.sum(), atol=0.01)
    usual = GENERATOR.sample_tempered(500, np.random.default_rng(0), 1.0)
    np.testing.assert_array_equal(usual, GENERATOR.sample(500, np.random.default_rng(0)))
