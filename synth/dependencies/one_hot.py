"""One-hot groups: columns of 0 and 1 of which exactly one is set in every row, or at most one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
    present,
    without_fixed,
)
from synth.dependencies.dependency import Constraint, Dependency, DependencyError, Family, words
from synth.dependencies.grid import from_grid, is_number, to_grid
from synth.dependencies.sample import FEW, Sample
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow

MOST_COLUMNS = 400  # of 0 and 1 that a search looks at
MOST_TRIED = 20_000  # steps of one search for columns that cover every row
FEWEST_MEMBERS = 3  # of two columns one is a map of the other
TOGETHER = 10  # rows with two set that chance would have, for a column to belong to a group


@dataclass(frozen=True)
class OneHot(Constraint):
    """Of ``target`` and ``sources`` one is set (1 or true) in every row, the others are not.

    With ``least`` 0 none may be. A missing value may stand for either.
    """

    kind: ClassVar[str] = "one_hot"
    fields: ClassVar[tuple[str, ...]] = ("least",)
    rank: ClassVar[int] = 9  # after null patterns

    target: str
    sources: tuple[str, ...]
    least: int = 1

    def holds(self, columns: Columns) -> Rows:
        sets, known = _states(columns, self.columns)
        count = sets.sum(1)
        enough = (count >= self.least) | ~known.all(1)
        holds: Rows = (count <= 1) & enough & _are_flags(columns, self.columns)
        return holds

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """In rows that break the rule one column is set, drawn among those that may be.

        A fixed one that is set stays the only one; else of several that are set one stays, and
        where none is, one is set as often as it is in the rows that keep the rule.
        """
        names = self.columns
        sets, known = _states(columns, names)
        holds = self.holds(columns)
        rows = np.flatnonzero(~holds)
        if not len(rows):
            return {}
        held = np.stack([fixed_rows(name, columns[name], fixed) for name in names], 1)[rows]
        usual = sets[holds].sum(0) + 1.0
        weight = np.where(sets[rows], usual, 0.0)
        none = ~sets[rows].any(1)
        weight[none] = usual * known[rows][none]
        weight = np.where(held, np.where(sets[rows], 1e12, 0.0), weight)
        chosen = _drawn(weight, rng)
        changed = {}
        for place, name in enumerate(names):
            new = sets[:, place].copy()
            new[rows] = (chosen == place) & known[rows, place]
            differs = new != sets[:, place]
            if differs.any():
                made = _as_type(new, columns[name].type)
                changed[name] = choose_rows(differs, made, columns[name])
        return without_fixed(changed, columns, fixed)

    def redundancy(self, chosen: Sequence[Dependency]) -> str | None:
        """A column belongs to one group."""
        own = set(self.columns)
        if any(rule.kind == self.kind and own & set(rule.columns) for rule in chosen):
            return "one of its columns belongs to another group"
        return None

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """Where two columns of a group are given as set, or all of them as not set."""
        for rule in rules:
            names = [name for name in rule.columns if name in given]
            sets = {n: _state(given[n])[0] for n in names}
            on = [name for name in names if sets[name].any()]
            if len(on) > 1:
                raise InputError(
                    f"given {words(tuple(map(repr, on)))}: {rule.describe()}: give one of them"
                )
            off = [n for n in names if not sets[n].all() and present(given, (n,)).all()]
            if rule.least and len(off) == len(rule.columns):
                raise InputError(f"given {', '.join(map(repr, off))}: {rule.describe()}: set one")

    def describe(self) -> str:
        most = "exactly" if self.least else "at most"
        return f"{most} one of {words(_in_words(self.columns))} is set"

    def check(self, schema: TableSchema) -> None:
        if self.least not in (0, 1):
            raise DependencyError(f"least is 0 or 1, not {self.least}")
        for name in self.columns:
            if schema[name].type != "boolean" and not is_number(schema[name].type):
                raise DependencyError(
                    f"column {name!r} is of type {schema[name].type}: it must hold 0 and 1, or "
                    "true and false"
                )

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> OneHot:
        return cls(data["target"], tuple(data["sources"]), data.get("least", 1))


def _in_words(names: tuple[str, ...], most: int = 8) -> tuple[str, ...]:
    return names if len(names) <= most else (*names[:most], f"{len(names) - most} more columns")


def _state(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """``(set, known)`` of one column; what is neither 0 nor 1 counts as not set."""
    known = present({"": array}, ("",))
    return (_numbers(array) == 1) & known, known


def _numbers(array: pa.Array) -> np.ndarray:
    """int64: 0 and 1 as they are, -1 for any other value, or none."""
    if pa.types.is_boolean(array.type):
        return np.asarray(pc.fill_null(array.cast(pa.int8()), -1)).astype(np.int64)
    values, valid = to_grid(array)
    return np.where(valid, values, -1)


def _as_type(sets: np.ndarray, kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array(sets)
    numbers = sets.astype(np.int64)
    return from_grid(numbers, np.ones(len(sets), bool), type_of_arrow(kind))[0]


def _states(columns: Columns, names: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    """Bool ``(rows, columns)``, twice: what is set, and what is known."""
    found = [_state(columns[name]) for name in names]
    return np.stack([on for on, _ in found], 1), np.stack([known for _, known in found], 1)


def _are_flags(columns: Columns, names: Collection[str]) -> Rows:
    """Where no column has a value besides 0 and 1."""
    flags = np.ones(len(columns[next(iter(names))]), bool)
    for name in names:
        known = present(columns, (name,))
        flags &= np.isin(_numbers(columns[name]), (0, 1)) | ~known
    return flags


def _drawn(weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A column for each row by its weights; -1 where all are 0."""
    reach = np.cumsum(weight, 1)
    drawn = rng.random(len(weight)) * reach[:, -1]
    chosen = (reach <= drawn[:, None]).sum(1)
    return np.where(reach[:, -1] > 0, np.minimum(chosen, weight.shape[1] - 1), -1)


def find(sample: Sample) -> list[OneHot]:
    """Groups that cover every row, then columns that are never set together, each column once."""
    names = [name for name in sample.names if _is_flag(sample, name)][:MOST_COLUMNS]
    if len(names) < 2:
        return []
    sets, known = _states(sample.columns, names)
    apart = _apart(sets)
    left = list(range(len(names)))
    rules: list[OneHot] = []
    for place in np.argsort(-sets.sum(0), kind="stable").tolist():
        group = _cover(place, sets, known, apart, left) if place in left else []
        if len(group) >= FEWEST_MEMBERS:
            rules.append(_rule(names, group, 1))
            left = [other for other in left if other not in group]
    for place in np.argsort(-sets.sum(0), kind="stable").tolist():
        group = _alone(place, sets, apart, left) if place in left else []
        if len(group) > 1:
            rules.append(_rule(names, group, 0))
            left = [other for other in left if other not in group]
    return rules


def _rule(names: list[str], group: list[int], least: int) -> OneHot:
    first, *rest = (names[place] for place in sorted(group))
    return OneHot(first, tuple(rest), least)


def _is_flag(sample: Sample, name: str) -> bool:
    kind = sample.type_of(name)
    if kind != "boolean" and not is_number(kind):
        return False
    array = sample.columns[name]
    if not 2 <= sample.distinct(name) <= 4 or not _are_flags({name: array}, (name,)).all():
        return False
    on, known = _state(array)
    return bool(on.any() and (known & ~on).any())


def _apart(sets: np.ndarray) -> np.ndarray:
    """Bool ``(columns, columns)``: which pairs are set together in no row."""
    numbers = sets.astype(np.float32)
    apart: np.ndarray = (numbers.T @ numbers) == 0
    np.fill_diagonal(apart, False)
    return apart


def _cover(
    start: int, sets: np.ndarray, known: np.ndarray, apart: np.ndarray, left: list[int]
) -> list[int]:
    """Columns with ``start`` of which exactly one is set in each row that lacks none of them.

    An exact cover of the rows' patterns (Knuth 2000, Algorithm X), given up after ``MOST_TRIED``
    steps; nothing where there is none, or chance alone would make one.
    """
    able = [place for place in left if place != start and apart[start, place]]
    if not able:
        return []
    rows = known[:, [start, *able]].all(1)
    if rows.sum() < FEW:
        return []
    patterns = np.unique(sets[rows][:, [start, *able]], axis=0)
    open_rows = patterns[~patterns[:, 0]][:, 1:]
    found = _search_cover(open_rows, apart[able][:, able])
    group = [start, *(able[place] for place in found)] if found is not None else []
    return group if group and _is_surprising(sets[:, group]) else []


def _search_cover(rows: np.ndarray, apart: np.ndarray) -> list[int] | None:
    """Columns, pairwise ``apart``, of which each row has exactly one."""
    start: list[int] = []
    waiting = [(start, np.ones(len(rows), bool), np.ones(len(apart), bool))]
    for _ in range(MOST_TRIED):
        if not waiting:
            return None
        chosen, uncovered, usable = waiting.pop()
        if not uncovered.any():
            return chosen
        choices = (rows & usable)[uncovered]
        row = choices[int(np.argmin(choices.sum(1)))]
        for place in np.flatnonzero(row)[::-1].tolist():
            waiting.append(([*chosen, place], uncovered & ~rows[:, place], usable & apart[place]))
    return None


def _is_surprising(sets: np.ndarray) -> bool:
    """Whether columns that had nothing to do with each other would break the rule in some rows."""
    share = sets.mean(0)
    none = np.prod(1 - share)
    one = none * (share / np.maximum(1 - share, 1e-12)).sum()
    return bool((1 - one) * len(sets) >= FEW)


def _alone(start: int, sets: np.ndarray, apart: np.ndarray, left: list[int]) -> list[int]:
    """Columns that are set in no row in which ``start`` or another of them is, but by no chance."""
    group, union = [start], sets[:, start].copy()
    for place in sorted(left, key=lambda place: (-sets[:, place].sum(), place)):
        if place == start or not apart[place, group].all():
            continue
        if union.mean() * sets[:, place].sum() >= TOGETHER:
            group.append(place)
            union |= sets[:, place]
    return group


FAMILY = Family("one-hot groups", (OneHot,), find)
