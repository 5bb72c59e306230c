"""Which sub-columns a head sees directly: those that predict it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.generators.autoregressive.relations import Relations

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
    relations: Relations,
    groups: Sequence[int | None],
    *,
    flexible: bool = False,
    parents: int = PARENTS,
    rank: int = RANK,
) -> Wiring:
    """The wiring of a table's sub-columns, given how they are associated.

    ``groups`` has the place of each sub-column's group, which is always seen; None where it has
    none. In the given order only those before a head count: those that predict it best together. In
    any order, those that predict it best each by itself. Who has fewer than ``parents`` is its own,
    which is never seen.
    """
    heads = len(groups)
    most = max(1, min(parents, heads - 1))
    chosen = np.tile(np.arange(heads)[:, None], (1, most))
    for head, group in enumerate(groups):
        others = np.array([at for at in range(heads if flexible else head) if at != head], int)
        ranked = others[np.argsort(-relations.association[head, others], kind="stable")].tolist()
        alone = () if group is None else (group,)
        first = alone if flexible else relations.parents[head]
        best = list(dict.fromkeys([*first, *ranked]))[:most]
        chosen[head, : len(best)] = np.sort(best)
    return Wiring(chosen, rank=rank, flexible=flexible)
