"""Input and output tables of one sub-column; ordinal ones are smooth plus a small free part.

The free part of ordinal ones is learned slowly and decays as all else does: what few rows show of
single codes by chance stays out. Unseen rows of adult, bank and two tables of real values gained
0.04 to 0.1 nats a row where 5,000 rows were learned, adult 0.007 where 20,000 were.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.autoregressive.basis import WIDTH, basis_of
from synth.generators.shares import log_shares, log_shares_within
from synth.table.sub_column import SubColumn

FREE_SCALE = 0.2  # the free part starts small beside the smooth one
FREE_RATE = 0.3  # and is what is learned of it times this
OUTPUT_SCALE = 0.3  # heads start near the marginals, which the bias holds


class CodeTables(nn.Module):
    """Embedding ``(K, width)`` and output ``(hidden, K)`` of a sub-column with K codes.

    The logits start from the logarithms of what the train part shows: of the shares, or of the
    shares in each group where ``within`` ``(groups, K)`` counts them. With ``by_value``,
    where the value predicts more than the place in its group, each value has an embedding
    besides that of its place, ``(groups * K, width)``, which starts from zero.
    """

    basis: Tensor
    within: Tensor | None

    def __init__(
        self,
        sub: SubColumn,
        width: int,
        hidden: int,
        counts: np.ndarray,
        within: np.ndarray | None = None,
        *,
        by_value: bool = False,
    ):
        super().__init__()
        self.codes = codes = sub.cardinality
        self.smooth = sub.ranks is not None
        scale = FREE_SCALE if self.smooth else 1.0
        self.embedding = nn.Parameter(torch.randn(codes, width) * 0.5 * scale)
        output = torch.randn(hidden, codes) * OUTPUT_SCALE / math.sqrt(hidden)
        self.output = nn.Parameter(output * scale)
        start = log_shares(counts) if within is None else np.zeros(codes, np.float32)
        self.bias = nn.Parameter(torch.from_numpy(start))
        known = None if within is None else torch.from_numpy(log_shares_within(within))
        self.register_buffer("within", known)
        self.whole: nn.Parameter | None = None
        if by_value and within is not None:
            self.whole = nn.Parameter(torch.zeros(within.size, width))
        self.smooth_embedding: nn.Parameter | None = None
        self.smooth_output: nn.Parameter | None = None
        if sub.ranks is not None:
            self.register_buffer("basis", torch.from_numpy(basis_of(sub.ranks)), persistent=False)
            self.smooth_embedding = nn.Parameter(torch.randn(WIDTH, width) / math.sqrt(WIDTH))
            smooth = torch.randn(hidden, WIDTH) * OUTPUT_SCALE / math.sqrt(hidden)
            self.smooth_output = nn.Parameter(smooth)

    def give_up(self, *names: str) -> None:
        """Parameters that lie elsewhere from now on, with an owner who does their work."""
        for name in names:
            delattr(self, name)

    def embed(self, codes: Tensor, group: Tensor | None = None) -> Tensor:
        """``(B, width)`` from codes ``(B,)`` and their groups' codes ``(B,)``.

        ValueError where the codes of the groups are needed and not given.
        """
        table: Tensor = self.embedding
        if self.smooth_embedding is not None:
            table = torch.addmm(table, self.basis, self.smooth_embedding, beta=FREE_RATE)
        return self.with_values(functional.embedding(codes, table), codes, group)

    def with_values(self, own: Tensor, codes: Tensor, group: Tensor | None) -> Tensor:
        """What stands for the codes, and what is learned of the values besides, if anything is.

        ValueError where the codes of the groups are needed and not given.
        """
        if self.whole is None:
            return own
        if group is None:
            raise ValueError("a value is a place in a group: give the codes of the groups")
        return own + functional.embedding(group * self.codes + codes, self.whole)

    def logits(self, hidden: Tensor, group: Tensor | None = None) -> Tensor:
        """``(B, K)`` from a head's last layer ``(B, hidden)`` and its groups' codes ``(B,)``.

        ValueError where the codes of the groups are needed and not given.
        """
        table: Tensor = self.output
        if self.smooth_output is not None:
            table = torch.addmm(table, self.smooth_output, self.basis.T, beta=FREE_RATE)
        logits = torch.addmm(self.bias, hidden, table)
        if self.within is None:
            return logits
        if group is None:
            raise ValueError("a place is drawn in its group: give the codes of the groups")
        return logits + functional.embedding(group, self.within)
