"""What several workers have together."""

from __future__ import annotations

import sys

import numpy as np


def workers() -> int:
    """How many processes learn together: who has others has imported torch."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available():
        return 1
    joined = torch.distributed.is_initialized()
    return int(torch.distributed.get_world_size()) if joined else 1


def sum_over_workers(values: np.ndarray, device: str) -> np.ndarray:
    """float64 of any shape, summed over all workers of torch.distributed; theirs are the same."""
    if workers() == 1:
        return values
    import torch  # late: a fit that is alone may do without

    tensor = torch.from_numpy(np.array(values, np.float64)).to(device)
    torch.distributed.all_reduce(tensor)
    found: np.ndarray = tensor.cpu().numpy()
    return found
