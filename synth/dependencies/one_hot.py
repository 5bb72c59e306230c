"""One-hot groups: flags of which exactly one is set in every row, or at most one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

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
from synth.dependencies.dependency import Constraint, Dependency, DependencyError, words
from synth.dependencies.evidence import Breaks
from synth.dependencies.marks import (
    PLAIN,
    Mark,
    is_flag_type,
    marks_of,
    read,
    set_as_number,
    write,
)
from synth.table.errors import InputError
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    from synth.dependencies.sample import Sample


@dataclass(frozen=True)
class OneHot(Constraint):
    """Of ``target`` and ``sources`` one is set (1 or true) in every row, the others are not.

    With ``least`` 0 none may be. A missing value may stand for either. ``marks`` say of each column
    how it writes that it is set and that it is not, where that is not 1 and 0; else there are none.
    """

    kind: ClassVar[str] = "one_hot"
    fields: ClassVar[tuple[str, ...]] = ("least",)
    broken_by_mistakes: ClassVar[bool] = True
    rank: ClassVar[int] = 9  # after null patterns

    target: str
    sources: tuple[str, ...]
    least: int = 1
    marks: tuple[Mark, ...] = ()

    def holds(self, columns: Columns) -> Rows:
        sets, known, fits = states(columns, self.columns, self._marks)
        count = sets.sum(1)
        enough = (count >= self.least) | ~known.all(1)
        holds: Rows = (count <= 1) & enough & fits.all(1)
        return holds

    def breaks(self, rows: int, counts: Mapping[str, int]) -> Breaks:
        """Where nothing stands for what is not set, every row is known."""
        if all(mark.off_is_null for mark in self._marks):
            return Breaks(rows, counts["exceptions"])
        return super().breaks(rows, counts)

    def condition(self, schema: TableSchema) -> str | None:
        """None where it would tell a text of a sensitive column."""
        pairs = list(zip(self.columns, self._marks, strict=True))
        if any(schema[name].sensitive and mark.on is not None for name, mark in pairs):
            return None
        total = " + ".join(set_as_number(schema[name], mark) for name, mark in pairs)
        return f"{total} {'=' if self.least else '<='} 1"

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """In rows that break the rule one column is set, drawn among those that may be.

        A fixed one that is set stays the only one; else of several that are set one stays, and
        where none is, one is set as often as it is in the rows that keep the rule.
        """
        names = self.columns
        sets, known, _ = states(columns, names, self._marks)
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
                made = write(new, columns[name].type, self._marks[place])
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
            marks = dict(zip(rule.columns, rule._marks, strict=True))
            flags = {name: read(given[name], marks[name]) for name in names}
            on = [name for name in names if flags[name].on.any()]
            if len(on) > 1:
                raise InputError(
                    f"given {words(tuple(map(repr, on)))}: {rule.describe()}: give one of them"
                )
            off = [n for n in names if not flags[n].on.all() and flags[n].known.all()]
            if rule.least and len(off) == len(rule.columns):
                raise InputError(f"given {', '.join(map(repr, off))}: {rule.describe()}: set one")

    def completed(self, sample: Sample) -> OneHot:
        """With what stands for set and not set; DependencyError for a column that is no flag."""
        columns = {name: sample.columns[name] for name in self.columns}
        marks = marks_of(columns, sample.settings.min_entities)
        for name in self.columns:
            if name not in marks:
                raise DependencyError(
                    f"column {name!r} is no flag: it must hold 0 and 1, true and false, or two "
                    f"texts that {sample.settings.min_entities} rows share"
                )
        return self.with_marks(marks)

    def with_marks(self, marks: Mapping[str, Mark]) -> OneHot:
        """The rule for columns that write their flags so."""
        own = tuple(marks[name] for name in self.columns)
        return replace(self, marks=() if set(own) == {PLAIN} else own)

    def without_values(self) -> OneHot:
        return replace(self, marks=())

    def describe(self) -> str:
        most = "exactly" if self.least else "at most"
        return f"{most} one of {words(_in_words(self.columns))} is set"

    def check(self, schema: TableSchema) -> None:
        if self.least not in (0, 1):
            raise DependencyError(f"least is 0 or 1, not {self.least}")
        for name in self.columns:
            if not is_flag_type(schema[name].type):
                raise DependencyError(
                    f"column {name!r} is of type {schema[name].type}: it must hold 0 and 1, "
                    "true and false, or two texts"
                )

    def to_json(self) -> dict[str, Any]:
        data = super().to_json()
        return data | {"marks": [list(mark) for mark in self.marks]} if self.marks else data

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> OneHot:
        marks = tuple(Mark(*mark) for mark in data.get("marks", ()))
        return cls(data["target"], tuple(data["sources"]), data.get("least", 1), marks)

    @property
    def _marks(self) -> tuple[Mark, ...]:
        return self.marks or (PLAIN,) * len(self.columns)


def _in_words(names: tuple[str, ...], most: int = 8) -> tuple[str, ...]:
    return names if len(names) <= most else (*names[:most], f"{len(names) - most} more columns")


def states(
    columns: Columns, names: Sequence[str], marks: Sequence[Mark]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bool ``(rows, columns)``, three: what is set, what is known, what is a flag at all."""
    flags = [read(columns[n], mark) for n, mark in zip(names, marks, strict=True)]
    on, known, fits = (np.stack(own, 1) for own in zip(*flags, strict=True))
    return on, known, fits


def _drawn(weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A column for each row by its weights; -1 where all are 0."""
    reach = np.cumsum(weight, 1)
    drawn = rng.random(len(weight)) * reach[:, -1]
    chosen = (reach <= drawn[:, None]).sum(1)
    return np.where(reach[:, -1] > 0, np.minimum(chosen, weight.shape[1] - 1), -1)
