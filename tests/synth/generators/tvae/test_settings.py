"""Settings have defaults of their own, and are those of the learning besides."""

from __future__ import annotations

import pytest

from synth.generators.registry import generator_kind, read_settings
from synth.generators.tvae.settings import LARGEST_BATCH, RATE, TvaeSettings
from synth.table.errors import InputError


def test_the_rate_is_its_own_and_can_be_left_to_the_rows() -> None:
    kind = generator_kind("tvae")
    assert TvaeSettings().settled(10_000).learning_rate == RATE
    left = read_settings(kind, {"learning_rate": None})
    assert left.settled(10_000).learning_rate != RATE


def test_batches_are_small_on_a_cpu_unless_they_are_given() -> None:
    usual = TvaeSettings()
    assert usual.batch_size(10**6) == usual.settled(10**6).batch_rows == LARGEST_BATCH
    assert usual.batch_size(2000) < LARGEST_BATCH < usual.batch_size(10**6, "cuda")
    assert TvaeSettings(batch_rows=700).batch_size(10**6) == 700


@pytest.mark.parametrize(("name", "value"), [("latent", 0), ("beta", 0), ("components", 5000)])
def test_what_makes_no_sense_is_refused(name: str, value: int) -> None:
    with pytest.raises(InputError, match=f"^{name}: Input should be"):
        read_settings(generator_kind("tvae"), {name: value})
