"""The network that unmasks codes, and its loss: masked diffusion as an order-agnostic likelihood.

Masked (absorbing) diffusion of Austin et al. 2021 and Sahoo et al. 2024 (MDLM), in the discrete
form of Hoogeboom et al. 2022: a row of F codes is learned with 1 to F of them masked. Shapes: B
rows of a batch, F sub-columns, K codes of a sub-column, W the width of the network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.learning.dense import CodeEmbedding, Tower


class MaskedNetwork(nn.Module):
    """Logits of all columns from codes of which some are masked.

    NOTE[DIFF]: a residual tower over a sum of embeddings, where the papers have a transformer,
    so that a row is drawn in numpy in few products. It is not told the time, of which masks tell.

    A masked code is the last one, above all others: each sub-column has one more on the way in.
    """

    masks: Tensor

    def __init__(
        self,
        cardinalities: Sequence[int],
        starts: Sequence[np.ndarray],
        *,
        width: int,
        layers: int,
        dropout: float,
    ):
        """``starts`` are float32 ``(K,)``: logits of each column before anything is learned."""
        super().__init__()
        self.cardinalities = list(cardinalities)
        self.embedding = CodeEmbedding([size + 1 for size in cardinalities], width)
        self.tower = Tower(width, layers, dropout=dropout)
        self.heads = nn.Linear(width, sum(cardinalities))
        with torch.no_grad():
            self.heads.weight.mul_(0.3)
            self.heads.bias.copy_(torch.from_numpy(np.concatenate(starts)))
        self.register_buffer("masks", torch.tensor(self.cardinalities), persistent=False)

    def forward(self, codes: Tensor, noise: Tensor, shift: Tensor) -> Tensor:
        """A bound on the negative log-likelihood of each column, mean over the rows, in nats.

        ``(F,)`` from codes ``(B, F)``. ``noise`` ``(B, F)`` says which of a row's codes are masked
        first; how many are goes round the rows, from ``shift`` ``()`` on.
        """
        columns = codes.shape[1]
        # NOTE[DIFF]: MDLM masks each code by itself at a time t, and weighs a loss with 1 / t; so
        # many of F at random, weighed with F over their number, is the same mean and varies less.
        # Evenly many of each number, as MDLM's times lie evenly.
        rows = torch.arange(len(codes), device=codes.device)
        count = ((rows + shift) % columns + 1)[:, None]
        masked = noise.argsort(1).argsort(1) < count  # (B, F)
        logits = self.logits(torch.where(masked, self.masks, codes))
        weight = masked * (columns / count)  # (B, F)
        losses = [
            functional.cross_entropy(own.float(), codes[:, place], reduction="none")
            for place, own in enumerate(torch.split(logits, self.cardinalities, 1))
        ]
        found: Tensor = (torch.stack(losses, 1) * weight).mean(0)
        return found

    def logits(self, codes: Tensor) -> Tensor:
        """``(B, sum of K)`` from codes ``(B, F)``, the masked ones among them."""
        found: Tensor = self.heads(self.tower(self.embedding(codes)))
        return found
