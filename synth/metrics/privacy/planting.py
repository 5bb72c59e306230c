"""Leaks that are put into a synthetic table on purpose, to see whether they would be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth.metrics.features import Features, Floats
from synth.metrics.privacy.nearest import Places

NUMBER_NOISE = 0.01  # of all ranks: by so many at most a number moves
LABEL_NOISE = 0.05  # of the labels are drawn anew
EXCHANGED = 1 / 3  # of an overfitted row's cells are of other train rows

Alter = Callable[[Features, Places, np.random.Generator], Features]


@dataclass(frozen=True)
class Leak:
    """A way of giving train rows away: ``alter`` makes rows of the train part's, by place."""

    name: str
    words: str
    alter: Alter


def copied(train: Features, places: Places, rng: np.random.Generator) -> Features:
    """Those rows as they are."""
    return train.take(places)


def noisy(train: Features, places: Places, rng: np.random.Generator) -> Features:
    """Those rows with each number moved by at most 1 % of the ranks, and 5 % of labels redrawn.

    All values are ones of the column, so that no detector finds them by their form.
    """
    values = train.values[places]
    for place, column in enumerate(train.columns):
        known = train.values[:, place]
        known = known[~np.isnan(known)]
        filled = ~np.isnan(values[:, place])
        if not len(known) or not filled.any():
            continue
        if column.ordinal:
            values[filled, place] = _moved(values[filled, place], np.sort(known), rng)
        else:
            redrawn = filled & (rng.random(len(values)) < LABEL_NOISE)
            values[redrawn, place] = rng.choice(known, int(redrawn.sum()))
    return Features(train.columns, values)


def exchanged(train: Features, places: Places, rng: np.random.Generator) -> Features:
    """Those rows, a third of whose cells come from other train rows: an overfitted generator."""
    values = train.values[places]
    others = train.values[rng.integers(0, len(train), len(places))]
    return Features(train.columns, np.where(rng.random(values.shape) < EXCHANGED, others, values))


COPIES = Leak("copies", "train rows copied", copied)
NOISY_COPIES = Leak("noisy copies", "train rows copied with small noise", noisy)
OVERFITTED = Leak(
    "overfitted", "a table of train rows, a third of their cells exchanged", exchanged
)


def _moved(values: Floats, known: Floats, rng: np.random.Generator) -> Floats:
    low, high = np.searchsorted(known, values), np.searchsorted(known, values, side="right")
    middle = (low + high - 1) / 2  # a frequent value is moved from the middle of its ranks
    reach = max(1.0, NUMBER_NOISE * len(known))
    moved = np.rint(middle + rng.uniform(-reach, reach, len(values))).astype(np.int64)
    return known[np.clip(moved, 0, len(known) - 1)]
