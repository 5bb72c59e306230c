"""The settings of the diffusion: of its two networks, of its draws, and of how it is learned."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated, Any

from pydantic import Field

from synth.learning.settings import (
    BY_ROWS,
    FEW_ROWS,
    LARGEST_BATCH,
    LikelihoodSettings,
    Whole,
)

LONGER_MEMORY = 7.5  # than that of tables: masks keep rows from being known by heart
RATE = 2e-3  # of a step; a tower of layers learns at less than tables do
# From so many rows on, the rate: few rows are soon known by heart.
DROPOUT = ((200_000, 0.05), (30_000, 0.1), (5_000, 0.2), (1_500, 0.3), (0, 0.5))


@dataclass(frozen=True)
class NetworkSettings:
    """Size of both networks, and how many steps a draw takes; part of a model's description.

    ``dropout``: by the rows of the train part where it is None. ``sampling_steps``: in each of
    them a row's codes are drawn independently given those before, so that as many steps as
    columns are exact. ``flow_steps`` are Heun's, two looks at the network each.
    """

    hidden: Annotated[
        int, Field(ge=8, le=4096, description="width of the network that unmasks codes")
    ] = 256
    layers: Annotated[int, Field(ge=0, le=16, description="residual ones of that network")] = 2
    dropout: Annotated[float | None, Field(ge=0, lt=1, description=BY_ROWS)] = None
    sampling_steps: Annotated[
        Whole, Field(description="in which a row's codes are unmasked, at most")
    ] = 32
    flow_hidden: Annotated[
        int, Field(ge=8, le=4096, description="width of the network that moves positions")
    ] = 64
    flow_layers: Annotated[int, Field(ge=0, le=16, description="residual ones of that")] = 2
    flow_steps: Annotated[Whole, Field(description="in which positions flow from noise")] = 8

    def dropout_of(self, rows: int) -> float:
        """The given rate, or one that falls with the rows."""
        if self.dropout is not None:
            return self.dropout
        return next(rate for least, rate in DROPOUT if rows >= least)

    def describe(self) -> dict[str, Any]:
        """The networks' own settings as JSON, without those of the learning."""
        own = {field.name for field in fields(NetworkSettings)}
        return {name: value for name, value in asdict(self).items() if name in own}


@dataclass(frozen=True)
class DiffusionSettings(NetworkSettings, LikelihoodSettings):
    """All that a user may set: ``train.settings`` in the lake, ``settings`` in memory.

    Each step sees a row with one of many masks: losses are noisy, so that the weights are averaged
    for longer than those of other likelihoods, and the rate falls over half of the steps: what
    1,000 steps gain on a plateau, 300 of a falling rate gain as well.
    """

    steps: Annotated[Whole, Field(description="at most: it ends once the loss no longer falls")] = (
        3000
    )
    average_decay: Annotated[
        float, Field(ge=0, lt=1, description="of the average of the weights that is kept")
    ] = 0.998
    decay_share: Annotated[
        float, Field(ge=0, description="of the steps before, over which the rate falls")
    ] = 1.0
    least_decay: Annotated[
        Whole, Field(description="steps over which the rate falls, at least")
    ] = 600
    patience: Annotated[
        Whole, Field(description="evaluations without a better loss before the end")
    ] = 8

    def settled(self, rows: int, device: str = "cpu") -> LikelihoodSettings:
        """As any likelihood's, with a rate and a decay of weights of its own if none is given."""
        rate = self.learning_rate
        if rate is None:
            batch = min(self.batch_size(rows, device), rows)
            rate = RATE * min(1.0, math.sqrt(max(rows, 1) / FEW_ROWS))
            rate *= math.sqrt(max(batch, LARGEST_BATCH) / LARGEST_BATCH)
        own = replace(self, learning_rate=rate)
        found = super(DiffusionSettings, own).settled(rows, device)
        if self.weight_decay is None and found.weight_decay is not None:
            found = replace(found, weight_decay=found.weight_decay / LONGER_MEMORY)
        return found
