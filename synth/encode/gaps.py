"""Gaps of an ordered column: stretches that are empty although their neighbours are dense.

Where values lie evenly, the distances from one to the next are exponential, and the next one is
``c`` times as far as the last ``k`` together with probability ``(1 + c) ** -k``. What is less
likely than ``CHANCE`` is a gap, on whichever side the values lie that dense.
"""

from __future__ import annotations

import numpy as np

NEIGHBOURS = 16  # values on a side that tell how dense it is
CHANCE = 1e-6  # of one place: some thousand places are looked at
TIMES = CHANCE ** (-1 / NEIGHBOURS) - 1  # as wide as the neighbours together, or more


def pieces(
    values: np.ndarray, weights: np.ndarray, least: int, grid: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(values, weights, starts)``: the pieces between gaps, each of at least ``least`` rows.

    ``values`` are distinct and ascend, ``weights`` are their rows; ``grid`` is the least distance
    of two values. Pieces of fewer rows have no place of their own: their rows count to the nearest
    value of a larger one. ``starts`` are the places at which pieces begin, the first is 0. Without
    a piece that is large enough all is one.
    """
    gaps = _gaps(values, grid)
    while len(gaps):
        starts = np.r_[0, gaps]
        rows = np.add.reduceat(weights, starts)
        small = rows < least
        if not small.any():
            break
        if small.all():
            return values, weights, np.zeros(1, np.int64)
        values, weights, starts = _joined(values, weights, starts, small)
        gaps = starts[1:]
    return values, weights, np.r_[0, gaps].astype(np.int64)


def _gaps(values: np.ndarray, grid: float) -> np.ndarray:
    """The places of the values that follow a gap, ascending."""
    with np.errstate(over="ignore"):
        steps = np.maximum(np.diff(values.astype(np.float64)), grid)
        if len(steps) <= NEIGHBOURS:
            return np.zeros(0, np.int64)
        window = np.convolve(steps, np.ones(NEIGHBOURS), "valid")  # of steps i to i + k - 1
    wide = np.zeros(len(steps), bool)
    with np.errstate(invalid="ignore"):
        wide[NEIGHBOURS:] |= steps[NEIGHBOURS:] > TIMES * window[:-1]
        wide[:-NEIGHBOURS] |= steps[:-NEIGHBOURS] > TIMES * window[1:]
    found: np.ndarray = np.flatnonzero(wide) + 1
    return found


def _joined(
    values: np.ndarray, weights: np.ndarray, starts: np.ndarray, small: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of small pieces at the nearest value of a large one; starts of the large ones."""
    sizes = np.diff(np.r_[starts, len(values)])
    kept = ~np.repeat(small, sizes)
    stays, moves = values[kept], values[~kept]
    after = np.clip(np.searchsorted(stays, moves), 0, len(stays) - 1)
    before = np.maximum(after - 1, 0)
    distance = np.abs(stays[[before, after]].astype(np.float64) - moves)
    is_last = moves > stays[-1]  # so far out as it may be, where distances have no digits left
    at = np.where((distance[0] <= distance[1]) & ~is_last, before, after)
    more = np.bincount(at, weights[~kept], len(stays)).astype(np.int64)
    lengths = sizes[~small]
    return stays, weights[kept] + more, np.cumsum(lengths) - lengths
