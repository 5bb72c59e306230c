"""The settings of the conditional GAN: its networks, and how long and how fast they learn.

NOTE[DIFF]: networks are half as wide as the paper's (256) and learn for fewer steps (300 epochs),
rates are higher (2e-4), since they fall, and so is the temperature (0.2), since the critic is shown
whole codes. Weights do not decay; in the published code they do, by 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from synth.learning.accumulation import PARTS, require_parts

Whole = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class CtganSettings:
    """All that a user may set: ``train.settings`` in the lake, ``settings`` in memory."""

    steps: Annotated[Whole, Field(description="of the generator, at most")] = 1000
    batch_rows: Annotated[Whole, Field(description="rows of a step, of each worker")] = 500
    accumulation: Annotated[Whole, Field(description=PARTS)] = 1
    pac: Annotated[Whole, Field(description="rows that the critic sees at once")] = 10
    critic_steps: Annotated[Whole, Field(description="of the critic, for one of the generator")] = 1
    noise: Annotated[Whole, Field(description="numbers that the generator makes a row of")] = 128
    width: Annotated[Whole, Field(description="of the generator's hidden layers")] = 128
    layers: Annotated[Whole, Field(description="of the generator")] = 2
    critic_width: Annotated[Whole, Field(description="of the critic's hidden layers")] = 128
    temperature: Annotated[
        float, Field(gt=0, description="of the Gumbel softmax, through which gradients go")
    ] = 0.5
    learning_rate: Annotated[float, Field(gt=0, description="of the generator")] = 5e-4
    critic_rate: Annotated[float, Field(gt=0, description="learning rate of the critic")] = 5e-4
    penalty: Annotated[
        float, Field(ge=0, description="weight of the gradient penalty; 10 in the paper")
    ] = 10.0
    penalty_every: Annotated[Whole, Field(description="steps of the critic, one penalty")] = 4
    average_decay: Annotated[
        Share, Field(description="of the average of the generator's weights that is kept")
    ] = 0.999
    evaluation_steps: Annotated[
        Whole, Field(description="from one look at the generator's rows to the next")
    ] = 100
    patience: Annotated[Whole, Field(description="looks without better rows before the end")] = 8
    pool_rows: Annotated[
        Whole, Field(description="rows of a worker that are in memory at once, to be drawn from")
    ] = 2_000_000
    log_frequency: Annotated[
        bool, Field(description="learns rare values more often than they are, by their logarithm")
    ] = True
    calibration_rounds: Annotated[
        int, Field(ge=0, description="in which the margins are drawn to those of the table")
    ] = 8
    candidates: Annotated[
        int,
        Field(ge=1, le=256, description="rows drawn for each, of which one is taken by its ratio"),
    ] = 16
    ratio_steps: Annotated[
        Whole, Field(description="at most, in which the ratio of the table to such rows is learned")
    ] = 800

    @property
    def packs(self) -> int:
        """Whole packs of a batch, one at least."""
        return max(self.batch_rows // self.pac, 1)

    def require_parts(self) -> None:
        """InputError where a batch has fewer packs than it is to be learned in parts."""
        batch = (
            f"the {self.packs} whole packs (pac {self.pac}) of a batch of {self.batch_rows} rows"
        )
        require_parts(self.accumulation, self.packs, batch)
