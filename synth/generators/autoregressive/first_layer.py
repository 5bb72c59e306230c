"""The first layer of all heads at once: from what comes before to ``(S, B, H)``.

A head sees the few sub-columns that predict it best directly, and all others before it through a
running sum of low rank. The sum factorises the full product of every head with everything before
it, whose cost grows with the square of S; this one is linear, and fits better (benchmarks).

B rows, S sub-columns, H width of a head, m parents, r rank.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from synth.generators.autoregressive.wiring import Wiring


class FirstLayer(nn.Module):
    """Parents directly, the rest as a running sum; every embedding has the same width."""

    parents: Tensor  # (S, m)

    def __init__(self, wiring: Wiring, hidden: int):
        super().__init__()
        width, rank = wiring.width, wiring.rank
        heads, seen = wiring.parents.shape
        self.register_buffer("parents", torch.from_numpy(wiring.parents.astype(np.int64)))
        inputs = seen * width
        self.weight = nn.Parameter(torch.randn(heads, inputs, hidden) / math.sqrt(inputs))
        self.into = nn.Parameter(torch.randn(heads, width, rank) / math.sqrt(width))
        self.out = nn.Parameter(torch.randn(heads, rank, hidden) * 0.5 / math.sqrt(rank))
        self.bias = nn.Parameter(torch.zeros(heads, 1, hidden))
        self.known: nn.Parameter | None = None
        self._parents = wiring.parents.tolist()
        if wiring.flexible:
            self.known = nn.Parameter(torch.zeros(heads, seen, hidden))

    def forward(self, embedded: list[Tensor] | Tensor, rank: Tensor | None) -> Tensor:
        """The first layer of all heads ``(S, B, H)`` from S embeddings ``(B, width)``.

        Parents are picked all at once where these are one tensor ``(S, B, width)``.
        """
        heads = len(embedded)
        sees = _sees(rank, heads, self.weight.device)  # (S, S)
        visible = torch.gather(sees.T, 1, self.parents)  # (S, m)
        bias: Tensor = self.bias
        if self.known is not None:
            bias = bias + (self.known * visible[:, :, None]).sum(1, keepdim=True)
        given = rank is None
        if isinstance(embedded, Tensor):
            stacked, direct = embedded, self._picked(embedded, in_given_order=given)
        else:
            direct = self._side_by_side(embedded, in_given_order=given)  # (S, B, m * width)
            stacked = torch.stack(embedded)
        if rank is not None:
            direct = direct * visible.repeat_interleave(embedded[0].shape[1], 1)[:, None]
        total = _sum_before(torch.bmm(stacked, self.into), rank)  # (S, B, r)
        before = sees.sum(0).clamp(min=1)
        out = self.out * before.rsqrt()[:, None, None]
        return torch.baddbmm(torch.baddbmm(bias, direct, self.weight), total, out)

    def _picked(self, embedded: Tensor, *, in_given_order: bool) -> Tensor:
        """As :meth:`_side_by_side`, in one operation: quicker for many heads and few rows."""
        heads, rows, width = embedded.shape
        found = embedded.index_select(0, self.parents.flatten()).view(heads, -1, rows, width)
        if in_given_order:
            earlier = self.parents < torch.arange(heads, device=found.device)[:, None]
            found = found * earlier[:, :, None, None]
        return found.transpose(1, 2).reshape(heads, rows, -1)

    def _side_by_side(self, embedded: list[Tensor], *, in_given_order: bool) -> Tensor:
        """Each head's parents side by side; zeros for those after it in the given order.

        One concatenation a head: picked at once they would be copied twice.
        """
        nothing = torch.zeros_like(embedded[0])
        heads = [
            [nothing if in_given_order and parent >= head else embedded[parent] for parent in row]
            for head, row in enumerate(self._parents)
        ]
        return torch.stack([torch.cat(parts, 1) for parts in heads])


def _sum_before(parts: Tensor, rank: Tensor | None) -> Tensor:
    """For each sub-column the sum of those before it, in float32: many halves add up badly."""
    parts = parts.float()
    if rank is None:
        return cast(Tensor, _RunningSum.apply(parts))
    ordered = cast(Tensor, _RunningSum.apply(parts[torch.argsort(rank)]))
    return ordered[rank]


class _RunningSum(torch.autograd.Function):
    """``out[i] = sum(parts[:i])``, slice by slice: torch's cumsum took a tenth of a step on CPU."""

    @staticmethod
    def forward(ctx: Any, parts: Tensor) -> Tensor:
        total = torch.zeros_like(parts)
        for place in range(1, len(parts)):
            torch.add(total[place - 1], parts[place - 1], out=total[place])
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = torch.zeros_like(gradients[0])
        for place in range(len(total) - 1, 0, -1):
            torch.add(total[place], gradients[0][place], out=total[place - 1])
        return total


def _sees(rank: Tensor | None, heads: int, device: torch.device) -> Tensor:
    """1.0 where the row's sub-column stands before the column's: ``(S, S)``."""
    place = torch.arange(heads, device=device) if rank is None else rank
    return (place[:, None] < place[None, :]).float()
