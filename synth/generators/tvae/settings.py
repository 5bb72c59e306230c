"""The settings of the autoencoder: of its networks, of its prior, and of how they are learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from synth.learning.settings import BY_ROWS, LikelihoodSettings, Whole

RATE = 3e-3
LARGEST_BATCH = 256  # rows, on a CPU, where it is not given


@dataclass(frozen=True)
class AutoencoderSettings:
    """Size of the networks, and what latents are.

    ``beta`` weighs the divergence of each row's latents from the prior. ``components``: Gaussians
    of the mixture that latents are drawn from, and of the prior that is learned with the networks.
    """

    latent: Annotated[Whole, Field(le=128, description="numbers that a row is told by")] = 16
    width: Annotated[Whole, Field(le=4096, description="of encoder and decoder")] = 128
    layers: Annotated[int, Field(ge=0, le=16, description="of encoder and of decoder")] = 2
    beta: Annotated[
        float, Field(gt=0, le=10, description="weight of the latents' divergence in the loss")
    ] = 0.5
    components: Annotated[
        Whole, Field(le=1024, description="Gaussians of the mixture of the latents, at most")
    ] = 128


@dataclass(frozen=True)
class TvaeSettings(AutoencoderSettings, LikelihoodSettings):
    """All that a user may set: ``train.settings`` in the lake, ``settings`` in memory."""

    steps: Annotated[Whole, Field(description="at most: it ends once the loss no longer falls")] = (
        3000
    )
    learning_rate: Annotated[float | None, Field(gt=0, description=BY_ROWS)] = RATE

    def batch_size(self, rows: int, device: str = "cpu") -> int:
        """As of any likelihood, and at most 256 on a CPU: steps are worth more than their rows."""
        usual = super().batch_size(rows, device)
        return usual if self.batch_rows or device == "cuda" else min(usual, LARGEST_BATCH)
