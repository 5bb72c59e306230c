"""What holds the normals of some rows: given codes, weights, and codes that are never drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from synth.generators.draws import drawn_each, filled
from synth.generators.gaussian_copula.tables import CopulaTables
from synth.generators.weights import Weighting, bound, taken, weights_of, weights_with_places

EDGE = 1e-13  # of a share: where a normal's tail has no more digits
NOTHING = 1e-100  # in place of a probability of none: a candidate that is picked last


@dataclass(frozen=True)
class Drawn:
    """Of each candidate ``(n, C)``: the uncorrelated normal, its code, its place in it, its weight.

    The place is -1 where none is held; weights are logarithms.
    """

    normals: np.ndarray
    codes: np.ndarray
    places: np.ndarray
    weights: np.ndarray


class Limits:
    """What may be drawn at all, by sub-column, and which place goes with which normal."""

    def __init__(self, tables: CopulaTables, never: Sequence[np.ndarray] | None):
        self.tables, self.positions = tables, tables.positions
        subs = self.positions.sub_columns
        self.allowed = [
            np.ones(sub.cardinality) if never is None else 1.0 - never[place]
            for place, sub in enumerate(subs)
        ]
        self.groups: list[int | None] = [None] * len(subs)
        self.shares: list[np.ndarray] = [np.ones((1, sub.cardinality)) for sub in subs]
        self.fine = dict[int, int]()  # by normal: the place of its odd level
        for at, (place, lead) in enumerate(
            zip(self.positions.fine, self.positions.leads, strict=True)
        ):
            self.groups[place] = self.positions.first[lead]
            self.shares[place] = self.positions.shares[at] * self.allowed[place]
            self.fine[lead] = place

    def held(self, codes: np.ndarray, given: np.ndarray, weights: Weighting) -> np.ndarray:
        """Bool ``(n, F)``: which normals are not free."""
        limited = np.array([not own.all() for own in self.allowed])
        binds = (bound(weights, *codes.shape) | limited) & ~given
        found: np.ndarray = (given | binds)[:, self.positions.first]
        for lead, place in self.fine.items():
            found[:, lead] |= binds[:, place]
        return found


class Part:
    """Some rows whose held normals are drawn one after the other, C candidates for each."""

    def __init__(self, limits: Limits, codes: np.ndarray, given: np.ndarray, weights: Weighting):
        self.limits, self.codes, self.given, self.weights = limits, codes, given, weights

    def draw(self, at: int, mean: np.ndarray, spread: float, rng: np.random.Generator) -> Drawn:
        """One normal, whose mean ``(n, C)`` and spread follow from those drawn before it."""
        tables = self.limits.tables
        order, ends = tables.orders[at], tables.ends[at]
        below = ndtr((ends - mean[:, :, None]) / spread)
        counted = self._counted(at)[:, None]  # (n, 1, K) in the order of the codes
        weighted = np.diff(below, axis=2) * counted
        total = weighted.sum(2)
        # Where nothing is left of the tail, all that may be drawn is alike.
        weighted = np.where(total[:, :, None] > NOTHING, weighted, counted)
        spots = drawn_each(weighted.reshape(-1, len(order)), rng.random(total.size))
        spots = spots.reshape(total.shape)
        low, high = (
            np.take_along_axis(below, (spots + more)[:, :, None], 2)[:, :, 0] for more in (0, 1)
        )
        codes, places = order[spots], np.full(spots.shape, -1)
        logarithm = np.log(np.maximum(total, NOTHING))
        if at in self.limits.fine:
            inner = self._inner(at, codes, mean, spread, rng)
            if inner is not None:
                low, high, places, more = inner
                logarithm += more
        inside = low + rng.random(total.shape) * (high - low)
        return Drawn(ndtri(np.clip(inside, EDGE, 1 - EDGE)), codes, places, logarithm)

    def _counted(self, at: int) -> np.ndarray:
        """float64 ``(n, K)``: what each code's share counts; of a given one itself alone."""
        limits, tables = self.limits, self.limits.tables
        place, order = limits.positions.first[at], tables.orders[at]
        allowed = filled(limits.allowed[place][None])[0][order]
        counted = np.tile(allowed, (len(self.codes), 1))
        own = weights_with_places(
            self.weights, place, self.codes, self.given, limits.groups, limits.shares
        )
        if own is not None:
            counted = filled_rows(counted * own[:, order], counted)
        known = np.flatnonzero(self.given[:, place])
        counted[known] = 0
        counted[known, tables.places[at][self.codes[known, place]]] = 1
        return counted

    def _inner(
        self,
        at: int,
        codes: np.ndarray,
        mean: np.ndarray,
        spread: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
        """A place inside each candidate's code ``(n, C)``: both ends, itself, what it weighs more.

        None where nothing holds the places of these rows. Weights of a code count its places by
        their shares; here they count by what of them the normals before leave.
        """
        limits, tables = self.limits, self.limits.tables
        group, place = limits.positions.first[at], limits.fine[at]
        known = self.given[:, place] & self.given[:, group]
        if not (known.any() or place in self.weights or not limits.allowed[place].all()):
            return None
        each = np.repeat(np.arange(len(codes)), codes.shape[1])
        flat = self.codes[each]
        flat[:, group] = codes.ravel()
        counted, left = self._counted_places(place, flat, each, known[each])
        at_code = tables.places[at][codes.ravel()]
        below = _shares_below(tables, at, at_code, flat[:, group], place, limits)
        normals = (ndtri(below) - mean.reshape(-1, 1)) / spread
        reach = ndtr(normals)
        masses = np.diff(reach, axis=1) * counted
        total, whole = masses.sum(1), reach[:, -1] - reach[:, 0]
        masses = np.where((total > NOTHING)[:, None], masses, counted)
        spots = drawn_each(filled_rows(masses, np.ones_like(masses)), rng.random(len(flat)))
        low, high = (reach[np.arange(len(flat)), spots + more] for more in (0, 1))
        share = np.maximum(total, NOTHING) / np.maximum(whole, NOTHING)
        more = np.log(share) - np.log(np.maximum(left, NOTHING))
        shape = codes.shape
        return low.reshape(shape), high.reshape(shape), spots.reshape(shape), more.reshape(shape)

    def _counted_places(
        self, place: int, codes: np.ndarray, rows: np.ndarray, known: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """What each place's share counts, float64 ``(m, K)``, and what its code has counted for it.

        Of candidates' ``codes`` for these ``rows``; ``known`` where the place is given in its code.
        """
        given = self.given[rows, place]
        counted, left = np.tile(self.limits.allowed[place], (len(codes), 1)), np.ones(len(codes))
        own = weights_of(taken(self.weights, rows), place, codes)
        if own is not None:
            counted = np.where(given[:, None], counted, counted * own)
            group = self.limits.groups[place]
            by_share = (self.limits.shares[place][codes[:, group]] * own).sum(1)
            left = np.where(given, left, by_share)
        counted[given] = 1  # without its group it tells nothing
        counted[known] = 0
        counted[known, codes[known, place]] = 1
        return counted, left


def filled_rows(table: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """The same, where rows without anything are those of ``usual``."""
    found: np.ndarray = np.where(table.any(1, keepdims=True), table, usual)
    return found


def _shares_below(
    tables: CopulaTables,
    at: int,
    spots: np.ndarray,
    groups: np.ndarray,
    place: int,
    limits: Limits,
) -> np.ndarray:
    """float64 ``(n, K + 1)``: shares of all rows below each place of a code, and above the last."""
    fine = limits.positions.fine.index(place)
    inside = np.cumsum(limits.positions.shares[fine].astype(np.float64), 1)
    inside = np.concatenate([np.zeros((len(inside), 1)), inside / inside[:, -1:]], 1)[groups]
    above = tables.reach[at][spots]
    begin = np.where(spots > 0, tables.reach[at][np.maximum(spots - 1, 0)], 0.0)
    found: np.ndarray = begin[:, None] + inside * (above - begin)[:, None]
    return found
