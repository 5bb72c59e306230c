"""Rows drawn given some of their codes: candidates weighed by how well they agree with these.

One given code, the rarest, is the network's own given code. Given the noise all columns are apart,
so that a candidate's weight is the product of the probabilities of the other given codes, and of
its ratio: self-normalised importance sampling (likelihood weighting, Fung & Chang 1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.dense import softmax
from synth.generators.draws import drawn_each, filled
from synth.generators.weights import Weighting, taken, weights_of, weights_with_places
from synth.table.sub_column import groups_of

CANDIDATES = 32  # for each row
LEAST = 1e-12  # probability of a code that the network all but rules out


@dataclass(frozen=True)
class Completion:
    """What rows may have: ``never`` has bool ``(K,)`` per sub-column, or there is none."""

    generator: CtganGenerator
    never: Sequence[np.ndarray] | None = None

    def complete(
        self, codes: np.ndarray, given: np.ndarray, rng: np.random.Generator, weights: Weighting
    ) -> tuple[np.ndarray, float]:
        """Codes ``(n, S)`` with all drawn that are not given, and the effective draws behind."""
        done = np.array(codes, np.int32)
        at_a_time = max(self.generator.rows_at_a_time // CANDIDATES, 1)
        effective = 0.0
        for start in range(0, len(done), at_a_time):
            rows = np.arange(start, min(start + at_a_time, len(done)))
            own = taken(weights, rows)
            done[rows], found = self._completed(done[rows], given[rows], rng, own)
            effective += found
        return done, effective / len(done) if len(done) else float("inf")

    def _completed(
        self, codes: np.ndarray, given: np.ndarray, rng: np.random.Generator, weights: Weighting
    ) -> tuple[np.ndarray, float]:
        """The same for few rows; effective draws as a sum over them."""
        own, rows = self.generator, len(codes)
        noise = own.noise(rows * CANDIDATES, rng)
        code, column, is_led = self._leading(codes, given)
        led = np.repeat(is_led, CANDIDATES)
        free_code, free_column = own.given(noise)
        code = np.where(led, np.repeat(code, CANDIDATES), free_code)
        column = np.where(led, np.repeat(column, CANDIDATES), free_column)
        logits, outputs = own.outputs(noise.normal, code)
        first, likely = self._first(logits, noise.codes, codes, given, (column, led), weights)
        places = own.places(outputs, noise.places)
        if own.candidates > 1:
            likely = likely + own.log_ratios(first, places)
        shares = softmax(likely.reshape(rows, CANDIDATES))
        picked = drawn_each(shares, rng.random(rows)) + CANDIDATES * np.arange(rows)
        made = own.positions.codes(first[picked], places[picked])
        made = np.where(given, codes, made)
        self._redraw_places(made, given, rng, weights)
        return made, float((1 / np.square(shares.astype(np.float64)).sum(1)).sum())

    def _leading(
        self, codes: np.ndarray, given: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rarest given code of each row among all K, its column, and whether there is one."""
        positions, frequencies = self.generator.positions, self.generator.frequencies
        at = codes[:, positions.first] + self.generator.starts
        single = np.asarray(positions.cardinalities) == 1
        is_given = given[:, positions.first] & ~single
        rarity = np.where(is_given, frequencies[at], np.inf)
        column = rarity.argmin(1)
        return at[np.arange(len(at)), column], column, is_given.any(1)

    def _first(
        self,
        logits: np.ndarray,
        uniform: np.ndarray,
        codes: np.ndarray,
        given: np.ndarray,
        leading: tuple[np.ndarray, np.ndarray],
        weights: Weighting,
    ) -> tuple[np.ndarray, np.ndarray]:
        """int32 codes ``(n, F)`` of the candidates, and float64 logarithms of their weights.

        ``leading``: the column of each one's given code, and whether it must be so.
        """
        own, groups = self.generator.positions, groups_of(self.generator.positions.sub_columns)
        found, likely = np.empty(uniform.shape, np.int32), np.zeros(len(logits))
        for at, (place, part) in enumerate(
            zip(own.first, np.split(logits, self.generator.starts[1:], axis=1), strict=True)
        ):
            shares = softmax(part).astype(np.float64) + LEAST
            is_given = np.repeat(given[:, place], CANDIDATES)
            wanted = np.repeat(codes[:, place], CANDIDATES)
            asked = shares[np.arange(len(shares)), wanted]
            if self.never is not None:
                shares *= ~self.never[place]
            some = weights_with_places(weights, place, codes, given, groups, self._places)
            if some is not None:
                shares *= np.repeat(some, CANDIDATES, axis=0)
            left = shares.sum(1)
            found[:, at] = np.where(is_given, wanted, drawn_each(shares, uniform[:, at]))
            own_weight = np.log(np.maximum(np.where(is_given, asked, left), LEAST))
            is_leading = leading[1] & (leading[0] == at)
            likely += np.where(is_leading, 0.0, own_weight)
        return found, likely

    @property
    def _places(self) -> list[np.ndarray]:
        """Of each sub-column float64 ``(groups, K)``: shares of places that may be drawn."""
        own = self.generator.positions
        found = [np.zeros((0, 0)) for _ in own.sub_columns]
        for at, place in enumerate(own.fine):
            table = own.shares[at].astype(np.float64)
            found[place] = table if self.never is None else table * ~self.never[place]
        return found

    def _redraw_places(
        self, made: np.ndarray, given: np.ndarray, rng: np.random.Generator, weights: Weighting
    ) -> None:
        """Places that are bound by weights or ruled out are drawn by the group's own shares."""
        own = self.generator.positions
        for at, place in enumerate(own.fine):
            bound = weights_of(weights, place, made)
            if bound is None and (self.never is None or not self.never[place].any()):
                continue
            table = filled(self._places[place])[made[:, own.first[own.leads[at]]]]
            table = table if bound is None else table * bound
            drawn = drawn_each(table, rng.random(len(made)))
            made[:, place] = np.where(given[:, place], made[:, place], drawn)
