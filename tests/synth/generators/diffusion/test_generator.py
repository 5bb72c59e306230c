"""Rows come as often as they are likely, at any temperature, and again from a model folder."""

from __future__ import annotations

import numpy as np

from synth.generators.contract import Scored
from synth.generators.diffusion.generator import BATCH_ROWS, DiffusionGenerator
from tests.synth.generators.diffusion.small import fitted
from tests.synth.generators.mixture.small import law, shares_of


def test_rows_come_as_often_as_they_are_likely() -> None:
    found = shares_of(fitted().sample(20_000, np.random.default_rng(0)))
    assert np.abs(found - law()).sum() / 2 < 0.04
    assert not isinstance(fitted(), Scored)


def test_a_row_has_noise_of_its_own() -> None:
    few, many = (fitted().sample(rows, np.random.default_rng(3)) for rows in (9, 50))
    np.testing.assert_array_equal(few, many[:9])
    more = fitted().sample(BATCH_ROWS + 50, np.random.default_rng(3))
    assert (more[:50] != more[BATCH_ROWS:]).any()


def test_a_low_temperature_prefers_what_is_likely() -> None:
    cold, usual = (
        fitted().sample_tempered(8_000, np.random.default_rng(0), temperature)
        for temperature in (0.25, 1.0)
    )
    likely = [law()[shares_of(rows) > 0].mean() for rows in (cold, usual)]
    assert likely[0] > 2 * likely[1]
    # Of two places with .4 and .6 the second has .6^4 / (.4^4 + .6^4).
    place = cold[cold[:, 1] == 1][:, 2]
    assert abs((place == 2).mean() - 0.6**4 / (0.4**4 + 0.6**4)) < 0.06
    same = fitted().sample(500, np.random.default_rng(0))
    np.testing.assert_array_equal(same, usual[:500])


def test_what_is_saved_draws_the_same() -> None:
    loaded = DiffusionGenerator.load(fitted().save())
    assert loaded.settings.hidden == fitted().settings.hidden
    for temperature in (1.0, 2.0):
        one, other = (
            own.sample_tempered(60, np.random.default_rng(1), temperature)
            for own in (fitted(), loaded)
        )
        np.testing.assert_array_equal(one, other)
