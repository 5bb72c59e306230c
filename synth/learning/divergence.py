"""What is said where a training has lost its way: no number is learned from."""

from __future__ import annotations

import math
from collections.abc import Mapping

from synth.table.door import either
from synth.table.errors import InputError


def require_number(loss: float, step: int, rates: Mapping[str, float]) -> None:
    """InputError where a loss is no finite number, before anything of it is kept.

    ``rates`` are the learning rates by the names of their settings. The same on every worker, where
    the loss is that of all of them. The checkpoint before stays.
    """
    if math.isfinite(loss):
        return
    words = either(lake="train.settings.{}", memory="settings['{}']")
    lower = ", ".join(
        f"{words.format(name)} to {rate / 10:g} (it is {rate:g})" for name, rate in rates.items()
    )
    kept = either(lake="; the checkpoint before it stays, and no model is written", memory="")
    raise InputError(
        f"the loss is {loss} at step {step}: the training has diverged. Set {lower}, and precision "
        f"to float32 where it is bfloat16{kept}"
    )
