"""Null patterns: one column is null exactly where another is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import (
    NOTHING,
    Columns,
    Fixed,
    Rows,
    choose_rows,
    fixed_rows,
    without_fixed,
)
from synth.dependencies.dependency import Constraint, Dependency, DependencyError, Family
from synth.dependencies.sample import FEW, Sample
from synth.table.errors import InputError
from synth.table.schema import TableSchema

SMALL_GROUP = 8  # in larger groups only these many columns are tried as the source


@dataclass(frozen=True)
class Nulls(Constraint):
    """``target`` is null exactly where the one source is."""

    kind: ClassVar[str] = "nulls"
    takes_other_values: ClassVar[bool] = True
    rank: ClassVar[int] = 8

    target: str
    sources: tuple[str, ...]

    def holds(self, columns: Columns) -> Rows:
        source = np.asarray(columns[self.sources[0]].is_null())
        holds: Rows = source == np.asarray(columns[self.target].is_null())
        return holds

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """The target follows the source; where only the target is fixed, the source follows it.

        Values that are missing are drawn from the batch's own; in a batch without, the source takes
        the null instead.
        """
        source, changed = self.sources[0], dict[str, pa.Array]()
        leads = fixed_rows(self.target, columns[self.target], fixed)
        if leads.any():
            backward = replace(self, target=source, sources=(self.target,))
            led = backward._apply(columns, rng).get(source, columns[source])
            changed[source] = choose_rows(leads, led, columns[source])
            changed = without_fixed(changed, columns, fixed)
        changed |= self._apply({**columns, **changed}, rng)
        return without_fixed(changed, columns, fixed)

    @classmethod
    def restore_all(
        cls, rules: Sequence[Any], columns: Columns, rng: np.random.Generator, fixed: Fixed
    ) -> dict[str, pa.Array]:
        """Once, and again where one changed its source: those before it went by its values.

        Twice is enough: the source is then null in every row, or as what is fixed has it.
        """
        restored = dict(columns)
        for _ in range(2):
            nulled = False
            for rule in rules:
                changed = rule.restore(restored, rng, fixed)
                nulled |= rule.sources[0] in changed
                restored |= changed
            if not nulled:
                break
        return restored

    def redundancy(self, chosen: Sequence[Dependency]) -> str | None:
        """One source a group of columns that are null together; every other column once."""
        source_of: dict[str, str] = {}
        for rule in chosen:
            if rule.kind == self.kind:
                source_of[rule.target] = source_of[rule.sources[0]] = rule.sources[0]
        source = self.sources[0]
        if self.target in source_of or source_of.get(source, source) != source:
            return "implied by another null pattern"
        return None

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """Where one column is given a null, and one that shares its nulls is not."""
        source: dict[str, str] = {}
        for rule in rules:
            source |= {name: rule.sources[0] for name in rule.columns}
        for one, other in combinations(given, 2):
            if one not in source or source[one] != source.get(other):
                continue
            both = [np.asarray(given[name].is_null()) for name in (one, other)]
            if len({empty for nulls in both for empty in nulls.tolist()}) > 1:
                raise InputError(
                    f"given {one!r} and {other!r}: each is null exactly where the other is: give "
                    "values for both, or null for both, or leave one of them out"
                )

    def _apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
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


FAMILY = Family("null patterns", (Nulls,), find)
