"""Dropout from random bytes: on CPU torch draws a float an element, a seventh of a step."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LEVELS = 256  # of a byte: the rate is rounded to 1/256


def drop(x: Tensor, rate: float) -> Tensor:
    """``x`` with about ``rate`` of its elements zero and the others scaled up (Hinton 2012)."""
    if x.device.type != "cpu" or torch.compiler.is_compiling():
        return functional.dropout(x, rate)  # fused there, and drawn where x is
    least = min(round(rate * LEVELS), LEVELS - 1)
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64, device=x.device)
    words.random_(-(2**63), None)
    kept = (words.view(torch.uint8)[: x.numel()] >= least).view(x.shape)
    return x * kept.to(x.dtype).mul_(LEVELS / (LEVELS - least))
