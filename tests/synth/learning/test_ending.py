"""Which fits are said to have ended too soon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.learning.ending import notes_on_end, notes_on_fall
from synth.learning.schedule import TrainingState
from synth.learning.settings import LikelihoodSettings
from synth.table.door import in_memory

SETTINGS = LikelihoodSettings(steps=5000)


def curve(*losses: float) -> list[dict[str, float]]:
    """From step 4,000 to 5,000."""
    steps = range(4000, 5001, 1000 // (len(losses) - 1))
    return [
        {"step": step, "validation_loss": loss} for step, loss in zip(steps, losses, strict=True)
    ]


STATE = TrainingState(step=5000, cut_short=True, curve=curve(8.0, 7.5, 7.47))
SAID = "ended after 5000 steps while the validation loss still fell (by 0.4 % since 4500): raise "


def test_a_loss_that_still_fell_is_said_with_the_setting_of_who_called() -> None:
    assert notes_on_end(SETTINGS, STATE) == (f"{SAID}train.settings.steps",)
    with in_memory():
        assert notes_on_end(SETTINGS, STATE) == (f"{SAID}settings['steps']",)


@pytest.mark.parametrize(
    "ended",
    [
        replace(STATE, cut_short=False),  # the loss was level before the rate fell
        replace(STATE, step=4900),  # patience ended it
        replace(STATE, curve=curve(8.0, 7.5, 7.4999)),  # less than counts as a gain
        replace(STATE, curve=curve(8.0, 7.5, 7.6)),
    ],
)
def test_others_have_had_steps_enough(ended: TrainingState) -> None:
    assert notes_on_end(SETTINGS, ended) == ()


def test_a_fall_is_that_of_the_last_tenth_or_from_the_point_before() -> None:
    def said(*steps: int) -> str:
        losses = [{"step": step, "a loss": 10.0 - step / 100} for step in steps]
        return notes_on_fall(losses, "a loss", least=0.01, setting="passes")[0]

    assert said(50, 90, 95, 100).startswith(
        "ended after 100 passes while the a loss still fell (by"
    )
    assert "(by 1.1 % since 90): raise train.settings.passes" in said(50, 90, 95, 100)
    assert "since 50)" in said(50, 100)


def test_one_point_alone_shows_no_fall_and_that_is_said() -> None:
    (note,) = notes_on_end(SETTINGS, replace(STATE, curve=STATE.curve[-1:]))
    assert note.startswith("ended after 5000 steps, too few to see whether the validation loss ")
