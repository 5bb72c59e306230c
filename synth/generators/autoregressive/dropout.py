"""Dropout with one mask for all heads, from random bytes on CPU.

To draw and scale a mask for each head took a tenth of a step there, and brings nothing: heads share
no unit, only embeddings (benchmarks/README.md).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LEVELS = 256  # of a byte: the rate is rounded to 1/256


def drop_(x: Tensor, rate: float) -> Tensor:
    """``x`` ``(S, B, H)`` in place, about ``rate`` of the units of a row zero, others scaled up.

    Hinton et al. 2012; which units of a row are zero is the same for all S.
    """
    return x.mul_(_scales(x, rate))


def _scales(x: Tensor, rate: float) -> Tensor:
    """What each unit of a row is multiplied by, float32 ``(B, H)``: halves would round it."""
    if x.device.type != "cpu" or torch.compiler.is_compiling():
        ones = torch.ones_like(x[0], dtype=torch.float32)
        return functional.dropout(ones, rate)  # fused there, and drawn where x is
    least = min(round(rate * LEVELS), LEVELS - 1)
    words = torch.empty((x[0].numel() + 7) // 8, dtype=torch.int64)
    words.random_(-(2**63), None)
    kept = (words.view(torch.uint8)[: x[0].numel()] >= least).view(x.shape[1:])
    return kept.float().mul_(LEVELS / (LEVELS - least))
