"""Which sub-columns a head sees directly: those that tell most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PARENTS = 4  # measured on 15 to 31 sub-columns: 8 or all of them fit worse, and cost more
WIDTH = 16  # of every embedding: products in a batch ask for one width
RANK = 32


@dataclass(frozen=True)
class Wiring:
    """``parents`` is int ``(S, m)``; ``rank`` is the width of the running sum of all before."""

    parents: np.ndarray
    width: int = WIDTH
    rank: int = RANK
    flexible: bool = False


def wire(
    association: np.ndarray,
    groups: Sequence[int | None],
    *,
    flexible: bool = False,
    parents: int = PARENTS,
    rank: int = RANK,
) -> Wiring:
    """The wiring of a table's sub-columns, given how much each tells of each other one.

    ``groups`` has the place of each sub-column's group, which is always seen; None where it has
    none. In the given order only those before a head count; who has fewer than ``parents`` is its
    own, which is never seen.
    """
    heads = len(groups)
    most = max(1, min(parents, heads - 1))
    chosen = np.tile(np.arange(heads)[:, None], (1, most))
    for head in range(heads):
        worth = association[head].astype(np.float64).copy()
        if groups[head] is not None:
            worth[groups[head]] = np.inf
        worth[head] = -1.0
        if not flexible:
            worth[head:] = -1.0
        best = np.argsort(-worth, kind="stable")[:most]
        best = best[worth[best] >= 0]
        chosen[head, : len(best)] = np.sort(best)
    return Wiring(chosen, rank=rank, flexible=flexible)
