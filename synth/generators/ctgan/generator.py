"""The fitted conditional GAN: whole rows from noise, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logit, ndtri

from synth.generators.contract import Saved
from synth.generators.ctgan.given import given_codes, given_columns, reach_of
from synth.generators.dense import Weights, embedded, linear, softmax, starts_of, tower
from synth.generators.draws import drawn_each
from synth.generators.positions import Positions
from synth.generators.weights import Weighting
from synth.table.sub_column import SubColumn

LOGITS_AT_A_TIME = 2**20  # numbers held at once: what the cache has room for
SMALLEST = 2.0**-40  # uniform number, where its logarithm is asked for


@dataclass(frozen=True)
class RowNoise:
    """The uniform numbers of a row: a line of one array each, so that no row needs another's.

    ``normal``: float32 ``(n, noise)`` that the network reads. ``column``, ``value`` ``(n,)``: which
    code is given. ``codes`` ``(n, F)``, ``places`` ``(n, P)``: of the draws.
    """

    normal: np.ndarray
    column: np.ndarray
    value: np.ndarray
    codes: np.ndarray
    places: np.ndarray


class CtganGenerator:
    """A given code and noise to a row; given codes are as frequent as they are in the table."""

    name = "ctgan"

    def __init__(
        self,
        positions: Positions,
        frequencies: np.ndarray,
        weights: Weights,
        candidates: int = 1,
    ):
        """``frequencies``: float64 ``(K,)``, rows of the table that each first-level code has.

        Of so many ``candidates`` a row is taken, by the ratio that is among the ``weights``.
        """
        self.positions, self.frequencies, self.weights = positions, frequencies, weights
        self.candidates = candidates
        self._sizes = positions.cardinalities

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; a row depends on its own noise only."""
        found = [np.zeros((0, len(self.positions.sub_columns)), np.int32)]
        at_a_time = max(self.rows_at_a_time // self.candidates, 1)
        for start in range(0, rows, at_a_time):
            number = min(at_a_time, rows - start)
            uniform = rng.random((number, 1 + self.candidates * self._line))
            noise = self._noise(uniform[:, 1:].reshape(-1, self._line))
            first, places = self._drawn(noise)
            if self.candidates > 1:
                shares = softmax(self.log_ratios(first, places).reshape(number, self.candidates))
                taken = drawn_each(shares, uniform[:, 0]) + self.candidates * np.arange(number)
                first, places = first[taken], places[taken]
            found.append(self.positions.codes(first, places))
        return np.concatenate(found)

    def candidate_rows(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """So many rows of the network alone: int32 ``(rows, F)``, positions ``(rows, P)``."""
        steps = range(0, max(rows, 1), self.rows_at_a_time)
        numbers = [min(self.rows_at_a_time, rows - start) for start in steps]
        parts = [self._drawn(self.noise(number, rng)) for number in numbers]
        first, places = zip(*parts, strict=True)
        return np.concatenate(first), np.concatenate(places)

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes with all drawn anew that are not given, by candidates that are weighed.

        A group that is drawn where only its place is given is drawn without regard to it.
        """
        from synth.generators.ctgan.completion import Completion  # which knows generators

        return Completion(self, never).complete(codes, given, rng, weights or {})

    def log_ratios(self, first: np.ndarray, places: np.ndarray) -> np.ndarray:
        """float32 ``(n,)``: how much likelier rows are in the table than among candidates."""
        own = self.weights
        hidden = embedded(own["ratio.codes.table"], self.starts, first)
        if self.positions.fine:
            moving = (2 * places - 1) * self.positions.moving(first)
            hidden += moving.astype(np.float32) @ own["ratio.places.weight"].T
        found: np.ndarray = linear(own, "ratio.score", tower(own, "ratio.tower", hidden))[:, 0]
        margins = own.get("ratio.margins")
        return found if margins is None else found + margins[first + self.starts].sum(1)

    def _drawn(self, noise: RowNoise) -> tuple[np.ndarray, np.ndarray]:
        given, column = self.given(noise)
        logits, places = self.outputs(noise.normal, given)
        first = self.first_codes(logits, noise.codes, given, column)
        return first, self.places(places, noise.places)

    def save(self) -> Saved:
        """Weights, frequencies of codes, and places of groups."""
        subs = [sub.to_json() for sub in self.positions.sub_columns]
        tensors = {f"network.{name}": own for name, own in self.weights.items()}
        tensors |= {"frequencies": self.frequencies, **self.positions.tensors()}
        return Saved({"sub_columns": subs, "candidates": self.candidates}, tensors)

    @classmethod
    def load(cls, saved: Saved) -> CtganGenerator:
        """What :meth:`save` gave."""
        subs = [SubColumn.from_json(sub) for sub in saved.description["sub_columns"]]
        positions = Positions.loaded(subs, saved.tensors)
        lead = "network."
        weights = {
            name.removeprefix(lead): own
            for name, own in saved.tensors.items()
            if name.startswith(lead)
        }
        frequencies, candidates = saved.tensors["frequencies"], saved.description["candidates"]
        return cls(positions, frequencies, weights, candidates)

    def noise(self, rows: int, rng: np.random.Generator) -> RowNoise:
        """The noise of so many rows, in the order of ``rng``."""
        return self._noise(rng.random((rows, self._line)))

    def _noise(self, uniform: np.ndarray) -> RowNoise:
        normal, codes = self.weights["noise.weight"].shape[1], len(self._sizes)
        ends = [normal, normal + 1, normal + 2, normal + 2 + codes]
        own, column, value, drawn, places = np.split(uniform, ends, axis=1)
        deviates = ndtri(np.maximum(own, SMALLEST)).astype(np.float32)
        return RowNoise(deviates, column[:, 0], value[:, 0], drawn, places)

    def given(self, noise: RowNoise) -> tuple[np.ndarray, np.ndarray]:
        """int64 ``(n,)`` twice: the code that a row is given, among all K, and its sub-column.

        Columns are given alike often, as in training, and codes as often as the table has them.
        """
        columns = given_columns(self._sizes)
        column = columns[(noise.column * len(columns)).astype(np.int64)]
        return given_codes(self._reach, column, noise.value), column

    def outputs(self, normal: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """float32 logits ``(n, K)``, and ``(n, 2 P)`` of the positions."""
        hidden = linear(self.weights, "noise", normal) + self.weights["given"][given]
        hidden = tower(self.weights, "tower", hidden)
        found, codes = linear(self.weights, "outputs", hidden), sum(self._sizes)
        return found[:, :codes], found[:, codes:]

    def first_codes(
        self, logits: np.ndarray, uniform: np.ndarray, given: np.ndarray, column: np.ndarray
    ) -> np.ndarray:
        """int32 ``(n, F)``: drawn by the logits, but the given codes as they are given.

        NOTE[DIFF]: the paper leaves it to the generator, which is punished for others.
        """
        found = np.empty(uniform.shape, np.int32)
        for at, own in enumerate(np.split(logits, self.starts[1:], axis=1)):
            found[:, at] = drawn_each(softmax(own), uniform[:, at])
        found[np.arange(len(found)), column] = given - self.starts[column]
        return found

    def places(self, places: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """float64 ``(n, P)`` on [0, 1]: positions by logistic noise, and by their quantiles."""
        found, knots = self.uncalibrated_places(places, uniform), self.weights.get("knots")
        if knots is not None:
            even = np.linspace(0, 1, knots.shape[1])
            for at, own in enumerate(knots):
                found[:, at] = np.interp(found[:, at], own, even)
        return found

    def uncalibrated_places(self, places: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """float64 ``(n, P)``: before their quantiles are looked at."""
        middle, spread = np.split(places.astype(np.float64), 2, axis=1)
        noisy = middle + np.exp(spread) * logit(np.clip(uniform, SMALLEST, 1 - SMALLEST))
        found: np.ndarray = 0.5 * np.tanh(noisy / 2) + 0.5
        return found

    @property
    def rows_at_a_time(self) -> int:
        """Rows whose logits are held at once."""
        return max(LOGITS_AT_A_TIME // sum(self._sizes), 1)

    @property
    def _line(self) -> int:
        """Uniform numbers of a candidate."""
        noise: int = self.weights["noise.weight"].shape[1]
        return noise + 2 + len(self._sizes) + len(self.positions.fine)

    @cached_property
    def starts(self) -> np.ndarray:
        """int64 ``(F,)``: where each sub-column's codes begin among all K."""
        return starts_of(self._sizes)

    @cached_property
    def _reach(self) -> np.ndarray:
        return reach_of(np.split(self.frequencies, self.starts[1:]))
