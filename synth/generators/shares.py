"""Where heads start from: the logarithms of the shares that the train part shows."""

from __future__ import annotations

import numpy as np


def log_shares(counts: np.ndarray) -> np.ndarray:
    """float32 ``(K,)`` from counts, with half a row added to each: none starts impossible."""
    shares = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    logarithms: np.ndarray = np.log(shares).astype(np.float32)
    return logarithms


def log_shares_within(within: np.ndarray) -> np.ndarray:
    """float32 ``(groups, K)`` from the counts of each group, drawn towards those of all groups."""
    every = (within.sum(0) + 0.5) / (within.sum() + 0.5 * within.shape[1])
    rows, prior = within.sum(1), prior_rows(within)
    shares = (within + prior[:, None] * every) / (rows + prior)[:, None]
    logarithms: np.ndarray = np.log(shares).astype(np.float32)
    return logarithms


def prior_rows(within: np.ndarray) -> np.ndarray:
    """float64 ``(groups,)``: how many rows the prior of a group's shares is worth.

    A row a code where a group has no more rows than codes, and less the more it has: few rows say
    little of their own distribution, and their bins are to be no copy of them.
    """
    codes = within.shape[1]
    prior: np.ndarray = codes * np.minimum(1.0, codes / np.maximum(within.sum(1), 1))
    return prior
