"""The baseline: every column by itself, as often as each value occurs in the train part.

What another generator is worth shows beside it. No torch, no training: the counts are the model.
A place inside a group is drawn given its group, so that values of two codes keep their frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from synth.generators.contract import GeneratorKind, Saved
from synth.generators.draws import drawn_each
from synth.generators.weights import Weighting, weights_with_places
from synth.table.sub_column import SubColumn, groups_of

if TYPE_CHECKING:
    from synth.learning.task import FitTask


@dataclass(frozen=True)
class MarginalSettings:
    """None: there is nothing to choose."""


class MarginalGenerator:
    """``counts`` has int64 ``(groups, K)`` per sub-column, one row where it has no group."""

    name = "marginal"

    def __init__(self, sub_columns: Sequence[SubColumn], counts: Sequence[np.ndarray]):
        self.sub_columns, self.counts = tuple(sub_columns), tuple(counts)
        self._groups = groups_of(self.sub_columns)

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``, one uniform per row and sub-column."""
        return self.sample_tempered(rows, rng, 1.0)

    def sample_tempered(
        self, rows: int, rng: np.random.Generator, temperature: float
    ) -> np.ndarray:
        """The same with shares to the power of ``1 / temperature``."""
        nothing = np.zeros((rows, len(self.counts)), np.int32)
        return self._drawn(nothing, np.zeros(nothing.shape, bool), rng, 1 / temperature)

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes with all drawn anew that are not given: exact, since columns are independent.

        A group that is drawn where only its place is given is drawn without regard to it.
        """
        return self._drawn(codes, given, rng, 1.0, never, weights), float("inf")

    def log_prob(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``, in nats; -inf for codes that the train part never showed."""
        total = np.zeros(len(codes))
        for place, shares in enumerate(self._shares(1.0)):
            with np.errstate(divide="ignore"):
                logarithms = np.log(shares)
            total += logarithms[self._rows_of(codes, place), codes[:, place]]
        return total

    def save(self) -> Saved:
        """The counts, and what they are of."""
        tensors = {f"counts.{place}": count for place, count in enumerate(self.counts)}
        return Saved({"sub_columns": [sub.to_json() for sub in self.sub_columns]}, tensors)

    def _drawn(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        power: float,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> np.ndarray:
        drawn = np.array(codes, np.int32)
        shares = self._shares(power, never)
        for place, own in enumerate(shares):
            uniform = rng.random(len(drawn))
            group = self._rows_of(drawn, place)
            held = own[group]
            more = weights_with_places(weights or {}, place, drawn, given, self._groups, shares)
            found = drawn_each(held if more is None else held * more, uniform)
            drawn[:, place] = np.where(given[:, place], drawn[:, place], found)
        return drawn

    def _rows_of(self, codes: np.ndarray, place: int) -> np.ndarray:
        """Which row of the counts speaks for each row of codes."""
        group = self._groups[place]
        found: np.ndarray = np.zeros(len(codes), np.int64) if group is None else codes[:, group]
        return found

    def _shares(self, power: float, never: Sequence[np.ndarray] | None = None) -> list[np.ndarray]:
        """float64 ``(groups, K)`` per sub-column; a group without rows has the shares of all."""
        found = []
        for place, counts in enumerate(self.counts):
            known = counts if never is None else np.where(never[place], 0, counts)
            usual = known.sum(0) if known.sum() else np.ones(known.shape[1])
            held = np.where(known.sum(1, keepdims=True) > 0, known, usual)
            shares = (held / held.max(1, keepdims=True)) ** power
            found.append(shares / shares.sum(1, keepdims=True))
        return found


class MarginalKind(GeneratorKind):
    """Independent columns; conditional, scored and tempered."""

    name: ClassVar[str] = MarginalGenerator.name
    summary: ClassVar[str] = "the baseline: every column by itself; no torch"
    settings_type: ClassVar[type[MarginalSettings]] = MarginalSettings
    learns: ClassVar[bool] = False
    generator_type: ClassVar[type[MarginalGenerator]] = MarginalGenerator

    def fit(self, task: FitTask) -> MarginalGenerator:
        """The counts of the task's statistics."""
        statistics = task.statistics
        groups = zip(statistics.counts, statistics.group_counts, strict=True)
        counts = [own[None] if grouped is None else grouped for own, grouped in groups]
        task.progress.facts["parameters"] = int(sum(count.size for count in counts))
        return MarginalGenerator(task.sub_columns, counts)

    def load(self, saved: Saved) -> MarginalGenerator:
        """The generator of a model folder."""
        described: list[dict[str, Any]] = saved.description["sub_columns"]
        subs = [SubColumn.from_json(sub) for sub in described]
        return MarginalGenerator(subs, [saved.tensors[f"counts.{i}"] for i in range(len(subs))])
