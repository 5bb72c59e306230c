"""Which normals are held, by what."""

from __future__ import annotations

import numpy as np

from synth.generators.gaussian_copula.held import Limits, Part
from synth.generators.weights import CodeWeights
from tests.synth.generators.gaussian_copula.small import SIZES, TABLES

CODES = np.zeros((3, 4), np.int32)
NOTHING = np.zeros((3, 4), bool)


def test_given_codes_weights_and_what_never_is_hold_a_normal() -> None:
    free = Limits(TABLES, None)
    assert not free.held(CODES, NOTHING, {}).any()
    given = NOTHING.copy()
    given[0, 0] = given[1, 2] = True  # a place alone does not hold
    assert free.held(CODES, given, {}).tolist() == [[True, False, False], *[[False] * 3] * 2]
    weights = {2: [CodeWeights(np.array([[[1.0, 0, 1]] * 2]), np.zeros(3, np.int64), group=1)]}
    assert free.held(CODES, NOTHING, weights)[:, 1].all()
    never = [np.zeros(size, bool) for size in SIZES]
    never[3][1] = True
    assert Limits(TABLES, never).held(CODES, NOTHING, {}).tolist() == [[False, False, True]] * 3


def test_a_given_code_has_its_interval_and_its_probability() -> None:
    """Code 1 of the last sub-column: shares .4 to .7 of its normal."""
    codes, given = np.array([[0, 0, 0, 1]], np.int32), np.array([[False, False, False, True]])
    part = Part(Limits(TABLES, None), codes, given, {})
    found = part.draw(2, np.zeros((1, 500)), 1.0, np.random.default_rng(0))
    assert (found.codes == 1).all() and (found.places == -1).all()
    np.testing.assert_allclose(np.exp(found.weights), TABLES.shares[2][1])
    low, high = TABLES.ends[2][1:3]
    assert low <= found.normals.min() < low + 0.05 < high - 0.05 < found.normals.max() <= high


def test_a_given_place_has_its_part_of_the_interval() -> None:
    codes, given = np.array([[0, 1, 2, 0]], np.int32), np.array([[False, True, True, False]])
    part = Part(Limits(TABLES, None), codes, given, {})
    found = part.draw(1, np.zeros((1, 200)), 1.0, np.random.default_rng(0))
    assert (found.codes == 1).all() and (found.places == 2).all()
    np.testing.assert_allclose(np.exp(found.weights), 0.4 * 0.3, rtol=1e-5)
