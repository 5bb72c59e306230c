"""Dropout from random bytes: torch draws a float an element, which took a seventh of a step."""

from __future__ import annotations

import torch
from torch import Tensor

LEVELS = 256  # of a byte: the rate is rounded to 1/256


def drop(x: Tensor, rate: float) -> Tensor:
    """``x`` with about ``rate`` of its elements zero and the others scaled up (Hinton 2012)."""
    least = min(round(rate * LEVELS), LEVELS - 1)
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64, device=x.device)
    words.random_(-(2**63), None)
    kept = (words.view(torch.uint8)[: x.numel()] >= least).view(x.shape)
    return x * kept.to(x.dtype).mul_(LEVELS / (LEVELS - least))
