from dataclasses import FrozenInstanceError

import pytest

from synth.encode.settings import EncoderSettings


def test_what_a_model_holds_of_its_limits_is_pinned() -> None:
    """Another key or default would be another model of the same table."""
    assert EncoderSettings().to_json() == {
        "min_entities": 11,
        "direct": 256,
        "lossless": 8192,
        "coarse": 64,
        "fine": 32,
        "heavy": 1 / 256,
        "rare_values": "frequent",
    }
    own = EncoderSettings(min_entities=3, rare_values="made")
    assert EncoderSettings(**own.to_json()) == own


def test_limits_do_not_change_under_a_fit() -> None:
    with pytest.raises(FrozenInstanceError):
        EncoderSettings().min_entities = 1  # type: ignore[misc]
