"""Exact nearest neighbours by matrix products, block by block: memory does not grow with the rows.

The squared distance of two points is ``|b|^2 - 2 a.b`` but for a constant of a's own, so that a
block of distances is one product. The k smallest of a row lie in the k groups whose smallest member
is smallest: most of a block is never sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Floats
from synth.metrics.privacy.space import Points

Places = npt.NDArray[np.int64]

ROWS = 512
OTHERS = 16_384  # with ROWS 32 MiB of distances at a time
GROUP = 64
FAR = np.float32(1e30)  # the squared distance of a row that only fills up a block


@dataclass(frozen=True)
class Neighbours:
    """``distances`` float64 ``(rows, k)``, ascending; ``places`` of the neighbours, alike."""

    distances: Floats
    places: Places

    def first(self, k: int) -> Neighbours:
        """The k nearest."""
        return Neighbours(self.distances[:, :k], self.places[:, :k])


def nearest(points: Points, others: Points, k: int) -> Neighbours:
    """The k nearest of ``others`` for each of ``points`` (fewer where there are fewer).

    O(points x others x dimensions); distances of the neighbours found are computed anew without
    the cancellation that a product has, so that a copy is at distance 0.
    """
    k = min(k, len(others))
    if not len(points) or not k:
        return Neighbours(np.zeros((len(points), k)), np.zeros((len(points), k), np.int64))
    blocks = _blocks(others)
    found = [
        _nearest_of_block(points[start : start + ROWS], others, blocks, k)
        for start in range(0, len(points), ROWS)
    ]
    return Neighbours(
        np.concatenate([part.distances for part in found]),
        np.concatenate([part.places for part in found]),
    )


def nearest_others(points: Points, others: Points, own: Places, k: int) -> Neighbours:
    """As :func:`nearest`, where point i is ``others[own[i]]`` and no neighbour of its own."""
    found = nearest(points, others, k + 1)
    distances = np.where(found.places == own[:, None], np.inf, found.distances)
    return _ascending(distances, found.places).first(min(k, max(len(others) - 1, 0)))


def least_distances(points: Points, others: Points) -> Floats:
    """float64 ``(rows,)``: to the nearest of ``others``; infinite where there are none."""
    if not len(others):
        return np.full(len(points), np.inf)
    return nearest(points, others, 1).distances[:, 0]


def _blocks(others: Points) -> list[Points]:
    """``(dimensions + 1, OTHERS)`` each: the points, and their squared lengths as a last row."""
    blocks = []
    for start in range(0, len(others), OTHERS):
        part = others[start : start + OTHERS]
        lengths = np.einsum("ij,ij->i", part, part)
        rows = np.concatenate([part, lengths[:, None]], axis=1)
        missing = -len(rows) % GROUP
        filling = np.zeros((missing, rows.shape[1]), np.float32)
        filling[:, -1] = FAR
        blocks.append(np.ascontiguousarray(np.concatenate([rows, filling]).T))
    return blocks


def _nearest_of_block(points: Points, others: Points, blocks: list[Points], k: int) -> Neighbours:
    ones = np.ones((len(points), 1), np.float32)
    left = np.concatenate([-2 * points, ones], axis=1)
    values, places = [], []
    for number, block in enumerate(blocks):
        squared = left @ block  # (rows, others of the block)
        columns = _smallest(squared, k)
        values.append(np.take_along_axis(squared, columns, axis=1))
        places.append(columns + number * OTHERS)
    value, place = np.concatenate(values, axis=1), np.concatenate(places, axis=1)
    if value.shape[1] > k:
        kept = np.argpartition(value, k - 1, axis=1)[:, :k]
        place = np.take_along_axis(place, kept, axis=1)
    gaps = others[place] - points[:, None, :]  # (rows, k, dimensions)
    return _ascending(np.sqrt(np.einsum("ijk,ijk->ij", gaps, gaps, dtype=np.float64)), place)


def _smallest(squared: Points, k: int) -> Places:
    """int64 ``(rows, k)``: columns of the k smallest of each row, in no order."""
    if k == 1:
        return np.asarray(squared.argmin(axis=1)[:, None], np.int64)
    rows, width = squared.shape
    groups = width // GROUP  # group g is of the columns g, g + groups, ...
    if groups <= k:
        k = min(k, width)
        return np.argpartition(squared, k - 1, axis=1)[:, :k] if k < width else _all(rows, width)
    smallest = squared.reshape(rows, GROUP, groups).min(axis=1)
    best = np.argpartition(smallest, k - 1, axis=1)[:, :k]
    columns = (best[:, :, None] + groups * np.arange(GROUP)).reshape(rows, -1)
    candidates = np.take_along_axis(squared, columns, axis=1)
    kept = np.argpartition(candidates, k - 1, axis=1)[:, :k]
    return np.take_along_axis(columns, kept, axis=1)


def _all(rows: int, width: int) -> Places:
    return np.broadcast_to(np.arange(width), (rows, width))


def _ascending(distances: Floats, places: Places) -> Neighbours:
    order = np.argsort(distances, axis=1, kind="stable")
    return Neighbours(
        np.take_along_axis(distances, order, axis=1), np.take_along_axis(places, order, axis=1)
    )
