"""A line through the middle of a cloud: how one number goes with another, without a formula.

Straight from knot to knot, and on beyond the last one. Knots are round numbers amid the values of
enough rows, and each height is that of all the rows beside it, so that no row can be read off it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from synth.statistics.edges import Piece

EACH = 50  # rows from knot to knot, about: fewer bend the line towards their own chance
PARTS = 64  # a knot after such a part of the rows, or of the range, if not sooner
FAR = 3.0  # middle ranges: rows that lie further off pull as hard as those there
MIDDLE = (0.05, 0.95)
FINER = 100.0  # heights are rounded to such a part of the middle range
PRIOR = 1.0  # rows that hold a height where the medians have it
ROUNDS = 2  # the second one knows better which rows are far off


@dataclass(frozen=True)
class Line:
    """Heights at ascending knots, two or more of each."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]

    def at(self, values: np.ndarray) -> np.ndarray:
        """float64 ``(rows,)``: the line's height at each value; not finite where values are not."""
        knots, heights = np.array(self.knots), np.array(self.heights)
        left, share = _places(knots, values)
        with np.errstate(over="ignore", invalid="ignore"):
            made: np.ndarray = heights[left] + share * (heights[left + 1] - heights[left])
        return made

    def nearest(self, heights: np.ndarray, values: np.ndarray) -> np.ndarray:
        """float64 ``(rows,)``: where the line has these heights, as near to ``values`` as it does.

        Not finite where it has them nowhere from the first knot to the last.
        """
        best = np.full(len(values), np.nan)
        for place in range(len(self.knots) - 1):
            start, end = self.knots[place : place + 2]
            low, high = self.heights[place : place + 2]
            with np.errstate(divide="ignore", invalid="ignore"):
                share = (heights - low) / (high - low)
            inside = (share >= 0) & (share <= 1)
            found = np.where(inside, start + np.where(inside, share, 0) * (end - start), np.nan)
            nearer = inside & ~(np.abs(found - values) >= np.abs(best - values))
            best[nearer] = found[nearer]
        return best


def fitted_line(values: np.ndarray, own: np.ndarray, min_entities: int) -> Line | None:
    """The line through rows, by float64 ``(rows,)`` of what it runs along and of its heights.

    None where rows are too few, or all on the line: that would be a rule, and no noise.
    """
    knots = _knots(values, min_entities)
    if len(knots) < 2:
        return None
    left, share = _places(knots, values)
    if left.min() == left.max():
        return None
    heights = _medians(left, values, own).at(knots)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(ROUNDS):
            off = own - (heights[left] + share * (heights[left + 1] - heights[left]))
            low, high = np.quantile(off, MIDDLE)
            width = float(high - low)
            if not (np.isfinite(heights).all() and 0 < width < np.inf):
                return None
            pull = np.clip(off, low - FAR * width, high + FAR * width)
            heights = heights + _moved(left, share, pull, len(knots))
    step = 10.0 ** np.floor(np.log10(width / FINER))
    rounded = np.round(heights / step) * step
    if not (np.isfinite(rounded).all() and step > 0):
        return None
    return Line(tuple(knots.tolist()), tuple(float(f"{height:.12g}") for height in rounded))


def _knots(values: np.ndarray, min_entities: int) -> np.ndarray:
    """float64, ascending: closer where rows are, and where they are few by distance."""
    distinct, rows = np.unique(values, return_counts=True)
    if len(distinct) < 2 or len(values) < 2 * max(EACH, min_entities):
        return np.zeros(0)
    piece = Piece.of(distinct, rows.astype(np.int64), min_entities, "double")
    inner = piece.edges(len(values) // max(EACH, min_entities))
    edges = np.unique(np.r_[piece.start(inner), inner, piece.stop(inner)].astype(np.float64))
    below = np.searchsorted(distinct, edges)
    reach = np.r_[0, np.cumsum(rows)][below] / len(values)
    with np.errstate(over="ignore", invalid="ignore"):
        way = (edges - edges[0]) / (edges[-1] - edges[0])
    kept = [0]
    for place in range(1, len(edges) - 1):
        passed = max(reach[place] - reach[kept[-1]], way[place] - way[kept[-1]])
        if passed >= 1 / PARTS:
            kept.append(place)
    return edges[[*kept, len(edges) - 1]] if len(edges) > 1 else edges


def _places(knots: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The knot before each value, and the share of the way to the next: beyond 0 and 1 outside."""
    left = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 2)
    with np.errstate(over="ignore", invalid="ignore"):
        share: np.ndarray = (values - knots[left]) / (knots[left + 1] - knots[left])
    return left, share


def _medians(left: np.ndarray, values: np.ndarray, own: np.ndarray) -> Line:
    """The line through the middle of the rows between each two knots."""
    order = np.argsort(left, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(left[order])) + 1)
    middles = [(float(np.median(values[part])), float(np.median(own[part]))) for part in parts]
    along, heights = zip(*middles, strict=True)
    return Line(along, heights)


def _moved(left: np.ndarray, share: np.ndarray, pull: np.ndarray, knots: int) -> np.ndarray:
    """By how much each height is to move, by least squares of what lies between two knots."""
    share = np.clip(share, 0, 1)
    near = 1 - share
    band = np.zeros((2, knots))
    band[1] = PRIOR + np.bincount(left, near**2, knots) + np.bincount(left + 1, share**2, knots)
    band[0, 1:] = np.bincount(left, near * share, knots)[: knots - 1]
    wanted = np.bincount(left, near * pull, knots) + np.bincount(left + 1, share * pull, knots)
    moved: np.ndarray = solveh_banded(band, wanted)
    return moved
