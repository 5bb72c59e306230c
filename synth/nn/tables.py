"""Input and output tables of one sub-column; ordinal ones are smooth plus a small free part."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.encode import SubColumn
from synth.generators.basis import WIDTH, basis_of

FREE_SCALE = 0.2  # the free part starts small beside the smooth one
OUTPUT_SCALE = 0.3  # heads start near the marginals, which the bias holds


class CodeTables(nn.Module):
    """Embedding ``(K, width)`` and output ``(hidden, K)`` of a sub-column with K codes."""

    basis: Tensor

    def __init__(self, sub: SubColumn, width: int, hidden: int, counts: np.ndarray):
        super().__init__()
        codes = sub.cardinality
        ordinal = sub.ranks is not None
        scale = FREE_SCALE if ordinal else 1.0
        self.embedding = nn.Parameter(torch.randn(codes, width) * 0.5 * scale)
        output = torch.randn(hidden, codes) * OUTPUT_SCALE / math.sqrt(hidden)
        self.output = nn.Parameter(output * scale)
        self.bias = nn.Parameter(_log_marginal(counts))
        self.smooth_embedding: nn.Parameter | None = None
        self.smooth_output: nn.Parameter | None = None
        if sub.ranks is not None:
            self.register_buffer("basis", torch.from_numpy(basis_of(sub.ranks)), persistent=False)
            self.smooth_embedding = nn.Parameter(torch.randn(WIDTH, width) / math.sqrt(WIDTH))
            smooth = torch.randn(hidden, WIDTH) * OUTPUT_SCALE / math.sqrt(hidden)
            self.smooth_output = nn.Parameter(smooth)

    def embed(self, codes: Tensor) -> Tensor:
        """``(B, width)`` from codes ``(B,)``."""
        table: Tensor = self.embedding
        if self.smooth_embedding is not None:
            table = table + self.basis @ self.smooth_embedding
        return functional.embedding(codes, table)

    def logits(self, hidden: Tensor) -> Tensor:
        """``(B, K)`` from a head's last layer ``(B, hidden)``."""
        table: Tensor = self.output
        if self.smooth_output is not None:
            table = table + self.smooth_output @ self.basis.T
        return torch.addmm(self.bias, hidden, table)


def _log_marginal(counts: np.ndarray) -> Tensor:
    """Log shares with half a row added to each code, so that none starts impossible."""
    shares = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return torch.from_numpy(np.log(shares).astype(np.float32))
