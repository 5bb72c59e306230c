"""What is said where a training has lost its way: no number is learned from."""

from __future__ import annotations

import math

from synth.table.door import either
from synth.table.errors import InputError


def require_number(loss: float, step: int, rate: float) -> None:
    """InputError where a loss is no finite number, before anything of it is kept.

    The same on every worker, where the loss is that of all of them. The checkpoint before stays.
    """
    if math.isfinite(loss):
        return
    setting = either(
        lake="train.settings.learning_rate", memory="learning_rate, in settings={...},"
    )
    kept = either(
        lake="; the last checkpoint before it stays, but a run with another setting begins anew",
        memory="",
    )
    raise InputError(
        f"the loss is {loss} at step {step}: the training has diverged at a learning rate of "
        f"{rate:g}. Set {setting} to {rate / 10:g}, and precision to float32 if it is bfloat16"
        f"{kept}"
    )
