"""Rows of which some codes are given, or may be taken only with a weight.

A masked network draws any columns given any others, so what is given is given from the start.
Columns with weights are drawn first, in one order for all rows: with one of them that is exact.
With several, what the weights of a later one leave of its shares has to count for the earlier
ones; such rows are drawn ``DRAWS`` times, and one is kept by these shares (sampling importance
resampling, Rubin 1988).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.diffusion.noise import Noise
from synth.generators.diffusion.transport import Transport
from synth.generators.diffusion.unmasking import Unmasking
from synth.generators.draws import CLOSEST, drawn_each, filled
from synth.generators.positions import Positions
from synth.generators.weights import Weighting, bound, taken, weights_of, weights_with_places
from synth.table.sub_column import groups_of

DRAWS = 16
LEAST = -1e9  # the logarithm of nothing


class Completion:
    """The parts of a generator, and the codes that it is never to draw.

    Those are left out of each draw without counting for what is drawn before. n rows, S
    sub-columns, F first-level ones, P positions.
    """

    def __init__(
        self,
        places: Positions,
        unmasking: Unmasking,
        transport: Transport,
        never: Sequence[np.ndarray] | None = None,
    ):
        self.places, self.unmasking, self.transport = places, unmasking, transport
        self.never = never
        self.groups = groups_of(places.sub_columns)
        # By sub-column, the tables of places; weights look at no other.
        self.shares = [np.ones((1, sub.cardinality)) for sub in places.sub_columns]
        for place, own in zip(places.fine, places.shares, strict=True):
            kept = own if never is None else own * ~never[place]
            self.shares[place] = kept.astype(np.float64)

    def draw(
        self, codes: np.ndarray, given: np.ndarray, weights: Weighting, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """int32 codes ``(n, S)``, and float64 ``(n,)``: 1 over a row's effective draws, or 0.

        0 where its draw is exact.
        """
        given = given.copy()
        weighed = self._weighed(given, weights)
        share = np.zeros(len(codes))
        several = np.flatnonzero(weighed.sum(1) > 1)
        if len(several):
            codes[several], share[several] = self._resampled(
                codes[several], given[several], weighed[several], taken(weights, several), rng
            )
            given[several[:, None], np.array(self.places.first)] |= weighed[several]
            weighed[several] = False
        noise = Noise.drawn(len(codes), self.places, rng)
        order = _led(noise.order, weighed)
        first, _ = self._first(codes, given, weights, order, noise.uniform)
        return self._with_places(codes, given, weights, first, noise), share

    def _weighed(self, given: np.ndarray, weights: Weighting) -> np.ndarray:
        """Bool ``(n, F)``: first-level codes to be drawn that weights bind, or those of places."""
        binding = bound(weights, *given.shape) & ~given
        found: np.ndarray = binding[:, self.places.first]
        for place, lead in zip(self.places.fine, self.places.leads, strict=True):
            found[:, lead] |= binding[:, place] & ~given[:, self.places.first[lead]]
        return found

    def _resampled(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        weighed: np.ndarray,
        weights: Weighting,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Codes with the ``weighed`` columns ``(n, F)`` drawn, and 1 over the effective draws."""
        again = np.repeat(np.arange(len(codes)), DRAWS)
        noise = Noise.drawn(len(again), self.places, rng)
        order = _led(noise.order, weighed[again])[:, : int(weighed.sum(1).max())]
        own = taken(weights, again)
        first, left = self._first(codes[again], given[again], own, order, noise.uniform)
        left = left.reshape(-1, DRAWS)
        chance = np.exp(left - left.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        rows = np.arange(len(codes))
        kept = first[rows * DRAWS + drawn_each(chance, rng.random(len(codes)))]
        done = codes.copy()
        places = list(self.places.first)
        done[:, places] = np.where(weighed, kept, codes[:, places])
        return done, (chance**2).sum(1)

    def _first(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        weights: Weighting,
        order: np.ndarray,
        uniform: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """First-level codes ``(n, F)``, and what the weights left of their shares, in logarithms.

        What is not in ``order`` stays masked.
        """
        left = np.zeros(len(codes))

        def change(column: int, rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
            place = self.places.first[column]
            if self.never is not None:
                shares = _kept(shares, ~self.never[place])
            some = taken(weights, rows)
            own = weights_with_places(
                some, place, codes[rows], given[rows], self.groups, self.shares
            )
            if own is None:
                return shares
            with np.errstate(divide="ignore"):
                left[rows] += np.log((shares * own).sum(1) / shares.sum(1)).clip(LEAST)
            return _kept(shares, own)

        places = list(self.places.first)
        masked = np.where(given[:, places], codes[:, places], self.unmasking.masks)
        bare = self.never is None and not weights
        change_or_none = None if bare else change
        return self.unmasking.draw(masked, order, uniform, change_or_none), left

    def _with_places(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        weights: Weighting,
        first: np.ndarray,
        noise: Noise,
    ) -> np.ndarray:
        """All codes ``(n, S)`` of first-level ones ``(n, F)``; positions follow what is given.

        Where places have weights, a position is one among what these leave of the group.
        """
        done = np.where(given, codes, 0)
        done[:, self.places.first] = first
        fine = list(self.places.fine)
        begin, width = self.places.intervals(np.where(given, codes, done))
        positions = self.transport.positions(
            first, self.places.moving(first), noise.normal, given[:, fine], begin + width / 2
        )
        found = self.places.codes(first, positions)
        for at, (place, lead) in enumerate(zip(fine, self.places.leads, strict=True)):
            own = weights_of(weights, place, found)
            if own is None and self.never is None:
                continue
            shares = filled(self.shares[place])[first[:, lead]]
            if own is not None:
                shares = _kept(shares, own)
            found[:, place] = drawn_each(shares, positions[:, at].clip(0, CLOSEST))
        merged: np.ndarray = np.where(given, codes, found).astype(np.int32)
        return merged


def _led(order: np.ndarray, weighed: np.ndarray) -> np.ndarray:
    """The order ``(n, F)`` with the ``weighed`` columns in front, those as the table has them."""
    columns = order.shape[1]
    turns = np.argsort(order, axis=1)
    keys = np.where(weighed, np.arange(columns) - columns, turns)
    led: np.ndarray = np.argsort(keys, axis=1)
    return led


def _kept(shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Shares ``(n, K)`` times weights; the weights alone where nothing is left of the shares."""
    found: np.ndarray = shares * weights
    empty = ~found.any(1)
    if empty.any():
        found[empty] = np.broadcast_to(weights, found.shape)[empty]
    return found
