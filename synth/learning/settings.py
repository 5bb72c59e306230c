"""How a training is set up and what it reports: plain data, for those who must not load torch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from synth.table.errors import InputError

RATE = 1e-2
FULL_RATE_ROWS = 5_000  # with fewer, the rate falls with their square root
MEMORY_EPOCHS = 4  # over how many a weight decays by a factor e
LEAST_MEMORY = 333  # the same in steps, at least
LEAST_BATCH, LARGEST_BATCH, LARGEST_GPU_BATCH = 32, 512, 4096  # rows

Precision = Literal["float32", "tf32", "bfloat16"]


def require_device_of(precision: Precision, *, gpu: bool) -> None:
    """ValueError where a training on CPU is to have the precision of GPUs."""
    if precision == "tf32" and not gpu:
        raise InputError(
            "precision tf32 is of GPUs, and this training is on CPU: set precision to float32 or "
            "bfloat16, or train on a GPU (use_gpu)"
        )


@dataclass(frozen=True)
class TrainingSettings:
    """How long and how fast to learn; the defaults are measured, not guessed (see benchmarks).

    None is settled by the rows of the train part and by ``gpu``, see :meth:`settled`. ``precision``
    is that of the products in a step: weights, their averages and the validation are float32.
    ``compiled`` joins the small operations of a step into a few kernels, after about a minute: that
    is more than it saves in 5,000 steps. ``captured`` holds on a GPU, for a worker alone: a step is
    recorded once and started as a whole (:class:`synth.learning.captured_step.CapturedStep`).
    """

    steps: int = 5000  # at most: once the loss no longer falls, the rate does, and then it ends
    batch_rows: int | None = None
    learning_rate: float | None = None
    warmup_steps: int = 100
    weight_decay: float | None = None  # of a step of 1: the rate scales it; not of biases
    clip_norm: float = 5.0
    average_decay: float = 0.99
    evaluation_steps: int = 40  # between two measurements of the validation loss, at least
    evaluation_share: float = 0.04  # of the steps so far: later measurements lie further apart
    plateau: int = 3  # evaluations without a gain before the rate falls
    least_gain: float = 1e-4  # of the loss: less is not worth the steps to the next evaluation
    decay_share: float = 0.3  # of the steps before: how long the rate falls
    least_decay: int = 200  # steps: twice what the average of the weights looks back
    patience: int = 4  # evaluations without a better loss before the stop
    checkpoint_seconds: float = 30.0  # a checkpoint costs about two seconds under Ray
    gpu: bool = False  # the CUDA device of the process
    precision: Precision | None = None
    compiled: bool = False
    captured: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.precision not in (None, *get_args(Precision)):
            known = " or ".join(get_args(Precision))
            raise InputError(f"precision is {known}, however: {self.precision!r}")
        if self.precision is not None:
            require_device_of(self.precision, gpu=self.gpu)

    def settled(self, rows: int) -> TrainingSettings:
        """The same with what is not given, by a worker's ``rows`` and by where it learns.

        Rate and decay of weights are high: that fits better on unseen rows. The rate falls where
        there are so few rows that they are learned in a few hundred steps, and rises with the
        square root of a batch of more than 512 rows (Malladi et al. 2022). Weights forget over a
        few epochs, so that what many rows tell is kept longer.
        """
        rate = self.learning_rate
        if rate is None:
            rate = RATE * min(1.0, math.sqrt(max(rows, 1) / FULL_RATE_ROWS))
            batch = min(self.batch_size(rows), rows)
            rate *= math.sqrt(max(batch, LARGEST_BATCH) / LARGEST_BATCH)
        decay = self.weight_decay
        if decay is None:
            epoch = rows / self.batch_size(rows)
            decay = 1 / (rate * max(MEMORY_EPOCHS * epoch, LEAST_MEMORY))
        return replace(
            self,
            learning_rate=rate,
            weight_decay=decay,
            precision=self.precision or ("tf32" if self.gpu else "float32"),
        )

    def decay_steps(self, start: int) -> int:
        """Over how many steps the rate falls when it begins to at ``start``."""
        return max(self.least_decay, round(self.decay_share * start))

    def evaluation_gap(self, step: int) -> int:
        """How many steps after the one at ``step`` the next evaluation is."""
        return max(self.evaluation_steps, round(self.evaluation_share * step))

    def batch_size(self, rows: int) -> int:
        """Rows of a batch: those given, else a power of two near 1/64 of all, within 32 and 512.

        On a GPU at most 4,096: it has room for more rows in each operation.
        """
        if self.batch_rows:
            return self.batch_rows
        near = 1 << math.floor(math.log2(max(rows, 1) / 64 + 1))
        return min(max(near, LEAST_BATCH), self.largest_batch)

    @property
    def largest_batch(self) -> int:
        """Rows of a batch that is not given, at most, and of one in validation."""
        return LARGEST_GPU_BATCH if self.gpu else LARGEST_BATCH


@dataclass(frozen=True)
class Evaluation:
    """One point of the loss curve; losses in nats per row, summed over the sub-columns."""

    step: int
    steps: int
    train_loss: float
    validation_loss: float
    is_best: bool
    checkpoint_due: bool  # the same on every worker
