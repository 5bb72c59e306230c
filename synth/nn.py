"""The fused autoregressive network: every sub-column's head in the same few products.

Shapes: B rows of a batch, S sub-columns, D embedded width of all sub-columns, H width of a head,
K codes of a sub-column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.encode import SubColumn
from synth.generators.basis import WIDTH, basis_of

SMALLEST_EMBEDDING, LARGEST_EMBEDDING = 4, 32
FREE_SCALE = 0.2  # the free part starts small beside the smooth one
OUTPUT_SCALE = 0.3  # heads start near the marginals, which the bias holds


def embedding_width(cardinality: int) -> int:
    """About 1.6 times the square root of the codes, within 4 and 32."""
    return min(LARGEST_EMBEDDING, max(SMALLEST_EMBEDDING, round(1.6 * math.sqrt(cardinality))))


class CodeTables(nn.Module):
    """Input and output tables of one sub-column; ordinal ones are smooth plus a small free part."""

    basis: Tensor

    def __init__(self, sub: SubColumn, width: int, hidden: int, log_marginal: Tensor):
        super().__init__()
        codes = sub.cardinality
        ordinal = sub.ranks is not None
        scale = FREE_SCALE if ordinal else 1.0
        self.embedding = nn.Parameter(torch.randn(codes, width) * 0.5 * scale)
        output = torch.randn(hidden, codes) * OUTPUT_SCALE / math.sqrt(hidden)
        self.output = nn.Parameter(output * scale)
        self.bias = nn.Parameter(log_marginal.clone())
        self.smooth_embedding: nn.Parameter | None = None
        self.smooth_output: nn.Parameter | None = None
        if sub.ranks is not None:
            self.register_buffer("basis", torch.from_numpy(basis_of(sub.ranks)), persistent=False)
            self.smooth_embedding = nn.Parameter(torch.randn(WIDTH, width) / math.sqrt(WIDTH))
            smooth = torch.randn(hidden, WIDTH) * OUTPUT_SCALE / math.sqrt(hidden)
            self.smooth_output = nn.Parameter(smooth)

    def embed(self, codes: Tensor) -> Tensor:
        table: Tensor = self.embedding
        if self.smooth_embedding is not None:
            table = table + self.basis @ self.smooth_embedding
        return functional.embedding(codes, table)  # (B, width)

    def logits(self, hidden: Tensor) -> Tensor:
        table: Tensor = self.output
        if self.smooth_output is not None:
            table = table + self.smooth_output @ self.basis.T
        return torch.addmm(self.bias, hidden, table)  # (B, K)


class FusedNetwork(nn.Module):
    """Each head predicts its sub-column from those before it; all heads share each product."""

    mask: Tensor

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        counts: Sequence[np.ndarray],
        *,
        hidden: int = 64,
        residual_layers: int = 1,
        dropout: float = 0.1,
    ):
        super().__init__()
        self.hidden, self.dropout = hidden, dropout
        heads = len(sub_columns)
        widths = [embedding_width(sub.cardinality) for sub in sub_columns]
        self.tables = nn.ModuleList(
            CodeTables(sub, width, hidden, _log_marginal(count))
            for sub, width, count in zip(sub_columns, widths, counts, strict=True)
        )
        total = sum(widths)
        self.first = nn.Parameter(torch.randn(total, heads * hidden) / math.sqrt(total / 2))
        self.first_bias = nn.Parameter(torch.zeros(heads * hidden))
        self.norms = nn.ParameterList(
            nn.Parameter(torch.ones(heads, 1, hidden)) for _ in range(residual_layers)
        )
        self.residuals = nn.ParameterList(
            nn.Parameter(torch.randn(heads, hidden, hidden) / math.sqrt(hidden))
            for _ in range(residual_layers)
        )
        self.residual_biases = nn.ParameterList(
            nn.Parameter(torch.zeros(heads, 1, hidden)) for _ in range(residual_layers)
        )
        source = torch.repeat_interleave(torch.arange(heads), torch.tensor(widths))  # (D,)
        sees = source[:, None] < torch.arange(heads)[None, :]  # (D, S): strictly before
        self.register_buffer("mask", sees.repeat_interleave(hidden, 1).float(), persistent=False)

    def forward(self, codes: Tensor) -> Tensor:
        """Negative log-likelihood per sub-column, mean over the rows: ``(S,)``, in nats."""
        tables = cast(list[CodeTables], list(self.tables))
        embedded = [table.embed(codes[:, i]) for i, table in enumerate(tables)]
        # No dropout here: it would blur what a head is told, and with it small probabilities.
        x = torch.cat(embedded, 1)  # (B, D)
        x = torch.addmm(self.first_bias, x, self.first * self.mask)  # (B, S*H)
        x = x.view(len(codes), -1, self.hidden).transpose(0, 1)  # (S, B, H)
        for norm, weight, bias in zip(
            self.norms, self.residuals, self.residual_biases, strict=True
        ):
            inner = functional.silu(functional.layer_norm(x, (self.hidden,)) * norm)
            x = x + torch.baddbmm(bias, self._drop(inner), weight)
        x = self._drop(functional.silu(x))
        losses = [
            functional.cross_entropy(table.logits(x[i]), codes[:, i])
            for i, table in enumerate(tables)
        ]
        return torch.stack(losses)

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout) if self.training and self.dropout else x


def _log_marginal(counts: np.ndarray) -> Tensor:
    """Log shares with half a row added to each code, so that none starts impossible."""
    shares = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return torch.from_numpy(np.log(shares).astype(np.float32))
