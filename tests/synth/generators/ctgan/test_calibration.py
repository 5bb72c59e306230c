"""Margins are those of the table after a calibration."""

from __future__ import annotations

import numpy as np

from synth.generators.ctgan.calibration import calibrated
from tests.synth.generators.ctgan.test_generator import CODES, PLACES, generator


def margin(codes: np.ndarray, place: int) -> np.ndarray:
    return np.bincount(codes[:, place], minlength=3) / len(codes)


def test_an_untrained_network_has_the_margins_of_the_table() -> None:
    own = generator()
    found = calibrated(own, 0, 10)
    made, before = (one.sample(40_000, np.random.default_rng(1)) for one in (found, own))
    for place in PLACES.first[:3]:
        wanted = margin(CODES, place)
        np.testing.assert_allclose(margin(made, place), wanted, atol=0.012)
        assert np.abs(margin(before, place) - wanted).max() > 0.05


def test_positions_are_uniform_after_it() -> None:
    own = generator()
    at = len(own.weights["outputs.bias"]) - 2
    own.weights["outputs.bias"][at:] = [3.0, -2.0]  # high, and close together
    made, before = (
        one.sample(20_000, np.random.default_rng(1)) for one in (calibrated(own, 0, 8), own)
    )
    for codes, is_uniform in ((made, True), (before, False)):
        places = np.bincount(codes[codes[:, 1] > 0, 2], minlength=4)
        assert (np.abs(places / places.sum() - 0.25).max() < 0.03) == is_uniform


def test_a_code_that_the_table_lacks_is_hardly_drawn() -> None:
    codes = CODES[CODES[:, 0] != 1]
    found = calibrated(generator(codes=codes), 0, 10)
    assert margin(found.sample(20_000, np.random.default_rng(1)), 0)[1] < 1e-3


def test_it_is_fixed_by_its_seed_and_changes_nothing_but_biases() -> None:
    own = generator()
    one, two = calibrated(own, 3, 4), calibrated(own, 3, 4)
    np.testing.assert_array_equal(one.weights["knots"], two.weights["knots"])
    for name, weight in own.weights.items():
        np.testing.assert_array_equal(one.weights[name], two.weights[name])
        assert (one.weights[name] == weight).all() == (name != "outputs.bias")
    assert (calibrated(own, 3, 0).weights["outputs.bias"] == own.weights["outputs.bias"]).all()
