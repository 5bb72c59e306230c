"""Null patterns: one column is null exactly where another is, or exactly where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
from synth.dependencies.evidence import Breaks
from synth.dependencies.sample import FEW, Sample
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from synth.table.sql import quote

LABELS, SEVERAL = 256, 2  # of more different values than labels only one of several rows tells
SMALL_GROUP = 8  # in larger groups only these many columns are tried as the source


@dataclass(frozen=True)
class Nulls(Constraint):
    """``target`` is null exactly where the one source is; ``opposite``: where it has a value."""

    kind: ClassVar[str] = "nulls"
    fields: ClassVar[tuple[str, ...]] = ("opposite",)
    takes_other_values: ClassVar[bool] = True
    broken_by_mistakes: ClassVar[bool] = True
    is_of_absence: ClassVar[bool] = True
    rank: ClassVar[int] = 8

    target: str
    sources: tuple[str, ...]
    opposite: bool = False

    def holds(self, columns: Columns) -> Rows:
        holds: Rows = self._absent(columns) == np.asarray(columns[self.target].is_null())
        return holds

    def breaks(self, rows: int, counts: Mapping[str, int]) -> Breaks:
        """Of the rows that speak for the rule the fewer ones: that lack both, or have both."""
        ways = counts["complete"], rows - sum(counts[n] for n in ("complete", "orphans", "gaps"))
        if self.opposite:
            ways = counts["orphans"], counts["gaps"]
        return Breaks(min(ways) + counts["exceptions"], counts["exceptions"])

    def condition(self, schema: TableSchema) -> str | None:
        target, source = quote(self.target), quote(self.sources[0])
        return f"({target} IS NULL) {'<>' if self.opposite else '='} ({source} IS NULL)"

    def _absent(self, columns: Columns) -> Rows:
        """Where the target is to be null."""
        source = columns[self.sources[0]]
        absent: Rows = np.asarray(source.is_valid() if self.opposite else source.is_null())
        return absent

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """The target follows the source; where only the target is fixed, the source follows it.

        Values that are missing are drawn from the batch's own; in a batch without, the source
        follows instead.
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
        source, turned = dict[str, str](), dict[str, bool]()
        for rule in rules:
            source |= {name: rule.sources[0] for name in rule.columns}
            turned |= {rule.target: rule.opposite}
        for one, other in combinations(given, 2):
            if one not in source or source[one] != source.get(other):
                continue
            both = [
                np.asarray(given[name].is_null()) ^ turned.get(name, False) for name in (one, other)
            ]
            if len({empty for nulls in both for empty in nulls.tolist()}) > 1:
                raise InputError(f"given {one!r} and {other!r}: {_remedy(one, other, turned)}")

    def _apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        absent, target, source = self._absent(columns), columns[self.target], self.sources[0]
        lacking = ~absent & np.asarray(target.is_null())
        filled = _filled(target, lacking, rng)
        if filled is not None:
            return {self.target: _nulled(filled, absent)}
        if not self.opposite:
            return {source: _nulled(columns[source], np.ones(len(target), bool))}
        filled = _filled(columns[source], lacking, rng)
        return {self.target: _nulled(target, absent)} | ({} if filled is None else {source: filled})

    def describe(self) -> str:
        if self.opposite:
            return f"{self.target} is null exactly where {self.sources[0]} has a value"
        return f"{self.target} is null exactly where {self.sources[0]} is"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"a null pattern has one source, not {len(self.sources)}")

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Nulls:
        return cls(data["target"], tuple(data["sources"]), bool(data.get("opposite", False)))


def find(sample: Sample) -> list[Nulls]:
    """Columns with the same nulls, or the opposite ones; all of a small group may be the source.

    Of two groups that are each other's opposite the first has the sources of both, so that one
    column tells where all the others are null. Where few rows may break a rule, those that some do.
    """
    if sample.settings.broken:
        return _nearly(sample)
    groups: dict[bytes, list[str]] = {}
    opposite: dict[bytes, bytes] = {}
    for name in sample.names:
        null = np.asarray(sample.columns[name].is_null())
        if FEW <= null.sum() <= len(null) - FEW:
            own = np.packbits(null).tobytes()
            groups.setdefault(own, []).append(name)
            opposite[own] = np.packbits(~null).tobytes()
    seen: set[bytes] = set()
    leaders, others = list[_Group](), list[_Group]()
    for own, names in groups.items():
        if opposite[own] in seen:
            others.append(_Group(names, []))
        else:
            leaders.append(_Group(names, groups.get(opposite[own], [])))
        seen.add(own)
    # Every group by its first source before any by its second: what is cut off is least missed.
    return [
        rule
        for led in (leaders, others)
        for place in range(SMALL_GROUP)
        for group in led
        for rule in group.rules(place)
    ]


def _nearly(sample: Sample) -> list[Nulls]:
    """For each column the one before it whose nulls it nearly has, or nearly has not.

    Of the rows that lack a value, and of those that have one, whichever are fewer, so many at most
    may differ as a share.
    """
    nulls = {name: np.asarray(sample.columns[name].is_null()) for name in sample.names}
    names = [n for n, null in nulls.items() if FEW <= null.sum() <= len(null) - FEW]
    if not names:
        return []
    table = np.stack([nulls[name] for name in names], 1).astype(np.float32)
    rows, lacking = len(table), table.sum(0)
    differs = lacking[:, None] + lacking[None, :] - 2 * (table.T @ table)
    off = np.minimum(differs, rows - differs)
    fewer = np.minimum(lacking, rows - lacking)
    rules: list[Nulls] = []
    leaders = [0]
    for place in range(1, len(names)):
        source = leaders[int(np.argmin(off[place, leaders]))]
        least, turned = off[place, source], differs[place, source] > off[place, source]
        rule = Nulls(names[place], (names[source],), opposite=bool(turned))
        if 0 < least <= sample.settings.broken * fewer[place] and not _is_habit(rule, sample):
            rules.append(rule)
        if differs[place, leaders].min() > 0:
            leaders.append(place)
    return rules


def _is_habit(rule: Nulls, sample: Sample) -> bool:
    """Whether it is a value that breaks the rule: no job, and so no employer, of who never worked.

    Most of the rows that break it have a value that breaks it in most of its rows. A mistake is
    made in rows of frequent values; of a number nearly every row has a value of its own.
    """
    broken = ~rule.holds(sample.columns)
    by_value = 0
    for name in rule.columns:
        values = sample.columns[name].dictionary_encode()
        valid = np.asarray(values.is_valid())
        codes = np.asarray(pc.fill_null(values.indices, 0))[valid]
        rows = np.bincount(codes)
        breaks = np.bincount(codes[broken[valid]], minlength=len(rows))
        usual = (rows >= (1 if len(rows) <= LABELS else SEVERAL)) & (2 * breaks >= rows)
        by_value += int(breaks[usual].sum())
    return bool(2 * by_value >= broken.sum())


@dataclass(frozen=True)
class _Group:
    """Columns that are null together, and those that are null in all other rows."""

    names: list[str]
    opposite: list[str]

    def rules(self, place: int) -> list[Nulls]:
        """Those whose source is the column of a place."""
        if place >= len(self.names):
            return []
        source = (self.names[place],)
        alike = [Nulls(name, source) for name in self.names if name != self.names[place]]
        return alike + [Nulls(name, source, opposite=True) for name in self.opposite]


def _remedy(one: str, other: str, turned: dict[str, bool]) -> str:
    if turned.get(one, False) == turned.get(other, False):
        return (
            "each is null exactly where the other is: give values for both, or null for both, or "
            "leave one of them out"
        )
    return (
        "each is null exactly where the other has a value: give a value for one and null for the "
        "other, or leave one of them out"
    )


def _filled(array: pa.Array, lacking: np.ndarray, rng: np.random.Generator) -> pa.Array | None:
    """The array with values of its own in the rows that lack one; None where it has none."""
    present = np.flatnonzero(np.asarray(array.is_valid()))
    if not lacking.any():
        return array
    if not len(present):
        return None
    take = np.arange(len(array))
    take[lacking] = rng.choice(present, int(lacking.sum()))
    return array.take(pa.array(take))


def _nulled(array: pa.Array, absent: np.ndarray) -> pa.Array:
    return choose_rows(absent, pa.nulls(len(array), array.type), array)


FAMILY = Family("null patterns", (Nulls,), find)
