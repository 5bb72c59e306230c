"""How a likelihood is learned: plain data, for those who must not load torch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from synth.learning.accumulation import PARTS, require_parts
from synth.table.door import called
from synth.table.errors import InputError

RATE = 1e-2
FEW_ROWS = 5_000  # fewer are few: the rate falls with their square root
MEMORY_EPOCHS = 4  # over how many a weight decays by a factor e
MEMORY = 333  # the same in steps, at least,
MEMORY_ROWS = 20_000  # of so many rows; of fewer it falls with their square root,
LEAST_MEMORY = 140  # as far as this
EVALUATION_STEPS, EVALUATION_STEPS_OF_FEW = 40, 20  # few rows are learned in 100 to 300
LEAST_BATCH, LARGEST_BATCH, LARGEST_GPU_BATCH = 32, 512, 4096  # rows

GPU_BATCHES_AHEAD = 64  # of 4,096 rows they are a pool of the feed: the next is mixed meanwhile

Precision = Literal["float32", "tf32", "bfloat16"]
Whole = Annotated[int, Field(ge=1)]
BY_ROWS = "by the rows, if not given"


@dataclass(frozen=True)
class LikelihoodSettings:
    """How long and how fast to learn; the defaults are measured, not guessed (see benchmarks).

    None is settled by the rows of the train part and by the device, see :meth:`settled`.
    ``precision`` is that of the products in a step: weights, their averages and the validation are
    float32. ``compiled`` joins the small operations of a step into a few kernels, after about a
    minute: that is more than it saves in 5,000 steps. ``captured`` holds on a GPU, for a worker
    alone: a step is recorded once and started as a whole, all its parts
    (:class:`synth.learning.captured_step.CapturedStep`). With ``accumulation`` a network draws its
    noise and dropout for each part by itself: other numbers than for the whole, of the same law.
    ``read_ahead`` changes no batch and no order: weights are the same with any.
    """

    steps: Annotated[Whole, Field(description="at most: it ends once the loss no longer falls")] = (
        5000
    )
    batch_rows: Annotated[Whole | None, Field(description=BY_ROWS)] = None
    accumulation: Annotated[Whole, Field(description=PARTS)] = 1
    learning_rate: Annotated[float | None, Field(gt=0, description=BY_ROWS)] = None
    warmup_steps: Annotated[
        int, Field(ge=0, description="over which the learning rate rises at the start")
    ] = 100
    weight_decay: Annotated[
        float | None, Field(ge=0, description="of a step of 1, not of biases; " + BY_ROWS)
    ] = None
    clip_norm: Annotated[float, Field(gt=0, description="the longest gradient")] = 5.0
    average_decay: Annotated[
        float, Field(ge=0, lt=1, description="of the average of the weights that is kept")
    ] = 0.99
    evaluation_steps: Annotated[
        Whole | None,
        Field(description="from one validation loss to the next, at least; " + BY_ROWS),
    ] = None
    evaluation_share: Annotated[
        float, Field(ge=0, description="of the steps so far, by which later ones lie apart")
    ] = 0.04
    plateau: Annotated[
        Whole, Field(description="evaluations without gain before the rate falls")
    ] = 3
    least_gain: Annotated[
        float, Field(ge=0, description="share of the loss that counts as a gain")
    ] = 1e-4
    decay_share: Annotated[
        float, Field(ge=0, description="of the steps before, over which the rate falls")
    ] = 0.3
    least_decay: Annotated[  # twice what the average of the weights looks back
        Whole, Field(description="steps over which the rate falls, at least")
    ] = 200
    patience: Annotated[
        Whole, Field(description="evaluations without a better loss before the end")
    ] = 4
    precision: Annotated[
        Precision | None,
        Field(description="of the products in a step; tf32 on GPUs, float32 on CPUs, if not given"),
    ] = None
    compiled: Annotated[
        bool, Field(description="joins a step's small operations, after a minute")
    ] = False
    captured: Annotated[
        bool, Field(description="records a step on a GPU, to start it as a whole")
    ] = True
    read_ahead: Annotated[
        int | None,
        Field(
            ge=0,
            description=f"batches that a thread reads beside the steps; {GPU_BATCHES_AHEAD} on "
            "GPUs, 0 on CPUs, if not given",
        ),
    ] = None

    def settled(self, rows: int, device: str = "cpu") -> LikelihoodSettings:
        """The same with what is not given, by a worker's ``rows`` and by where it learns.

        Rate and decay of weights are high: that fits better on unseen rows. The rate falls where
        there are so few rows that they are learned in a few hundred steps, and rises with the
        square root of a batch of more than 512 rows (Malladi et al. 2022). Weights forget over a
        few epochs, so that what many rows tell is kept longer, and what few rows tell by chance
        goes sooner.
        """
        batch, rate, decay = self.batch_size(rows, device), self.learning_rate, self.weight_decay
        if rate is None:
            rate = RATE * min(1.0, math.sqrt(max(rows, 1) / FEW_ROWS))
            rate *= math.sqrt(max(min(batch, rows), LARGEST_BATCH) / LARGEST_BATCH)
        if decay is None:
            decay = 1 / (rate * _memory(rows, batch))
        gap = EVALUATION_STEPS_OF_FEW if rows < FEW_ROWS else EVALUATION_STEPS
        return replace(
            self,
            evaluation_steps=self.evaluation_steps or gap,
            batch_rows=batch,
            learning_rate=rate,
            weight_decay=decay,
            precision=self.precision or ("tf32" if device == "cuda" else "float32"),
            read_ahead=self.batches_ahead(device),
        )

    def batches_ahead(self, device: str) -> int:
        """How many batches are read before they are asked for.

        On a CPU none: there the reading takes a step's hundredth, and a core of the training.
        """
        by_device = GPU_BATCHES_AHEAD if device == "cuda" else 0
        return by_device if self.read_ahead is None else self.read_ahead

    def decay_steps(self, start: int) -> int:
        """Over how many steps the rate falls when it begins to at ``start``."""
        return max(self.least_decay, round(self.decay_share * start))

    def evaluation_gap(self, step: int) -> int:
        """How many steps after the one at ``step`` the next evaluation is."""
        return max(self.evaluation_steps or EVALUATION_STEPS, round(self.evaluation_share * step))

    def batch_size(self, rows: int, device: str = "cpu") -> int:
        """Rows of a batch: those given, else a power of two near 1/64 of all, within 32 and 512.

        On a GPU at most 4,096: it has room for more rows in each operation.
        """
        if self.batch_rows:
            return self.batch_rows
        near = 1 << math.floor(math.log2(max(rows, 1) / 64 + 1))
        return min(max(near, LEAST_BATCH), largest_batch(device))


def _memory(rows: int, batch: int) -> float:
    """Over how many steps a weight decays by a factor e."""
    many = max(MEMORY_EPOCHS * rows / batch, MEMORY)
    return max(many * min(1.0, math.sqrt(rows / MEMORY_ROWS)), LEAST_MEMORY)


def largest_batch(device: str) -> int:
    """Rows of a batch that is not given, at most, and of one in validation."""
    return LARGEST_GPU_BATCH if device == "cuda" else LARGEST_BATCH


def require_parts_of(settings: LikelihoodSettings) -> None:
    """InputError where a batch has fewer rows than it is to be learned in parts."""
    given = settings.batch_rows
    said = (
        f"the {given} rows of a batch"
        if given
        else (f"the {LEAST_BATCH} rows that a batch has at least where batch_rows is not given")
    )
    require_parts(settings.accumulation, given or LEAST_BATCH, said)


def require_precision_of(precision: Precision | None, device: str) -> None:
    """InputError where a fit on CPU is to have the precision of GPUs."""
    if precision == "tf32" and device != "cuda":
        raise InputError(
            "precision tf32 is of GPUs, and this training is on CPU: set precision to float32 or "
            f"bfloat16, or train on a GPU ({called('train.use_gpu')})"
        )


@dataclass(frozen=True)
class Evaluation:
    """One point of the loss curve; losses in nats per row, summed over the sub-columns."""

    step: int
    steps: int
    train_loss: float
    validation_loss: float
    checkpoint_due: bool  # the same on every worker
