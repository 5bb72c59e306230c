"""The first layer of all heads at once: from what comes before to ``(S, B, H)``.

Three wirings of one meaning. A head may see the sub-columns that stand before it:

- ``PrefixFirst``: all of them, in the given order. Its cost grows with the square of S.
- ``AnyOrderFirst``: all of them, in any order of the columns, a bias telling which are known.
- ``SummaryFirst``: those that tell most of it directly, all others through a running sum of low
  rank, which factorises the full product. Its cost grows linearly with S.

B rows, S sub-columns, D embedded width of all, H width of a head, m parents, r rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from synth.generators.wiring import BLOCK


class PrefixFirst(nn.Module):
    """Blocks of heads, each a product with the embeddings before the block's last head."""

    def __init__(self, widths: Sequence[int], hidden: int):
        super().__init__()
        heads, ends = len(widths), np.cumsum([0, *widths])
        self.hidden = hidden
        scale = math.sqrt(max(int(ends[-1]), 2) / 2)
        self.starts = list(range(0, heads, BLOCK))
        self.seen = [int(ends[min(start + BLOCK, heads) - 1]) for start in self.starts]
        source = torch.repeat_interleave(torch.arange(heads), torch.tensor(list(widths)))
        self.weights = nn.ParameterList()
        for place, (start, seen) in enumerate(zip(self.starts, self.seen, strict=True)):
            own = torch.arange(start, min(start + BLOCK, heads))
            mask = (source[:seen, None] < own[None, :]).repeat_interleave(hidden, 1)
            self.register_buffer(f"mask_{place}", mask.float(), persistent=False)
            self.weights.append(nn.Parameter(torch.randn(seen, len(own) * hidden) / scale * mask))
        self.bias = nn.Parameter(torch.zeros(heads * hidden))

    def forward(self, embedded: list[Tensor], rank: Tensor | None) -> Tensor:
        x = torch.cat(embedded, 1)  # (B, D)
        parts = []
        for place, (start, seen) in enumerate(zip(self.starts, self.seen, strict=True)):
            weight = self.weights[place] * self.get_buffer(f"mask_{place}")
            own = slice(start * self.hidden, start * self.hidden + weight.shape[1])
            parts.append(torch.addmm(self.bias[own], x[:, :seen], weight))
        return torch.cat(parts, 1).view(len(x), -1, self.hidden).transpose(0, 1)


class AnyOrderFirst(nn.Module):
    """The full product under the mask of an order; ``known`` is a bias per pair of sub-columns."""

    source: Tensor

    def __init__(self, widths: Sequence[int], hidden: int):
        super().__init__()
        heads, total = len(widths), sum(widths)
        self.hidden = hidden
        self.weight = nn.Parameter(torch.randn(total, heads * hidden) / math.sqrt(total / 2))
        self.known = nn.Parameter(torch.zeros(heads, heads * hidden))
        self.bias = nn.Parameter(torch.zeros(heads * hidden))
        source = torch.repeat_interleave(torch.arange(heads), torch.tensor(list(widths)))
        self.register_buffer("source", source, persistent=False)

    def forward(self, embedded: list[Tensor], rank: Tensor | None) -> Tensor:
        x = torch.cat(embedded, 1)
        sees = _sees(rank, len(embedded), x.device).repeat_interleave(self.hidden, 1)  # (S, S*H)
        bias = self.bias + (self.known * sees).sum(0)
        x = torch.addmm(bias, x, self.weight * sees[self.source])
        return x.view(len(x), -1, self.hidden).transpose(0, 1)


class SummaryFirst(nn.Module):
    """Parents directly, the rest as a running sum; every embedding has the same width."""

    parents: Tensor

    def __init__(self, width: int, hidden: int, parents: np.ndarray, rank: int, *, any_order: bool):
        super().__init__()
        heads, seen = parents.shape
        self.register_buffer("parents", torch.from_numpy(parents.astype(np.int64)))  # (S, m)
        inputs = max(seen, 1) * width
        self.weight = nn.Parameter(torch.randn(heads, seen * width, hidden) / math.sqrt(inputs))
        self.into = nn.Parameter(torch.randn(heads, width, rank) / math.sqrt(width))
        self.out = nn.Parameter(torch.randn(heads, rank, hidden) * 0.5 / math.sqrt(rank))
        self.bias = nn.Parameter(torch.zeros(heads, 1, hidden))
        self.known: nn.Parameter | None = None
        if any_order:
            self.known = nn.Parameter(torch.zeros(heads, seen, hidden))

    def forward(self, embedded: list[Tensor], rank: Tensor | None) -> Tensor:
        x = torch.stack(embedded)  # (S, B, width)
        heads, rows, _ = x.shape
        sees = _sees(rank, heads, x.device)  # (S, S)
        visible = torch.gather(sees.T, 1, self.parents)  # (S, m)
        direct = x[self.parents] * visible[:, :, None, None]  # (S, m, B, width)
        direct = direct.permute(0, 2, 1, 3).reshape(heads, rows, -1)
        bias: Tensor = self.bias
        if self.known is not None:
            bias = bias + (self.known * visible[:, :, None]).sum(1, keepdim=True)
        total = _sum_before(torch.bmm(x, self.into), rank)  # (S, B, r)
        before = sees.sum(0).clamp(min=1)
        summary = total * before.rsqrt()[:, None, None]
        return torch.baddbmm(torch.baddbmm(bias, direct, self.weight), summary, self.out)


def _sum_before(parts: Tensor, rank: Tensor | None) -> Tensor:
    """For each sub-column the sum of those before it."""
    if rank is None:
        return torch.cumsum(parts, 0) - parts
    order = torch.argsort(rank)
    ordered = parts[order]
    summed = torch.cumsum(ordered, 0) - ordered
    return summed[rank]


def _sees(rank: Tensor | None, heads: int, device: torch.device) -> Tensor:
    """1.0 where the row's sub-column stands before the column's: ``(S, S)``."""
    place = torch.arange(heads, device=device) if rank is None else rank
    return (place[:, None] < place[None, :]).float()
