"""What is given is kept, and what is drawn goes with it."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.contract import Conditional
from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.weights import CodeWeights
from tests.synth.generators.ctgan.test_generator import PLACES, generator


def alike() -> CtganGenerator:
    """A network that is known: the first noise says what a and d are, b is apart of them."""
    own = generator()
    weights = {name: np.zeros_like(one) for name, one in own.weights.items()}
    for name in weights:
        if name.endswith("norm.weight"):
            weights[name] = np.ones_like(weights[name])
    weights["noise.weight"][:2, 0] = [5, -5]
    weights["outputs.weight"][[0, 6], 0] = 4  # the first codes of a and d
    weights["outputs.weight"][[1, 7], 1] = 4  # the second codes
    weights["outputs.bias"][[2, 8]] = -9
    weights["outputs.bias"][3:6] = np.log([0.2, 0.5, 0.3])
    return CtganGenerator(own.positions, own.frequencies, weights)


def blank(rows: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((rows, 5), np.int32), np.zeros((rows, 5), bool)


@pytest.mark.parametrize(("place", "other"), [(0, 3), (3, 0)])
@pytest.mark.parametrize("code", [0, 1])
def test_a_condition_on_any_column_hits_that_column_and_what_goes_with_it(
    place: int, other: int, code: int
) -> None:
    """Beside a second given code, which leads as it is rarer: the first counts by its weight."""
    own = alike()
    assert isinstance(own, Conditional)
    codes, given = blank(600)
    codes[:, place], given[:, place] = code, True
    codes[:, 1], given[:, 1] = 0, True  # a null
    own.frequencies[3] = 1.0
    done, effective = own.complete(codes, given, np.random.default_rng(0))
    assert (done[:, place] == code).all() and (done[:, 1] == 0).all() and (done[:, 2] == 0).all()
    assert np.mean(done[:, other] == code) > 0.9
    assert 5 < effective <= 32


def test_what_never_is_is_not_drawn_and_weights_are_kept() -> None:
    own = alike()
    codes, given = blank(4000)
    never = [np.zeros(sub.cardinality, bool) for sub in PLACES.sub_columns]
    never[0][0] = never[2][1] = True
    table = np.float32([[[1, 1, 0.25]]])
    weights = {1: [CodeWeights(table, np.zeros(4000, np.int64))]}
    done, _ = own.complete(codes, given, np.random.default_rng(0), never=never, weights=weights)
    assert (done[:, 0] != 0).all() and np.mean(done[:, 3] == 1) > 0.9
    assert not (done[done[:, 1] > 0, 2] == 1).any()
    shares = np.array([0.2, 0.5, 0.3 * 0.25])
    # A candidate's own given code is of b in one of three, where the network does not heed it.
    found = np.bincount(done[:, 1], minlength=3) / 4000
    np.testing.assert_allclose(found, shares / shares.sum(), atol=0.03)


def test_weights_of_places_are_kept() -> None:
    own = alike()
    codes, given = blank(3000)
    codes[:, 1], given[:, 1] = 1, True
    table = np.ones((1, 3, 4), np.float32)
    table[0, 1] = [0, 1, 0, 0.5]
    weights = {2: [CodeWeights(table, np.zeros(3000, np.int64), group=1)]}
    done, _ = own.complete(codes, given, np.random.default_rng(0), weights=weights)
    found = np.bincount(done[:, 2], minlength=4) / 3000
    np.testing.assert_allclose(found, [0, 2 / 3, 0, 1 / 3], atol=0.05)


def test_nothing_to_do_and_no_rows() -> None:
    own = alike()
    codes, given = blank(3)
    done, _ = own.complete(codes, ~given, np.random.default_rng(0))
    np.testing.assert_array_equal(done, codes)
    done, effective = own.complete(codes[:0], given[:0], np.random.default_rng(0))
    assert done.shape == (0, 5) and effective == float("inf")
