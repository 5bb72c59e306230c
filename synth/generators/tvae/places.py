"""The density of a position, and the probability that it gives to a place.

The logit of a position has a logistic density. Location 0 and scale 1 make the position uniform, so
that a decoder that knows nothing of it gives the places of a group their margins.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.positions import Positions
from synth.generators.tvae.decoder import LARGEST_LOG_SCALE

FARTHEST = 16.0  # logits of the ends: float32 tells no position beyond them from 0 or 1
LEAST_STEP = 1e-6  # between the logits of a place's ends, in scales: what never is has no width


class Places(nn.Module):
    """Where the place of each code lies on the logit's line, of the P sub-columns that have any."""

    first: Tensor
    fine: Tensor
    leads: Tensor
    starts: Tensor
    sizes: Tensor
    table: Tensor

    def __init__(self, positions: Positions):
        super().__init__()
        tables = [
            _table(shares, varied)
            for shares, varied in zip(positions.shares, positions.varied, strict=True)
        ]
        rows = [len(own) for own in tables]
        own = {
            "first": np.array(positions.first),
            "fine": np.array(positions.fine),
            "leads": np.array(positions.leads),
            "starts": np.cumsum([0, *rows])[:-1],
            "sizes": np.array([shares.shape[1] for shares in positions.shares]),
        }
        for name, value in own.items():
            self.register_buffer(name, torch.from_numpy(value.astype(np.int64)), persistent=False)
        whole = torch.from_numpy(np.concatenate([np.zeros((0, 3), np.float32), *tables]))
        self.register_buffer("table", whole, persistent=False)

    def forward(self, codes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of where each place of codes ``(n, S)`` begins and ends, and 1 where it varies.

        float32 ``(n, P)`` each; in a group of one place a position says nothing.
        """
        groups = codes[:, self.first][:, self.leads]
        found = self.table[self.starts + groups * self.sizes + codes[:, self.fine]]
        begin, end, varies = found.unbind(2)
        return begin, end, varies


def middles(begin: Tensor, end: Tensor, varies: Tensor) -> Tensor:
    """The middle of each place on [-1, 1], 0 where it says nothing."""
    return (torch.sigmoid(begin) + torch.sigmoid(end) - 1) * varies


def log_mass(places: Tensor, begin: Tensor, end: Tensor) -> Tensor:
    """Log probabilities ``(n, P)`` of places between logits, by ``(n, 2 P)`` of the decoder.

    By ``s(b) - s(a) = s(b) s(-a) (1 - exp(a - b))`` of the sigmoid s: nothing cancels.
    """
    location, log_scale = places.chunk(2, 1)
    per_scale = (-log_scale.clamp(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE)).exp()
    low, high = (begin - location) * per_scale, (end - location) * per_scale
    inside = -torch.expm1(-(high - low).clamp(min=LEAST_STEP))
    return functional.logsigmoid(high) + functional.logsigmoid(-low) + inside.log()


def _table(shares: np.ndarray, varied: np.ndarray) -> np.ndarray:
    """float32 ``(groups * K, 3)``: begin, end, and whether the group has several places."""
    reach = np.cumsum(shares, 1, dtype=np.float64)
    with np.errstate(divide="ignore"):
        ends = [
            np.clip(np.log(at) - np.log1p(-at), -FARTHEST, FARTHEST)
            for at in (np.clip(reach - shares, 0, 1), np.clip(reach, 0, 1))
        ]
    whole = [*ends, np.broadcast_to(varied[:, None], shares.shape)]
    return np.stack(whole, 2).reshape(-1, 3).astype(np.float32)
