"""What is drawn given others follows the law of the decoder, and says how many latents it had."""

from __future__ import annotations

import numpy as np
import pytest

from synth.encode import CodeStatistics
from synth.generators.contract import Conditional
from synth.generators.tvae.calibration import calibrated
from synth.generators.tvae.completion import LATENTS, LatentPools
from synth.generators.tvae.generator import TvaeGenerator
from synth.generators.weights import CodeWeights
from tests.synth.generators.tvae.small import SUBS, network, positions, rows
from tests.synth.generators.tvae.test_prior import KNOWN

WEIGHTS = {name: value.numpy() for name, value in network().state_dict().items()}
WEIGHTS["decoder.codes.weight"] = 4 * WEIGHTS["decoder.codes.weight"]  # columns that hang together
GENERATOR = calibrated(
    TvaeGenerator(positions(), KNOWN, WEIGHTS), CodeStatistics.of(rows(4000), SUBS)
)
DRAWS = 8_000
FREE = GENERATOR.sample(80_000, np.random.default_rng(8))


def completed(given: list[int], codes: list[int], **asked: object) -> tuple[np.ndarray, float]:
    known = np.zeros((DRAWS, 4), bool)
    known[:, given] = True
    asked_for = np.tile(np.array(codes, np.int32), (DRAWS, 1))
    rng = np.random.default_rng(4)
    return GENERATOR.complete(asked_for, known, rng, **asked)  # type: ignore[arg-type]


def shares(codes: np.ndarray, place: int) -> np.ndarray:
    found: np.ndarray = np.bincount(codes[:, place], minlength=3) / len(codes)
    return found


def test_draws_given_others_are_those_among_all_rows_that_have_them() -> None:
    assert isinstance(GENERATOR, Conditional)
    found, effective = completed([0, 3], [1, 0, 0, 1])
    assert (found[:, [0, 3]] == [1, 1]).all() and found.dtype == np.int32
    alike = FREE[(FREE[:, 0] == 1) & (FREE[:, 3] == 1)]
    assert len(alike) > 1000
    np.testing.assert_allclose(shares(found, 1), shares(alike, 1), atol=0.03)
    assert abs(shares(found, 1) - shares(FREE, 1)).max() > 0.04  # they tell something
    assert 1 < effective < LATENTS


def test_places_have_the_margins_of_their_group() -> None:
    found, _ = completed([1], [0, 1, 0, 0])
    own = np.bincount(found[:, 2], minlength=4) / DRAWS
    np.testing.assert_allclose(own, positions().shares[0][1], atol=0.02)


def test_nothing_given_has_all_latents_and_never_is_never() -> None:
    never = [np.zeros(sub.cardinality, bool) for sub in SUBS]
    found, effective = completed([], [0, 0, 0, 0])
    assert effective == pytest.approx(LATENTS)
    np.testing.assert_allclose(shares(found, 3), shares(FREE, 3), atol=0.03)
    never[3][0] = True
    found, fewer = completed([], [0, 0, 0, 0], never=never)
    assert (found[:, 3] != 0).all() and fewer < LATENTS
    left = FREE[FREE[:, 3] != 0]
    np.testing.assert_allclose(shares(found, 1), shares(left, 1), atol=0.03)


def test_weights_of_codes_count_row_by_row() -> None:
    table = np.array([[[1.0, 0.0, 0.0]], [[0.2, 1.0, 1.0]]], np.float32)
    pattern = np.arange(DRAWS) % 2
    found, _ = completed([], [0, 0, 0, 0], weights={1: [CodeWeights(table, pattern)]})
    assert not found[pattern == 0, 1].any()
    expected = shares(FREE, 1) * table[1, 0]
    np.testing.assert_allclose(shares(found[1::2], 1), expected / expected.sum(), atol=0.03)


def test_classes_are_what_the_decoder_says() -> None:
    pools = LatentPools(GENERATOR.positions, GENERATOR.latents, GENERATOR.decoder)
    tables = pools.tables(GENERATOR.latents(5, np.random.default_rng(0)))
    assert [own.shape for own in tables.codes] == [(5, 2), (5, 3), (3, 4), (5, 3)]
    for own in tables.codes:
        np.testing.assert_allclose(own.sum(1), 1, rtol=1e-5)
    empty = np.zeros((0, 4), np.int32)
    found, effective = GENERATOR.complete(empty, empty > 0, np.random.default_rng(0))
    assert found.shape == (0, 4) and effective > 0
