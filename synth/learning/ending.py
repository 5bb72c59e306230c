"""What is said of a fit that came to its last step while it still got better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth.learning.schedule import TrainingState
from synth.learning.settings import LikelihoodSettings
from synth.table.door import either

TENTH = 0.1  # of the steps: the last ones, over which a fall is looked at
SMALLEST = 1e-12  # that is divided by


def notes_on_end(settings: LikelihoodSettings, state: TrainingState) -> tuple[str, ...]:
    """That more steps would have lowered a likelihood's loss further; none where nothing says so.

    They would have where the rate began to fall because the steps would not suffice, and not for a
    level loss, and where the loss then fell to the end by what counts as a gain. That it falls with
    the rate says nothing by itself: it always does.
    """
    if not state.cut_short or state.step < settings.steps:
        return ()
    return notes_on_fall(state.curve, "validation_loss", least=settings.least_gain)


def notes_on_fall(
    curve: Sequence[Mapping[str, Any]], figure: str, *, least: float, setting: str = "steps"
) -> tuple[str, ...]:
    """That a figure of the curve fell by ``least`` of itself over the last tenth, if it did.

    Rows of the curve have their ``step``; ``setting`` is how many there were to be. Whether a
    figure still fell is not known where there is one row alone: that is said.
    """
    raised = either(lake="train.settings.{}", memory="settings['{}']").format(setting)
    words, last = figure.replace("_", " "), curve[-1]
    ended = f"ended after {last['step']} {setting}"
    before = [row for row in curve if row["step"] <= (1 - TENTH) * last["step"]]
    if not before:
        return (f"{ended}, too few to see whether the {words} still fell: raise {raised}",)
    start = before[-1]
    fall = (start[figure] - last[figure]) / max(abs(start[figure]), SMALLEST)
    if fall < least:
        return ()
    return (
        f"{ended} while the {words} still fell (by {100 * fall:.2g} % since {start['step']}): "
        f"raise {raised}",
    )
