"""Fitting the diffusion: both networks are learned at once, each by a loss of its own."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from synth.encode.statistics import CodeStatistics
from synth.generators.diffusion.calibration import calibrated
from synth.generators.diffusion.flow_network import FlowNetwork, PlaceTables
from synth.generators.diffusion.generator import DiffusionGenerator
from synth.generators.diffusion.masked_network import MaskedNetwork
from synth.generators.diffusion.settings import NetworkSettings
from synth.generators.margins import margins
from synth.generators.positions import Positions
from synth.generators.shares import log_shares
from synth.learning.network_fit import fit_network, seeded
from synth.learning.task import FitTask

VALIDATION_SEED = 0
CALIBRATION_SEED = 0
GOLDEN_RATIO = (5**0.5 - 1) / 2  # its multiples lie evenly between 0 and 1


class DiffusionNetwork(nn.Module):
    """Both networks, and the noise with which they are learned.

    They have no weight in common, so that their losses need no balance.
    """

    def __init__(self, positions: Positions, statistics: CodeStatistics, settings: NetworkSettings):
        super().__init__()
        self._first = list(positions.first)
        self.dropout = settings.dropout_of(int(statistics.counts[0].sum()))
        self.masked = MaskedNetwork(
            positions.cardinalities,
            [log_shares(statistics.counts[place]) for place in positions.first],
            width=settings.hidden,
            layers=settings.layers,
            dropout=self.dropout,
        )
        self.flow: FlowNetwork | None = None
        if positions.fine:
            self.places = PlaceTables(positions)
            self.flow = FlowNetwork(
                positions.cardinalities,
                len(positions.fine),
                width=settings.flow_hidden,
                layers=settings.flow_layers,
            )

    def draw_order(self) -> None:
        """No order; a step that draws nothing on the host can be recorded on a GPU."""

    def forward(self, codes: Tensor) -> Tensor:
        """Losses of the first-level columns, in nats, and of the positions: ``(F + P,)``.

        The noise of an evaluation is always the same, so that its losses can be compared.
        """
        device, fixed = codes.device, None
        if not self.training:
            fixed = torch.Generator(device).manual_seed(VALIDATION_SEED)

        def uniform(*shape: int) -> Tensor:
            return torch.rand(shape, generator=fixed, device=device)

        first = codes[:, self._first]  # (B, F)
        shift = (uniform() * first.shape[1]).long()
        losses: Tensor = self.masked(first, uniform(*first.shape), shift)
        if self.flow is None:
            return losses
        shape = (len(codes), len(self.places.fine))  # (B, P)
        positions, moving = self.places(first, codes, uniform(*shape))
        noise = torch.randn(shape, generator=fixed, device=device)
        spread = torch.arange(len(codes), device=device) * GOLDEN_RATIO
        time = ((spread + uniform()) % 1)[:, None]
        return torch.cat([losses, self.flow(first, positions, moving, noise, time)])


def fit(task: FitTask) -> DiffusionGenerator:
    """The generator of a task: networks that the workshop's loop has learned, calibrated."""
    positions = Positions.of(task.sub_columns, task.statistics)
    with seeded(task):
        network = DiffusionNetwork(positions, task.statistics, task.settings)
        weights = fit_network(network, task.settings, task)
    task.progress.facts["settings"]["dropout"] = network.dropout  # as it was, where none was given
    task.progress.step("calibrating")
    wanted = margins(task.sub_columns, task.statistics)
    steps, rng = task.settings.sampling_steps, np.random.default_rng(CALIBRATION_SEED)
    return DiffusionGenerator(
        positions, calibrated(weights, positions, wanted, steps, rng), task.settings
    )
