"""The fitted mixture: draws, conditions and densities, all of them exact."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from synth.generators.contract import Saved
from synth.generators.draws import drawn_each, drawn_of, filled
from synth.generators.mixture.tables import ROWS_AT_A_TIME, MixtureTables, normal
from synth.generators.weights import Weighting, taken, weights_of, weights_with_places


class MixtureGenerator:
    """A class is drawn first, then each column by itself as it is in that class."""

    name = "mixture"

    def __init__(self, tables: MixtureTables):
        self.tables = tables
        self._width = len(tables.sub_columns)

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``, a uniform per row for the class, one per sub-column."""
        nothing, reach = np.zeros(rows, np.int64), np.cumsum(self.tables.shares)[None]
        classes = drawn_of(reach, nothing, rng.random(rows))
        codes = np.zeros((rows, self._width), np.int32)
        for place in range(self._width):
            at = self._rows_of(codes, place, classes)
            codes[:, place] = drawn_of(self._reach[place], at, rng.random(rows))
        return codes

    def sample_tempered(
        self, rows: int, rng: np.random.Generator, temperature: float
    ) -> np.ndarray:
        """One code after the other, with its shares given those before it to ``1 / temperature``.

        The classes are not drawn: all count as likely as the codes so far make them.
        """
        if temperature == 1:
            return self.sample(rows, rng)
        codes = np.zeros((rows, self._width), np.int32)
        for start in range(0, rows, ROWS_AT_A_TIME):
            self._tempered(codes[start : start + ROWS_AT_A_TIME], rng, 1 / temperature)
        return codes

    def _tempered(self, codes: np.ndarray, rng: np.random.Generator, power: float) -> None:
        joint = self.tables.log_joint(codes, np.zeros(codes.shape, bool))
        for place, (table, group) in enumerate(
            zip(self.tables.codes, self.tables.groups, strict=True)
        ):
            shares = normal(joint)[0] @ table if group is None else table[codes[:, group]]
            shares = (shares / shares.max(1, keepdims=True)).astype(np.float64) ** power
            codes[:, place] = drawn_each(shares, rng.random(len(codes)))
            if group is None:
                joint += self.tables.logarithms[place][codes[:, place]]

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes with all drawn anew that are not given, given the rest: exact.

        The class is drawn as likely as what is given makes it, and as what may be drawn leaves of
        it. A group that is drawn where only its place is given is drawn without regard to it.
        """
        return self.completed(codes, given, rng, never, weights)[0], float("inf")

    def completed(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        never: Sequence[np.ndarray] | None,
        weights: Weighting | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """As ``complete``, and float64 ``(n,)``: how many classes each row has to choose from.

        The inverse of their squared shares together (Kish 1965), which tells where the classes are
        themselves drawn.
        """
        done, choice = np.array(codes, np.int32), np.zeros(len(codes))
        allowed = [own.astype(np.float64) for own in self.tables.codes]
        if never is not None:
            allowed = [np.where(no, 0, own) for own, no in zip(allowed, never, strict=True)]
        for start in range(0, len(done), ROWS_AT_A_TIME):
            rows = slice(start, start + ROWS_AT_A_TIME)
            picked = np.arange(len(done))[rows]
            own = taken(weights, picked) if weights else {}
            choice[rows] = self._complete(done[rows], given[rows], rng, allowed, own)
        return done, choice

    def log_prob(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``, in nats; -inf for codes that the train part never showed."""
        found = np.zeros(len(codes))
        for start in range(0, len(codes), ROWS_AT_A_TIME):
            rows = slice(start, start + ROWS_AT_A_TIME)
            found[rows] = normal(self.tables.log_joint(codes[rows]))[1]
            found[rows] += self.tables.log_places(codes[rows])
        return found

    def save(self) -> Saved:
        """The tables, and what they are of."""
        tensors = {f"codes.{place}": own for place, own in enumerate(self.tables.codes)}
        subs = [sub.to_json() for sub in self.tables.sub_columns]
        return Saved({"sub_columns": subs}, {"shares": self.tables.shares, **tensors})

    def _complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        allowed: Sequence[np.ndarray],
        weights: Weighting,
    ) -> np.ndarray:
        """Draws into ``codes`` of some rows; ``allowed`` has the tables without what never is.

        Also how many classes each row has to choose from.
        """
        joint = self.tables.log_joint(codes, given)
        mixed = dict[int, np.ndarray | None]()
        for place, group in enumerate(self.tables.groups):
            if group is None:
                own = weights_with_places(weights, place, codes, given, self.tables.groups, allowed)
                left = allowed[place].sum(1)[None] if own is None else own @ allowed[place].T
                with np.errstate(divide="ignore"):
                    joint += np.where(given[:, [place]], 0, np.log(left)).astype(np.float32)
                mixed[place] = own
        likely = normal(joint)[0].astype(np.float64)
        classes = drawn_each(likely, rng.random(len(codes)))
        for place, group in enumerate(self.tables.groups):
            own = mixed[place] if group is None else weights_of(weights, place, codes)
            uniform, at = rng.random(len(codes)), self._rows_of(codes, place, classes)
            table = filled(allowed[place])
            if own is None:
                found = drawn_of(np.cumsum(table, 1), at, uniform)
            else:
                found = drawn_each(table[at] * own, uniform)
            codes[:, place] = np.where(given[:, place], codes[:, place], found)
        choice: np.ndarray = 1 / np.square(likely).sum(1)
        return choice

    def _rows_of(self, codes: np.ndarray, place: int, classes: np.ndarray) -> np.ndarray:
        """Which row of a sub-column's table speaks for each row of codes."""
        group = self.tables.groups[place]
        return classes if group is None else codes[:, group]

    @cached_property
    def _reach(self) -> tuple[np.ndarray, ...]:
        return tuple(np.cumsum(own, 1, dtype=np.float64) for own in self.tables.codes)
