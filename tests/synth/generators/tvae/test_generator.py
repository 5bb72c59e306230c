"""Rows of a fitted autoencoder follow the law that it was fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from synth.generators.tvae.fit import fit
from synth.generators.tvae.generator import ROWS_AT_A_TIME, TvaeGenerator
from tests.synth.generators.tvae.small import rows, task

DRAWS = 20_000
PARTS = ("decoder", "prior", "places", "quantiles")


@pytest.fixture(scope="module")
def generator() -> TvaeGenerator:
    return fit(task())


@pytest.fixture(scope="module")
def drawn(generator: TvaeGenerator) -> np.ndarray:
    return generator.sample(DRAWS, np.random.default_rng(0))


def test_categories_are_drawn_from_their_shares(drawn: np.ndarray) -> None:
    """The most likely one, as published, would leave nothing of a tenth that nothing tells."""
    assert drawn[:, 0].mean() == pytest.approx(0.1, abs=0.015)
    for group in range(3):
        assert drawn[drawn[:, 1] == group, 0].mean() == pytest.approx(0.1, abs=0.04)


def test_what_goes_together_is_drawn_together(drawn: np.ndarray) -> None:
    for group, share in enumerate((0.9, 0.1, 0.1)):
        assert drawn[drawn[:, 1] == group, 3].mean() == pytest.approx(share, abs=0.08)
    assert not (drawn[:, 3] == 2).any()  # what never is


def test_places_have_the_margins_of_their_groups(drawn: np.ndarray) -> None:
    """All groups together, and each about: what it tells of its places is learned."""
    real = rows(DRAWS, seed=9)
    for groups, close in (((0, 1), 0.02), ((0,), 0.07), ((1,), 0.07), ((2,), 0)):
        places = [own[np.isin(own[:, 1], groups), 2] for own in (drawn, real)]
        shares = [np.bincount(own, minlength=4) / len(own) for own in places]
        np.testing.assert_allclose(shares[0], shares[1], atol=close)


def test_codes_are_fixed_by_the_random_state_and_saved(
    generator: TvaeGenerator, drawn: np.ndarray
) -> None:
    loaded = TvaeGenerator.load(generator.save())
    np.testing.assert_array_equal(loaded.sample(DRAWS, np.random.default_rng(0)), drawn)
    assert DRAWS > ROWS_AT_A_TIME  # in several parts
    assert all(name.split(".")[0] in PARTS for name in loaded.save().tensors)


def test_each_row_depends_on_its_own_latents(generator: TvaeGenerator) -> None:
    latents = generator.latents(100, np.random.default_rng(0))
    logits, places = generator.decoder(latents)
    part = generator.decoder(latents[40:50])
    np.testing.assert_allclose(part[0], logits[40:50], atol=1e-5)
    np.testing.assert_allclose(part[1], places[40:50], atol=1e-5)
