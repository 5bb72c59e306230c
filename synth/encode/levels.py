"""Cells of a column as one code or a pair of codes: the group, and the place inside it.

A softmax over thousands of values is slow and learns little. Cells (values or intervals, in their
order) are packed into groups of equal mass; a heavy cell is a group of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.encode.settings import EncoderSettings

MOST_PLACES = 128  # 64 groups of 128 places hold the 8,192 values of the lossless kind


@dataclass(frozen=True)
class Levels:
    """Where each cell stands: ``group`` and ``place`` are int32 ``(cells,)``.

    With one level every cell is a group of its own and ``places`` is 1.
    """

    group: np.ndarray
    place: np.ndarray

    @property
    def groups(self) -> int:
        return int(self.group.max()) + 1 if len(self.group) else 0

    @property
    def places(self) -> int:
        return int(self.place.max()) + 1 if len(self.place) else 1

    def table(self) -> np.ndarray:
        """``(groups, places)`` -> cell; places that a group lacks wrap around, never invented."""
        sizes = np.bincount(self.group, minlength=self.groups)
        table = np.zeros((self.groups, self.places), np.int32)
        order = np.lexsort((self.place, self.group))
        starts = np.cumsum(sizes) - sizes
        for group in range(self.groups):
            cells = order[starts[group] : starts[group] + sizes[group]]
            table[group] = np.resize(cells, self.places)
            table[group, self.place[cells]] = cells
        return table


def arrange(
    counts: np.ndarray,
    settings: EncoderSettings,
    pieces: np.ndarray | None = None,
    *,
    groups: int | None = None,
) -> Levels:
    """One level for few cells, else groups of equal mass; ``counts`` are in the cells' order.

    ``pieces`` numbers the runs of cells between gaps, ascending: unless these are many, no group
    has cells of two, so that the group alone tells where a value lies. ``groups`` is about how many
    there are to be, ``settings.coarse`` where it is None.
    """
    most = groups or settings.coarse
    cells = len(counts)
    if cells <= settings.direct:
        return Levels(np.arange(cells, dtype=np.int32), np.zeros(cells, np.int32))
    heavy = counts >= settings.heavy * counts.sum()
    light = np.flatnonzero(~heavy)
    mass = np.cumsum(counts[light]) - counts[light] / 2
    target = np.floor(mass / counts[light].sum() * most).astype(np.int64)
    if pieces is not None and pieces.max() < most:
        target += pieces[light] * (most + 1)
    label = np.full(cells, -1, np.int64)
    label[light] = _split_long(target)
    label[heavy] = -2 - np.flatnonzero(heavy)  # unique, apart from the light groups
    return _number_groups(label)


def _split_long(target: np.ndarray) -> np.ndarray:
    """Groups of more than ``MOST_PLACES`` cells are cut; labels stay in order."""
    starts = np.flatnonzero(np.r_[True, target[1:] != target[:-1]])
    sizes = np.diff(np.r_[starts, len(target)])
    within = np.arange(len(target)) - np.repeat(starts, sizes)
    pairs = np.stack([target, within // MOST_PLACES], 1)
    _, label = np.unique(pairs, axis=0, return_inverse=True)
    flat: np.ndarray = label.reshape(-1)
    return flat


def _number_groups(label: np.ndarray) -> Levels:
    """Groups numbered by their first cell, places by the order of cells inside."""
    _, first, group = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    numbered = rank[group.reshape(-1)]
    order = np.argsort(numbered, kind="stable")
    sizes = np.bincount(numbered)
    place = np.empty(len(label), np.int32)
    place[order] = np.arange(len(label)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Levels(numbered, place)


def mid_ranks(group: np.ndarray, counts: np.ndarray, groups: int) -> tuple[float, ...]:
    """Each group's place on [0, 1]: the mean, weighted by mass, of its cells' middle ranks."""
    middle = (np.cumsum(counts) - counts / 2) / max(counts.sum(), 1)
    mass = np.bincount(group, counts, groups)
    ranks = np.bincount(group, counts * middle, groups) / np.maximum(mass, 1e-12)
    return tuple(round(float(r), 6) for r in ranks)
