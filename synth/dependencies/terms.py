"""Signed sums of numbers on the columns' decimal grid, exact in every type: what kinds share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, once
from synth.dependencies.dependency import DependencyError, Formula
from synth.dependencies.grid import from_grid, grid_of, to_grid
from synth.table.schema import TableSchema, arrow_type, type_of_arrow
from synth.table.values import INT64_DIGITS

MOST_TERMS = 6


@dataclass(frozen=True)
class Terms(Formula):
    """``target`` is told by the sum of the sources, each with its sign; null if one of them is."""

    target: str
    sources: tuple[str, ...]
    signs: tuple[int, ...]
    decimals: int = 0  # the grid on which it is summed
    type: str = "int"

    def predict(self, columns: Columns) -> pa.Array:
        total, valid, _ = self._total(columns)
        return from_grid(total, valid, self.type, self.decimals)[0]

    def known(self, columns: Columns) -> Rows:
        total, valid, null = self._total(columns)
        fits = from_grid(total, valid, self.type, self.decimals)[1]
        known: Rows = (valid & fits) | null
        return known

    def holds(self, columns: Columns) -> Rows:
        """On the grid: a float sum may differ from the seed's in its last bit."""
        total, valid, null = self._total(columns)
        own = columns[self.target]
        actual, present = once(columns, self.target, to_grid, self.decimals)
        both: Rows = (valid & present & (actual == total)) | (null & np.asarray(own.is_null()))
        return both

    def solve(self, columns: Columns) -> dict[str, pa.Array]:
        """Each term where it is the only one that is missing."""
        solved = dict(columns)
        for place, name in enumerate(self.sources):
            if solved[name].null_count:
                term = self._solved_for(place, type_of_arrow(solved[name].type))
                solved[name] = pc.coalesce(solved[name], term.predict(solved))
        return {name: solved[name] for name in self.sources}

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The term that the target and the other terms leave."""
        kind = type_of_arrow(columns[source].type)
        return self._solved_for(self.sources.index(source), kind).predict(columns)

    def decimals_of(self, source: str) -> int | None:
        return self.decimals

    def check(self, schema: TableSchema) -> None:
        if not 2 <= len(self.sources) <= MOST_TERMS:
            raise DependencyError(
                f"a {self.kind} has 2 to {MOST_TERMS} sources, not {len(self.sources)}"
            )
        if len(self.signs) != len(self.sources) or set(self.signs) - {1, -1}:
            raise DependencyError(f"a {self.kind} has one sign, 1 or -1, for each source")
        if not 0 <= self.decimals <= INT64_DIGITS:
            raise DependencyError(f"decimals is 0 to {INT64_DIGITS}, not {self.decimals}")
        for name in (self.target, *self.sources):
            require_number(schema, name)

    @property
    def signed(self) -> str:
        """The sources with their signs, in words."""
        return signed_words(self.signs, self.sources)

    def _around(self, place: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Sources and signs with that at ``place`` on the left: ``c = a - b`` is ``b = a - c``."""
        own = self.signs[place]
        others = [at for at in range(len(self.sources)) if at != place]
        sources = (self.target, *(self.sources[at] for at in others))
        return sources, (own, *(-own * self.signs[at] for at in others))

    @abstractmethod
    def _solved_for(self, place: int, type_name: str) -> Self:
        """The rule with the source at ``place`` on the left, of its type."""

    def _total(self, columns: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(total, valid, null)``: valid where each source is on the grid, null where one is."""
        count = len(columns[self.sources[0]])
        total, valid, null = np.zeros(count, np.int64), np.ones(count, bool), np.zeros(count, bool)
        for sign, name in zip(self.signs, self.sources, strict=True):
            values, on = once(columns, name, to_grid, self.decimals)
            total += sign * values
            valid &= on
            null |= np.asarray(columns[name].is_null())
        return total, valid, null


def signed_words(signs: Sequence[int], sources: Sequence[str]) -> str:
    """``a - b + c``."""
    terms = (("+ " if s > 0 else "- ") + n for s, n in zip(signs, sources, strict=True))
    return " ".join(terms).removeprefix("+ ")


def decimals_given(data: Mapping[str, Any], schema: TableSchema) -> int:
    """The decimals that a rule is given, or the most that a type of its columns declares."""
    given = data.get("decimals")
    if given is not None:
        return int(given)
    names = (data["target"], *data["sources"])
    return max(declared_decimals_of(schema[name].type) for name in names)


def declared_decimals_of(type_name: str) -> int:
    """The decimals that a type declares; floats declare none, 6 covers money and rates."""
    if type_name in ("float", "double"):
        return 6
    return grid_of(pa.array([], arrow_type(type_name))) or 0
