"""Parts of networks over codes; :mod:`synth.generators.dense` has the same in numpy.

All of them work on a row by itself: no statistics of a batch, so that a row that is drawn depends
on its own noise only.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.dense import starts_of


class CodeEmbedding(nn.Module):
    """The sum of a row's vectors, one for each code: a first layer that holds no one-hot rows.

    Takes int64 codes ``(n, F)``, or shares of all codes ``(n, sum of cardinalities)``.
    """

    starts: Tensor

    def __init__(self, cardinalities: Sequence[int], width: int):
        """Vectors as a linear layer over one-hot rows has them at first."""
        super().__init__()
        bound = len(cardinalities) ** -0.5
        self.table = nn.Parameter(torch.empty(sum(cardinalities), width).uniform_(-bound, bound))
        starts = torch.from_numpy(starts_of(tuple(cardinalities)))
        self.register_buffer("starts", starts, persistent=False)

    def forward(self, codes: Tensor) -> Tensor:
        """float32 ``(n, width)``."""
        return functional.embedding_bag(codes + self.starts, self.table, mode="sum")

    def mixed(self, shares: Tensor) -> Tensor:
        """float32 ``(n, width)``, where a code counts by its share."""
        return shares @ self.table


class TowerLayer(nn.Module):
    """``x + narrow(silu(wide(norm(x))))``."""

    def __init__(self, width: int, inner: int, dropout: float):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.narrow.weight)  # a layer does nothing at first
        nn.init.zeros_(self.narrow.bias)

    def forward(self, values: Tensor) -> Tensor:
        inner = functional.silu(self.wide(self.norm(values)))
        added: Tensor = values + self.narrow(self.dropout(inner))
        return added


class Tower(nn.Module):
    """Residual layers of one width, and a norm at the end."""

    def __init__(self, width: int, layers: int, *, inner: int | None = None, dropout: float = 0.0):
        super().__init__()
        own = [TowerLayer(width, inner or 2 * width, dropout) for _ in range(layers)]
        self.layers = nn.ModuleList(own)
        self.norm = nn.LayerNorm(width)

    def forward(self, values: Tensor) -> Tensor:
        """float32 ``(n, width)`` of the same."""
        for layer in self.layers:
            values = layer(values)
        found: Tensor = self.norm(values)
        return found
