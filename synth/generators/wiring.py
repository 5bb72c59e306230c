"""Which sub-columns a head sees directly: all in narrow tables, the most telling in wide ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BLOCK = 8  # heads of a block share one product: fewer would start more of them, more waste work
NARROW = 48  # sub-columns; up to here the full product is as fast, and sees everything
PARENTS = 12
WIDTH = 16  # of every embedding in a wide network: products in a batch ask for one width
RANK = 64


@dataclass(frozen=True)
class Wiring:
    """``parents`` is int ``(S, m)``, or None where every head sees all sub-columns before it."""

    parents: np.ndarray | None = None
    width: int | None = None
    rank: int = RANK
    flexible: bool = False


def wire(
    association: np.ndarray,
    columns: Sequence[str],
    *,
    flexible: bool = False,
    narrow: int = NARROW,
    parents: int = PARENTS,
) -> Wiring:
    """The wiring of a table's sub-columns, given how much each tells of each other one."""
    heads = len(columns)
    if heads <= narrow:
        return Wiring(flexible=flexible)
    return Wiring(_parents(association, columns, flexible, parents), WIDTH, RANK, flexible)


def _parents(
    association: np.ndarray, columns: Sequence[str], flexible: bool, most: int
) -> np.ndarray:
    """The sub-columns that tell most of each one: its own column's first, then by association.

    In the given order only those before it count; who has fewer than ``most`` repeats itself, and
    is not seen.
    """
    heads = len(columns)
    chosen = np.tile(np.arange(heads)[:, None], (1, most))
    for head in range(heads):
        worth = association[head].astype(np.float64).copy()
        worth[[place for place, name in enumerate(columns) if name == columns[head]]] = np.inf
        worth[head] = -1.0
        if not flexible:
            worth[head:] = -1.0
        best = np.argsort(-worth, kind="stable")[:most]
        best = best[worth[best] >= 0]
        chosen[head, : len(best)] = np.sort(best)
    return chosen
