"""Fine places as positions: for generators that draw a number inside a group, not one of its codes.

A place in a group (a code of an odd level) is a position on (0, 1): the share of the group's rows
that lie below it, by the smooth margins. Positions that are uniform within each group then give
codes with these margins, whatever drew them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.encode.statistics import CodeStatistics
from synth.generators.draws import drawn_of, filled
from synth.generators.margins import margins
from synth.table.sub_column import SubColumn, groups_of

Shares = np.ndarray  # float32 (groups, K): of a group's places, 1 together


@dataclass(frozen=True)
class Positions:
    """First-level codes and positions in place of codes, and back.

    ``shares`` has one table for each sub-column of an odd level, in their order. Of S sub-columns F
    are of an even level and P of an odd one.
    """

    sub_columns: tuple[SubColumn, ...]
    shares: tuple[Shares, ...]

    @classmethod
    def of(cls, sub_columns: Sequence[SubColumn], statistics: CodeStatistics) -> Positions:
        """By the margins of the train part; a group that it never showed has those of all."""
        tables = [
            filled(np.asarray(own, np.float64))
            for own, sub in zip(margins(sub_columns, statistics), sub_columns, strict=True)
            if sub.level % 2
        ]
        shares = [(own / own.sum(1, keepdims=True)).astype(np.float32) for own in tables]
        return cls(tuple(sub_columns), tuple(shares))

    @cached_property
    def first(self) -> tuple[int, ...]:
        """Places of the F sub-columns whose codes stand for themselves."""
        return tuple(place for place, sub in enumerate(self.sub_columns) if sub.level % 2 == 0)

    @cached_property
    def fine(self) -> tuple[int, ...]:
        """Places of the P sub-columns whose codes are places in a group."""
        return tuple(place for place, sub in enumerate(self.sub_columns) if sub.level % 2)

    @cached_property
    def leads(self) -> tuple[int, ...]:
        """For each of the P, which of the F is its group: an index into ``first``."""
        groups = groups_of(self.sub_columns)
        found = [groups[place] for place in self.fine]
        return tuple(self.first.index(group) for group in found if group is not None)

    @cached_property
    def cardinalities(self) -> tuple[int, ...]:
        """Codes of each of the F."""
        return tuple(self.sub_columns[place].cardinality for place in self.first)

    @cached_property
    def varied(self) -> tuple[np.ndarray, ...]:
        """Bool ``(groups,)`` for each of the P: the groups that have more than one place.

        In the others (nulls, values of their own) a position says nothing.
        """
        return tuple((own > 0).sum(1) > 1 for own in self.shares)

    def intervals(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """float32 ``(n, P)`` twice: where each place of codes ``(n, S)`` begins, and how wide."""
        shape = (len(codes), len(self.fine))
        begin, width = np.zeros(shape, np.float32), np.ones(shape, np.float32)
        for at, (place, lead) in enumerate(zip(self.fine, self.leads, strict=True)):
            groups, places = codes[:, self.first[lead]], codes[:, place]
            width[:, at] = self.shares[at][groups, places]
            begin[:, at] = self._reach[at][groups, places] - width[:, at]
        return begin, width

    def moving(self, first: np.ndarray) -> np.ndarray:
        """Bool ``(n, P)``: where positions say something, given the codes ``(n, F)``."""
        found = np.zeros((len(first), len(self.fine)), bool)
        for at, (lead, varied) in enumerate(zip(self.leads, self.varied, strict=True)):
            found[:, at] = varied[first[:, lead]]
        return found

    def codes(self, first: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """int32 codes ``(n, S)`` of first-level ones ``(n, F)`` and positions on [0, 1] ``(n, P)``.

        A position outside is taken as the nearer end.
        """
        found = np.zeros((len(first), len(self.sub_columns)), np.int32)
        found[:, self.first] = first
        for at, (place, lead) in enumerate(zip(self.fine, self.leads, strict=True)):
            inside = np.clip(positions[:, at].astype(np.float64), 0, 1)
            found[:, place] = drawn_of(self._reach[at], first[:, lead], inside)
        return found

    def tensors(self) -> dict[str, np.ndarray]:
        """The tables by name, for a model folder."""
        return {f"places.{at}": own for at, own in enumerate(self.shares)}

    @classmethod
    def loaded(cls, sub_columns: Sequence[SubColumn], tensors: dict[str, np.ndarray]) -> Positions:
        """Those whose ``tensors`` a model folder has, beside others."""
        fine = sum(sub.level % 2 for sub in sub_columns)
        return cls(tuple(sub_columns), tuple(tensors[f"places.{at}"] for at in range(fine)))

    @cached_property
    def _reach(self) -> tuple[np.ndarray, ...]:
        return tuple(np.cumsum(own, 1, dtype=np.float64) for own in self.shares)
