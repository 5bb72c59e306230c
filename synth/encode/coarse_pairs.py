"""Pairs of codes counted in ranges: what few rows show of single pairs, many show of ranges.

Of two columns of real numbers hardly any two codes come together often enough to be counted
(``min_entities``). Their ranges do: which of them never meet says where a road, a ring or a city
is. Ranges get finer as long as pairs that are met have about ``min_entities`` rows: what fewer rows
show of a cloud is chance, and setting it would make two columns less alike, not more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

RESOLUTIONS = (8, 16, 32, 64)  # ranges of a sub-column's codes
EACH = 0.5  # times min_entities: rows of a pair that is met, on average, or no finer
BREAK = 1.6  # of 2: how far what two neighbours are met with differs, for a range to end there
FEWEST = 10  # rows of each, so that chance hardly does that
EMPTY = -1  # a count: so few rows that the pairs around it count to nobody either


@dataclass(frozen=True)
class CoarsePairs:
    """``counts``: int64 ``(ranges of the partner, ranges)``, 0 for what too few rows share.

    It is ``EMPTY`` where not even the pair and all eight around it have enough rows together.
    ``partner_range`` and ``own_range`` are the range of each code, int64 ``(K,)``.
    """

    partner_range: np.ndarray
    own_range: np.ndarray
    counts: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "partner_range": self.partner_range.tolist(),
            "own_range": self.own_range.tolist(),
            "counts": self.counts.tolist(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CoarsePairs:
        """What :meth:`to_json` wrote."""
        return cls(
            np.array(data["partner_range"], np.int64),
            np.array(data["own_range"], np.int64),
            np.array(data["counts"], np.int64),
        )


def coarse_pairs(
    table: np.ndarray,
    partner_places: np.ndarray,
    own_places: np.ndarray,
    min_entities: int,
) -> tuple[CoarsePairs, ...]:
    """The pairs of a table ``(codes of the partner, K)`` in ranges, from coarse to fine.

    ``places`` say which codes have a place in the order of the values, bool ``(K,)``: the first
    ones. The others are ranges of their own.
    """
    if not (partner_places.any() and own_places.any()):
        return ()
    found = []
    breaks = (
        _breaks(table, partner_places, own_places),
        _breaks(table.T, own_places, partner_places),
    )
    for resolution in RESOLUTIONS:
        partner = _ranges(table.sum(1), partner_places, resolution, breaks[0])
        own = _ranges(table.sum(0), own_places, resolution, breaks[1])
        if (partner.max() + 1, own.max() + 1) == table.shape:
            break
        counts = np.zeros((int(partner.max()) + 1, int(own.max()) + 1), np.int64)
        np.add.at(counts, (partner[:, None], own[None, :]), table)
        if counts.sum() < EACH * min_entities * np.count_nonzero(counts):
            break
        placed = partner[partner_places].max() + 1, own[own_places].max() + 1
        far = _around(counts, *placed) < min_entities
        known = np.where(counts < min_entities, 0, counts)
        found.append(CoarsePairs(partner, own, np.where(far, EMPTY, known)))
    return tuple(found)


def _around(counts: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Rows of each pair and the eight around it, of those that have a place: the first ones.

    A code without a place has no neighbours, and is never so poor.
    """
    total = np.full(counts.shape, np.iinfo(np.int64).max)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(counts[:rows, :columns], 1), (3, 3))
    total[:rows, :columns] = windows.sum((2, 3))
    return total


def _breaks(table: np.ndarray, has_place: np.ndarray, other_places: np.ndarray) -> np.ndarray:
    """Codes, int64, with which quite other codes of the other column begin than before them.

    Those where one city ends and the next begins: a range of both would put pairs where none are.
    """
    other = _ranges(table.sum(0), other_places, RESOLUTIONS[0], np.zeros(0, np.int64))
    seen = np.zeros((len(table), int(other.max()) + 1), np.float64)
    np.add.at(seen.T, other, table.T)
    shares = seen / np.maximum(seen.sum(1, keepdims=True), 1)
    change = np.abs(np.diff(shares, axis=0)).sum(1)
    rows = seen.sum(1)
    enough = (rows[1:] >= FEWEST) & (rows[:-1] >= FEWEST) & has_place[1:] & has_place[:-1]
    return np.flatnonzero(enough & (change > BREAK)) + 1


def _ranges(counts: np.ndarray, has_place: np.ndarray, most: int, breaks: np.ndarray) -> np.ndarray:
    """The range of each code, of about equal mass; int64 ``(K,)``, numbered without a gap.

    Ranges that would hold codes from both sides of a break end there.
    """
    placed = np.where(has_place, counts, 0).astype(np.float64)
    middle = (np.cumsum(placed) - placed / 2) / max(placed.sum(), 1)
    ranges = np.minimum((middle * most).astype(np.int64), most - 1)
    ranges[~has_place] = most + np.arange(int((~has_place).sum()))
    part = np.searchsorted(breaks, np.arange(len(counts)), side="right")
    apart = ranges * (len(breaks) + 1) + np.where(has_place, part, 0)
    found: np.ndarray = np.unique(apart, return_inverse=True)[1].reshape(-1)
    return found
