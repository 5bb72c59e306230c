"""Many parameters as views of one tensor.

Optimiser, clipping and averages are then one operation each. With one for each parameter they took
a seventh of a step on CPU (benchmarks/README.md), though a network is small: it has many tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

ALIGNED = 16  # elements: a view starts where vector instructions and matrix units like it to


def flattened(parameters: Sequence[nn.Parameter]) -> nn.Parameter:
    """One parameter ``(n,)`` that holds the values and gradients of all of them.

    They stay the network's own parameters and become views of it. Where a view ends short of the
    next one's start the values are zero, and their gradients too. ValueError where types differ.
    """
    types = {parameter.dtype for parameter in parameters}
    if len(types) != 1:
        raise ValueError(f"parameters that learn together are of one type, however: {types}")
    starts, end = [], 0
    for parameter in parameters:
        starts.append(end)
        end += -(-parameter.numel() // ALIGNED) * ALIGNED
    flat = nn.Parameter(torch.zeros(end, dtype=types.pop(), device=parameters[0].device))
    flat.grad = torch.zeros_like(flat)
    for start, parameter in zip(starts, parameters, strict=True):
        place = slice(start, start + parameter.numel())
        own = flat.data[place].view(parameter.shape)
        own.copy_(parameter.data)
        parameter.data, parameter.grad = own, flat.grad[place].view(parameter.shape)
    return flat
