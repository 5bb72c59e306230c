"""How fast a fit learns at each step, and when it ends: warm-up, plateau, fall (Hu et al. 2024).

A schedule that falls from the start must know its end beforehand, and tables differ: one is learned
in 500 steps, another still gains after 2,500.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from synth.learning.settings import LikelihoodSettings

LOST = 0.01  # share above the best loss from which a falling rate does not come back


@dataclass
class TrainingState:
    """Where the loop stands: enough to go on after a break as if there had been none."""

    step: int = 0
    evaluated: int = 0  # the step of the last evaluation
    epoch: int = 0
    batch_of_epoch: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    since_best: int = 0
    gained_loss: float = math.inf  # that of the last evaluation with a gain worth its steps
    since_gain: int = 0
    decay_from: int | None = None  # the step at which the learning rate began to fall
    cut_short: bool = False  # it fell because the steps would not suffice, not on a plateau
    curve: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)


def last_step(settings: LikelihoodSettings, state: TrainingState) -> int:
    """Where the learning rate reaches zero, as far as is known."""
    start = state.decay_from
    if start is None:
        return settings.steps
    return min(settings.steps, start + settings.decay_steps(start))


def share_of_rate(settings: LikelihoodSettings, state: TrainingState) -> float:
    """Of the full learning rate, in the step to come."""
    step, start = state.step, state.decay_from
    warm = min(1.0, (step + 1) / max(settings.warmup_steps, 1))
    if start is None:
        return warm
    return warm * max(0.0, 1 - (step - start) / max(last_step(settings, state) - start, 1))


def judge(settings: LikelihoodSettings, state: TrainingState, loss: float) -> bool:
    """Count a validation loss: whether it is the best so far, and whether the rate is to fall."""
    is_best = loss < state.best_loss
    if is_best:
        state.best_loss, state.best_step, state.since_best = loss, state.step, 0
    else:
        state.since_best += 1
    state.since_gain += 1
    if loss < state.gained_loss * (1 - settings.least_gain):
        state.gained_loss, state.since_gain = loss, 0
    _end_plateau(settings, state, loss)
    return is_best


def _end_plateau(settings: LikelihoodSettings, state: TrainingState, loss: float) -> None:
    """Let the rate fall once the loss no longer does, or the steps would not suffice.

    Patience then begins anew, but not far above the best loss: few rows are known by heart by
    then, and no falling rate brings the loss back.
    """
    if state.decay_from is not None:
        return
    is_level = state.since_gain >= settings.plateau
    left = settings.steps - state.step
    if is_level or left <= settings.decay_steps(state.step):
        state.decay_from, state.cut_short = state.step, not is_level
        if loss <= state.best_loss * (1 + LOST):
            state.since_best = 0
