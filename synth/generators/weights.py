"""Weights of codes: how much of what a code stands for a row may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class CodeWeights:
    """With which weight in [0, 1] each row may take a code of one sub-column.

    A row is drawn with probabilities in proportion to the generator's own times the weight of each
    of its codes: 1 leaves a code as it is, 0 rules it out, and an interval of which a condition
    admits a fifth has 0.2. ``table`` is float32 ``(patterns, groups, K)``, ``pattern`` int ``(n,)``
    names the one of each row. ``group`` is the place of the sub-column whose code says which of the
    groups counts; None where there is one for all.
    """

    table: np.ndarray
    pattern: np.ndarray
    group: int | None = None

    def take(self, rows: np.ndarray) -> CodeWeights:
        """The weights of some of the rows, each as often as it is named."""
        return replace(self, pattern=self.pattern[rows])

    def of(self, codes: np.ndarray) -> np.ndarray:
        """float32 ``(n, K)``, by the codes ``(n, S)`` that the rows have before."""
        found: np.ndarray = self.table[
            self.pattern, 0 if self.group is None else codes[:, self.group]
        ]
        return found

    @property
    def binds(self) -> np.ndarray:
        """Bool ``(n,)``: rows for which some code counts less than another."""
        own: np.ndarray = np.any(self.table < 1, axis=(1, 2))
        found: np.ndarray = own[self.pattern]
        return found


Weighting = Mapping[int, Sequence[CodeWeights]]  # by sub-column; several of one are multiplied


def taken(weights: Weighting, rows: np.ndarray) -> Weighting:
    """The weights of some of the rows."""
    return {place: [one.take(rows) for one in own] for place, own in weights.items()}


def weights_of(weights: Weighting, place: int, codes: np.ndarray) -> np.ndarray | None:
    """float32 ``(n, K)`` of one sub-column; None where it has none."""
    own = [one.of(codes) for one in weights.get(place, ())]
    if not own:
        return None
    found: np.ndarray = np.multiply.reduce(own) if len(own) > 1 else own[0]
    return found


def places_left(shares: np.ndarray, weights: Sequence[CodeWeights]) -> np.ndarray:
    """float64 ``(n, groups)``: what the weights of its places leave of each row's groups.

    ``shares`` has those of the places, ``(groups, K)``.
    """
    patterns = np.stack([one.pattern for one in weights], axis=1)
    kinds, which = np.unique(patterns, axis=0, return_inverse=True)
    tables = [[one.table[own] for one, own in zip(weights, kind, strict=True)] for kind in kinds]
    left = [(np.multiply.reduce(np.broadcast_arrays(shares, *own))).sum(1) for own in tables]
    found: np.ndarray = np.stack(left)[which.reshape(-1)]
    return found


def weights_with_places(
    weights: Weighting,
    place: int,
    codes: np.ndarray,
    given: np.ndarray,
    groups: Sequence[int | None],
    shares: Sequence[np.ndarray],
) -> np.ndarray | None:
    """float64 ``(n, K)`` of one sub-column, where a group counts as much as its places together.

    None where neither it nor its places have weights. ``groups`` has the place of each
    sub-column's group, ``shares`` each one's table; places that are ``given`` do not count.
    """
    own = weights_of(weights, place, codes)
    found = None if own is None else own.astype(np.float64)
    for inner, group in enumerate(groups):
        if group == place and inner in weights:
            left = np.where(given[:, [inner]], 1.0, places_left(shares[inner], weights[inner]))
            found = left if found is None else found * left
    return found


def bound(weights: Weighting, rows: int, width: int) -> np.ndarray:
    """Bool ``(rows, width)``: where weights bind a row's sub-column."""
    found = np.zeros((rows, width), bool)
    for place, own in weights.items():
        for one in own:
            found[:, place] |= one.binds
    return found


def row_weights(weights: Weighting, codes: np.ndarray) -> np.ndarray:
    """float64 ``(n,)``: the product of the weights of each row's codes ``(n, S)``."""
    product = np.ones(len(codes))
    for place in weights:
        own = weights_of(weights, place, codes)
        if own is not None:
            product *= own[np.arange(len(codes)), codes[:, place]]
    return product


def matched(offered: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of offered and of asked keys (whole numbers) that are equal, one each, in order."""
    most = len(offered) + len(asked) + 1
    _, serving, served = np.intersect1d(
        offered * most + _turns(offered),
        asked * most + _turns(asked),
        assume_unique=True,
        return_indices=True,
    )
    return serving, served


def _turns(keys: np.ndarray) -> np.ndarray:
    """For each key how many equal ones come before it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    turns = np.empty(len(keys), np.int64)
    turns[order] = np.arange(len(keys)) - np.searchsorted(ordered, ordered)
    return turns
