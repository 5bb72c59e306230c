"""Steps: a column of few values that is told by between which bounds a number or time lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import Columns, Rows, once, present
from synth.dependencies.dependency import TOO_RARE, DependencyError, Formula
from synth.dependencies.evidence import Found, TableFacts, Tally
from synth.dependencies.keymap import plain, typed
from synth.dependencies.settings import DependencySettings
from synth.table.round_numbers import cut_between
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import is_ordered, is_whole, to_numbers

if TYPE_CHECKING:
    from synth.dependencies.sample import Sample


MOST_LEVELS = 20  # ranges: more are a curve
_ARRAYS = ("rows", "missing", "low", "high")


@dataclass(frozen=True)
class StepFunction(Formula):
    """``target`` is ``levels[i]`` where the one source lies from ``cuts[i - 1]`` to ``cuts[i]``.

    A value that is a cut lies above it. Cuts are as ``to_numbers`` has them, levels as JSON has
    them; ``absent`` is the level where the source is missing.
    """

    kind: ClassVar[str] = "step"
    rank: ClassVar[int] = 8  # after maps, which need no order
    broken_by_mistakes: ClassVar[bool] = False  # ranges of few rows have no band of their own

    target: str
    sources: tuple[str, ...]
    cuts: tuple[float, ...] = ()
    levels: tuple[Any, ...] = ()
    absent: Any = None
    type: str = "string"  # the target's
    source_type: str = "double"

    def predict(self, columns: Columns) -> pa.Array:
        cells, there = self.cells(columns)
        values = typed([*self.levels, self.absent], self.type)
        return values.take(pa.array(np.where(there, cells, len(self.levels))))

    def known(self, columns: Columns) -> Rows:
        return np.full(len(columns[self.sources[0]]), bool(self.levels))

    def cells(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """int64 and bool ``(rows,)``: between which cuts the source lies, and where it is."""
        numbers, there = numbers_of(columns, self.sources[0])
        return np.searchsorted(np.array(self.cuts, numbers.dtype), numbers, side="right"), there

    def completed(self, sample: Sample) -> StepFunction:
        return seen(sample, self.target, self.sources[0]) or self

    def tally(self, settings: DependencySettings) -> Tally:
        return Cells(self, settings)

    def weakness(self, found: Found, facts: TableFacts) -> str | None:
        if found.supported < found.rows:
            return TOO_RARE
        if not (found.is_exact or found.is_bound):
            return "it does not hold in every row"
        return super().weakness(found, facts)

    def without_values(self) -> StepFunction:
        return replace(self, cuts=(), levels=(), absent=None)

    def source_range_of(
        self, meets: Callable[[pa.Array], Rows]
    ) -> tuple[float | None, float | None] | None:
        """From the first of the ranges whose level meets the test to the last."""
        cells = np.flatnonzero(meets(typed(list(self.levels), self.type)))
        if not len(cells):
            return None
        ends = (None, *self.cuts, None)
        return ends[cells[0]], ends[cells[-1] + 1]

    def describe(self) -> str:
        return f"{self.target} is told by the range in which {self.sources[0]} lies"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1 or not is_ordered(schema[self.sources[0]].type):
            raise DependencyError(
                f"the source of {self.target!r} must be one column of numbers, dates or times"
            )

    def to_json(self) -> dict[str, Any]:
        own = {"cuts": list(self.cuts), "levels": list(self.levels), "absent": self.absent}
        return {**super().to_json(), **(own if self.levels else {})}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> StepFunction:
        cuts, levels = tuple(data.get("cuts", ())), tuple(data.get("levels", ()))
        own = (cuts, levels, data.get("absent"), schema[data["target"]].type)
        return cls(data["target"], tuple(data["sources"]), *own, schema[data["sources"][0]].type)


def numbers_of(columns: Columns, name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(numbers, there)``; NaN is missing."""
    numbers, _ = once(columns, name, to_numbers, type_of_arrow(columns[name].type))
    there = present(columns, (name,))
    return np.where(there, numbers, 0), there


def seen(sample: Sample, target: str, source: str) -> StepFunction | None:
    """The steps that no row of a sample contradicts; None where there are none.

    Without the rows that have no target, where these are no level of their own.
    """
    numbers, there = numbers_of(sample.columns, source)
    has = present(sample.columns, (target,))
    for rows in (there, there & has):
        order = np.flatnonzero(rows & np.isfinite(numbers))
        order = order[np.argsort(numbers[order], kind="stable")]
        found = _steps(numbers[order], sample.codes(target)[order], sample.settings.min_entities)
        if found is not None:
            kinds = sample.type_of(target), sample.type_of(source)
            ends = numbers[order]
            cuts = tuple(
                cut_between(ends[at - 1].item(), ends[at].item(), kinds[1]) for at in found
            )
            at = pa.array(order[np.r_[0, found]])
            levels = tuple(plain(sample.columns[target].take(at)))
            return StepFunction(target, (source,), cuts, levels, None, *kinds)
    return None


def _steps(numbers: np.ndarray, codes: np.ndarray, fewest: int) -> np.ndarray | None:
    """Where ascending numbers come to another code: few times, each code for enough rows."""
    changes = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    if not 1 <= len(changes) < MOST_LEVELS or (numbers[changes] == numbers[changes - 1]).any():
        return None
    rows = np.diff(np.r_[0, changes, len(codes)])
    return changes if rows.min() >= fewest else None


class Cells:
    """The rows of each cell and between which values of the source they lie.

    A row near a cut that has the target of the next cell belongs to that one: the cut was seen in a
    sample. The extremes are raw values, which live only inside a job.
    """

    counts_target: ClassVar[bool] = True

    def __init__(self, rule: StepFunction, settings: DependencySettings):
        self.rule, self.settings = rule, settings
        self.levels = typed(list(rule.levels), rule.type)
        self.has_null = None in rule.levels
        cells = len(rule.levels)
        domain = np.int64 if is_whole(rule.source_type) else np.float64
        self.low, self.high = np.zeros(cells, domain), np.zeros(cells, domain)
        self.rows = np.zeros(cells, np.int64)
        self.missing = np.zeros(cells, np.int64)  # of rows without a source, by their target
        self.counts = dict.fromkeys(("wrong", "gaps", "orphans", "nothing", "complete"), 0)

    def update(self, columns: Columns) -> None:
        rule, target = self.rule, columns[self.rule.target]
        has_value = present(columns, (rule.target,))
        has = has_value | self.has_null
        numbers, there = numbers_of(columns, rule.sources[0])
        is_of = np.array([self._is(target, cell) for cell in range(len(self.levels))], bool)
        cells = self._cells_of(columns, is_of, numbers)
        complete, orphans = there & has, ~there & has_value
        counted = {
            "complete": complete,
            "wrong": complete & (cells < 0),
            "gaps": there & ~has,
            "nothing": ~there & ~has_value,
            "orphans": orphans,
        }
        for name, rows in counted.items():
            self.counts[name] += int(np.count_nonzero(rows))
        for cell in range(len(self.levels)):
            own = numbers[complete & (cells == cell)]
            if len(own):
                self._widen(cell, own.min(), own.max())
            self.rows[cell] += len(own)
            if self.counts["orphans"] and rule.levels[cell] is not None:
                self.missing[cell] += np.count_nonzero(orphans & is_of[cell])

    def _cells_of(self, columns: Columns, is_of: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """The cell of each row that has its target, or the next one that has it; else -1.

        ``is_of``: bool ``(cells, rows)``, the rows that have the target of each.
        """
        found, there = self.rule.cells(columns)
        if not len(self.levels):
            return np.full(len(found), -1)
        last = len(self.levels) - 1
        at = np.arange(len(found))
        cuts = np.array([0, *self.rule.cuts, 0], np.float64)
        near_low = numbers - cuts[found] <= cuts[found + 1] - numbers
        below = (found > 0) & is_of[np.maximum(found - 1, 0), at]
        above = (found < last) & is_of[np.minimum(found + 1, last), at]
        below &= ~above | near_low
        moved = np.where(below, found - 1, np.where(above, found + 1, -1))
        finite = np.isfinite(numbers) & there
        cells: np.ndarray = np.where(finite, np.where(is_of[found, at], found, moved), -1)
        return cells

    def _is(self, target: pa.Array, cell: int) -> np.ndarray:
        level = self.levels[cell]
        if not level.is_valid:
            return np.asarray(target.is_null())
        same: np.ndarray = np.asarray(pc.fill_null(pc.equal(target, level), False))
        return same

    def _widen(self, cell: int, low: Any, high: Any) -> None:
        is_new = not self.rows[cell]
        self.low[cell] = low if is_new else min(low, self.low[cell])
        self.high[cell] = high if is_new else max(high, self.high[cell])

    def merge(self, other: Self) -> None:
        for cell in np.flatnonzero(other.rows).tolist():
            self._widen(cell, other.low[cell], other.high[cell])
        self.rows = self.rows + other.rows
        self.missing = self.missing + other.missing
        for name, count in other.counts.items():
            self.counts[name] += count

    def to_fields(self) -> dict[str, Any]:
        return {**self.counts, **{name: getattr(self, name) for name in _ARRAYS}}

    def load(self, fields: dict[str, Any]) -> None:
        self.counts = {name: int(fields[name]) for name in self.counts}
        self.rows, self.missing, self.low, self.high = (np.array(fields[n]) for n in _ARRAYS)

    def found(self, rows: int, informative: int) -> Found | None:
        """A cut is a round number between the two values of the whole table that are nearest."""
        counts, wrong = self.counts, self.counts["wrong"]
        few = self.settings.min_entities
        supported = int(self.rows[self.rows >= few].sum()) == self.rows.sum()
        cuts = self._cuts()
        if cuts is None:
            wrong = max(wrong, 1)
        absent, odd = self._absent(few)
        rule = replace(self.rule, cuts=cuts or self.rule.cuts, absent=absent)
        if odd and not wrong:
            rule = replace(rule, absent=None)
        exceptions = wrong + counts["gaps"] + odd
        return Found(
            rule,
            rows=rows,
            exceptions=exceptions,
            informative=informative,
            supported=rows if supported else 0,
            informative_supported=informative,
            complete=counts["complete"],
            contradictions=wrong,
            orphans=counts["orphans"],
            gaps=counts["gaps"],
        )

    def _cuts(self) -> tuple[float, ...] | None:
        """None where the cells overlap, or one has no row."""
        if not self.rule.levels or not self.rows.all():
            return None
        pairs = list(zip(self.high[:-1].tolist(), self.low[1:].tolist(), strict=True))
        if any(before >= after for before, after in pairs):
            return None
        return tuple(cut_between(before, after, self.rule.source_type) for before, after in pairs)

    def _absent(self, few: int) -> tuple[Any, int]:
        """The level of rows without a source, and how many of them have another."""
        counts = self.counts
        if not counts["orphans"]:
            return None, 0
        best = int(np.argmax(self.missing)) if len(self.missing) else 0
        alone = counts["orphans"] == self.missing.max(initial=0) >= few and not counts["nothing"]
        return (self.rule.levels[best], 0) if alone else (None, counts["orphans"])
