"""Null patterns: one column is null exactly where another is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Columns, DependencyError, Rows, Written, choose_rows
from synth.dependencies.sample import FEW, Sample
from synth.table.schema import TableSchema

SMALL_GROUP = 8  # in larger groups only these many columns are tried as the source


@dataclass(frozen=True)
class Nulls(Written):
    """``target`` is null exactly where the one source is."""

    kind: ClassVar[str] = "nulls"
    fields: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[tuple[str, ...]] = ()
    rank: ClassVar[int] = 9
    is_constraint: ClassVar[bool] = True

    target: str
    sources: tuple[str, ...]

    def holds(self, columns: Columns) -> Rows:
        source = np.asarray(columns[self.sources[0]].is_null())
        holds: Rows = source == np.asarray(columns[self.target].is_null())
        return holds

    def restore(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """Values that are missing are drawn from the batch's own; in a batch without, the source
        takes the null instead.
        """
        absent = np.asarray(columns[self.sources[0]].is_null())
        target = columns[self.target]
        lacking = np.flatnonzero(~absent & np.asarray(target.is_null()))
        if not len(lacking):
            return {self.target: _nulled(target, absent)}
        present = np.flatnonzero(np.asarray(target.is_valid()))
        if not len(present):
            nothing = np.ones(len(target), bool)
            return {self.sources[0]: _nulled(columns[self.sources[0]], nothing)}
        take = np.arange(len(target))
        take[lacking] = rng.choice(present, len(lacking))
        return {self.target: _nulled(target.take(pa.array(take)), absent)}

    def describe(self) -> str:
        return f"{self.target} is null exactly where {self.sources[0]} is"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"a null pattern has one source, not {len(self.sources)}")

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Nulls:
        return cls(data["target"], tuple(data["sources"]))


def find(sample: Sample) -> list[Nulls]:
    """Columns with the same nulls; every column of a small group may be the source."""
    groups: dict[bytes, list[str]] = {}
    for name in sample.names:
        null = np.asarray(sample.columns[name].is_null())
        if FEW <= null.sum() <= len(null) - FEW:
            groups.setdefault(np.packbits(null).tobytes(), []).append(name)
    # Every group by its first source before any by its second: what is cut off is least missed.
    return [
        Nulls(target, (names[place],))
        for place in range(SMALL_GROUP)
        for names in groups.values()
        if place < len(names)
        for target in names
        if target != names[place]
    ]


def _nulled(array: pa.Array, absent: np.ndarray) -> pa.Array:
    return choose_rows(absent, pa.nulls(len(array), array.type), array)
