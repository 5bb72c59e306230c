"""The network that moves positions from noise to where they are, and its loss.

Flow matching (Lipman et al. 2023) over normal scores of positions, given the first-level codes.
Shapes: B rows of a batch, F first-level codes, P positions of a row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from synth.generators.diffusion.transport import EDGE, WAVES
from synth.generators.positions import Positions
from synth.learning.dense import CodeEmbedding, Tower


class FlowNetwork(nn.Module):
    """Velocities of P normal scores on their way, given a row's first-level codes."""

    def __init__(self, cardinalities: Sequence[int], positions: int, *, width: int, layers: int):
        super().__init__()
        self.embedding = CodeEmbedding(cardinalities, width)
        self.scores = nn.Linear(positions + 1 + WAVES, width)
        self.tower = Tower(width, layers)
        self.velocity = nn.Linear(width, positions)
        nn.init.zeros_(self.velocity.weight)  # at rest is right for positions that tell nothing
        nn.init.zeros_(self.velocity.bias)

    def forward(
        self, first: Tensor, positions: Tensor, moving: Tensor, noise: Tensor, time: Tensor
    ) -> Tensor:
        """Half the squared error of the velocities, mean over the rows: ``(P,)``.

        ``first`` int64 ``(B, F)``; ``positions`` on [0, 1] and ``moving`` are ``(B, P)``, ``noise``
        normal ``(B, P)``, ``time`` on [0, 1] ``(B, 1)``. Those that do not move count as nothing.
        """
        # NOTE[DIFF]: Lipman et al. go straight from noise to data; this is a quarter of a circle
        # (Albergo & Vanden-Eijnden 2023). Positions are uniform in each group, so their normal
        # scores are normal already: on this path they need not move where the codes and the other
        # positions say nothing of them, and what is learned is what these do say.
        wanted = torch.special.ndtri(positions.clamp(EDGE, 1 - EDGE))
        angle = time * (math.pi / 2)
        at = torch.cos(angle) * noise + torch.sin(angle) * wanted
        velocity = (torch.cos(angle) * wanted - torch.sin(angle) * noise) * (math.pi / 2)
        found = self.velocities(first, at * moving, time).float()
        squared: Tensor = ((found - velocity) ** 2 * moving).mean(0) / 2
        return squared

    def velocities(self, first: Tensor, at: Tensor, time: Tensor) -> Tensor:
        """``(B, P)`` at scores ``(B, P)`` and times ``(B, 1)``."""
        waves = [torch.cos(time * (math.pi * wave)) for wave in range(1, WAVES + 1)]
        features = self.scores(torch.cat([at, time, *waves], 1))
        found: Tensor = self.velocity(self.tower(self.embedding(first) + features))
        return found


class PlaceTables(nn.Module):
    """Where places lie on [0, 1], for batches of codes on any device; it learns nothing."""

    def __init__(self, positions: Positions):
        super().__init__()
        self.leads, self.fine = positions.leads, positions.fine
        for at, (shares, varied) in enumerate(zip(positions.shares, positions.varied, strict=True)):
            begin = np.cumsum(shares, 1, dtype=np.float64) - shares
            table = np.stack([begin, shares, np.broadcast_to(varied[:, None], shares.shape)], -1)
            own = torch.from_numpy(table.astype(np.float32))  # (groups, K, 3)
            self.register_buffer(f"places_{at}", own, persistent=False)

    def forward(self, first: Tensor, codes: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """Positions somewhere in their places and whether they move, both ``(B, P)``.

        ``first`` are codes ``(B, F)``, ``codes`` all of a row ``(B, S)``, ``uniform`` ``(B, P)``.
        """
        found = [
            self.get_buffer(f"places_{at}")[first[:, lead], codes[:, place]]
            for at, (lead, place) in enumerate(zip(self.leads, self.fine, strict=True))
        ]
        begin, width, moving = torch.stack(found, 1).unbind(-1)
        return begin + width * uniform, moving
