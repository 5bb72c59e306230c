"""How a training is set up and what it reports: plain data, for those who must not load torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TrainingSettings:
    """How long and how fast to learn; the defaults are measured, not guessed (see benchmarks)."""

    steps: int = (
        3000  # at most: the rate falls, and the training ends, once the loss no longer does
    )
    batch_rows: int | None = None  # None: by the rows of the train part
    learning_rate: float = 2e-3
    warmup_steps: int = 100
    weight_decay: float = 0.01
    clip_norm: float = 5.0
    average_decay: float = 0.99
    evaluations: int = 80  # how often the validation loss is measured over all steps, at most
    plateau: int = 3  # evaluations without a better loss before the rate falls
    decay_share: float = 0.3  # of the steps before: how long the rate falls
    patience: int = 8  # evaluations without a better loss before the stop
    checkpoint_seconds: float = 30.0  # a checkpoint costs about two seconds under Ray
    seed: int = 0

    @property
    def evaluation_steps(self) -> int:
        """Steps between two evaluations."""
        return max(1, self.steps // self.evaluations)

    def decay_steps(self, start: int) -> int:
        """Over how many steps the rate falls when it begins to at ``start``."""
        return max(self.evaluation_steps, round(self.decay_share * start))

    def batch_size(self, rows: int) -> int:
        """Rows of a batch: a power of two near 1/64 of the rows, within 32 and 1,024."""
        if self.batch_rows:
            return self.batch_rows
        return int(2 ** np.clip(math.floor(math.log2(max(rows, 1) / 64 + 1)), 5, 10))


@dataclass(frozen=True)
class Evaluation:
    """One point of the loss curve; losses in nats per row, summed over the sub-columns."""

    step: int
    steps: int
    train_loss: float
    validation_loss: float
    is_best: bool
    checkpoint_due: bool  # the same on every worker
