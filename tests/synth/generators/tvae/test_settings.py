"""Settings have defaults of their own, and are those of the learning besides."""

from __future__ import annotations

import pytest

from synth.generators.registry import generator_kind, read_settings
from synth.generators.tvae.settings import RATE, TvaeSettings
from synth.table.errors import InputError


def test_the_rate_is_its_own_and_can_be_left_to_the_rows() -> None:
    kind = generator_kind("tvae")
    assert TvaeSettings().settled(10_000).learning_rate == RATE
    left = read_settings(kind, {"learning_rate": None})
    assert left.settled(10_000).learning_rate != RATE


@pytest.mark.parametrize(("name", "value"), [("latent", 0), ("beta", 0), ("components", 5000)])
def test_what_makes_no_sense_is_refused(name: str, value: int) -> None:
    with pytest.raises(InputError, match=f"^{name}: Input should be"):
        read_settings(generator_kind("tvae"), {name: value})
