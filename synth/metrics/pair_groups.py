"""Which columns are counted together, so that each count tells of several pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

MOST_CELLS = 8192  # of a group: more leave the CPU's cache, and to add them up takes long
MOST_COLUMNS = 3  # of a group: a fourth adds few pairs that no other group tells of

Pair = tuple[int, int]


@dataclass(frozen=True)
class PairGroup:
    """Columns that are counted together, ascending, and the pairs that are told by that.

    Each pair has the axes that are summed over: those of the other columns.
    """

    columns: tuple[int, ...]
    pairs: tuple[tuple[Pair, tuple[int, ...]], ...]


@lru_cache(maxsize=8)
def pair_groups(sizes: tuple[int, ...]) -> tuple[PairGroup, ...]:
    """Groups of columns of so many bins that tell each pair of columns once.

    A pair that is left is joined by the column that adds most pairs that are left as well, and so
    on while the cells are few enough: 15 columns of ten bins are 35 groups of three in place of
    105 pairs.
    """
    return tuple(_groups(np.asarray(sizes, np.int64)))


def _groups(sizes: np.ndarray) -> Iterator[PairGroup]:
    left = ~np.eye(len(sizes), dtype=bool)
    for first in combinations(range(len(sizes)), 2):
        if not left[first]:
            continue
        columns = list(first)
        while len(columns) < MOST_COLUMNS:
            gain = left[columns].sum(0)
            gain[columns] = 0
            gain[sizes > MOST_CELLS // sizes[columns].prod()] = 0
            if gain.max() < len(columns):
                break
            columns.append(int(gain.argmax()))
        columns.sort()
        told = [pair for pair in combinations(columns, 2) if left[pair]]
        for one, other in told:
            left[one, other] = left[other, one] = False
        axes = [tuple(place for place, c in enumerate(columns) if c not in pair) for pair in told]
        yield PairGroup(tuple(columns), tuple(zip(told, axes, strict=True)))
