"""What follows from the rows, and what a model keeps of the settings."""

from __future__ import annotations

import pytest

from synth.generators.diffusion.settings import RATE, DiffusionSettings, NetworkSettings


def test_the_rate_is_its_own_and_falls_where_rows_are_few() -> None:
    own = DiffusionSettings()
    assert own.settled(40_000).learning_rate == RATE
    assert own.settled(1250).learning_rate == pytest.approx(RATE / 2)
    assert own.settled(10**7, "cuda").learning_rate == pytest.approx(RATE * 8**0.5)
    assert DiffusionSettings(learning_rate=0.5).settled(1250).learning_rate == 0.5
    settled = own.settled(40_000)
    assert isinstance(settled, DiffusionSettings) and settled.weight_decay is not None


def test_few_rows_are_learned_with_more_dropout() -> None:
    rates = [NetworkSettings().dropout_of(rows) for rows in (10, 2_000, 10_000, 50_000, 10**6)]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) == 5
    assert NetworkSettings(dropout=0.25).dropout_of(10) == 0.25


def test_a_model_keeps_the_settings_of_its_networks_alone() -> None:
    described = DiffusionSettings(hidden=40, steps=7).describe()
    assert described["hidden"] == 40 and "steps" not in described
    assert NetworkSettings(**described).hidden == 40
