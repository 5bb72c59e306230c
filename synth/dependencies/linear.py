"""Numbers that are another one in other units: a copy, a conversion, a fixed rate or fee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, present
from synth.dependencies.dependency import DependencyError, Family, Formula
from synth.dependencies.grid import from_grid, grid_of
from synth.dependencies.sample import Sample
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import TableSchema, decimal_parts
from synth.table.values import from_numbers, is_whole, to_numbers

FIRST_ROWS = 256
ALIKE = 0.99  # correlation of the first rows from which on a line is looked for
FEWEST_ROWS = 50
LIKELY = 0.95  # of the first rows, which may hold several of the exceptions
MOST_DIGITS = 9  # of a slope or an offset: what has more was not chosen by people
Numbers = tuple[np.ndarray, np.ndarray]  # values, and where they are given
LAST_BITS = 1e-15
BLUR = {"float": 1e-5, "double": 1e-9}  # relative: sums of floats differ in their last bits


@dataclass(frozen=True)
class Linear(Formula):
    """``target`` is ``slope * source + offset``, rounded to ``decimals``; null where that is."""

    kind: ClassVar[str] = "linear"
    fields: ClassVar[tuple[str, ...]] = ("slope", "offset", "decimals")
    needed: ClassVar[tuple[str, ...]] = ("slope",)
    rank: ClassVar[int] = 6

    target: str
    sources: tuple[str, ...]
    slope: float = 1.0
    offset: float = 0.0
    decimals: int = FULL_PRECISION
    type: str = "double"
    source_type: str = "double"

    def predict(self, columns: Columns) -> pa.Array:
        values, valid = self._on_line(columns)
        if self.decimals >= FULL_PRECISION:
            return from_numbers(values, valid, self.type, self.decimals)
        steps = np.rint(values * 10.0**self.decimals)
        on = valid & (np.abs(steps) < EXACT_FLOATS)
        return from_grid(np.where(on, steps, 0).astype(np.int64), on, self.type, self.decimals)[0]

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def holds(self, columns: Columns) -> Rows:
        """Within the rounding: half a step either way, whichever way halves were rounded."""
        values, valid = self._on_line(columns)
        own, present = in_units(columns[self.target], self.type)
        with np.errstate(invalid="ignore"):  # infinities are no points of a line
            size = np.abs(values - self.offset) + abs(self.offset)
            near = np.abs(own - values) <= self._step + self._blur * size
        both = valid & present & near & (size < EXACT_FLOATS)
        holds: Rows = both | ~(valid | present)
        return holds

    def describe(self) -> str:
        line = self.sources[0] if self.slope == 1 else f"{self.slope:.9g} times {self.sources[0]}"
        if self.offset:
            line += f" {'plus' if self.offset > 0 else 'minus'} {abs(self.offset):.9g}"
        return f"{self.target} is {line}"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"a line has one source, not {len(self.sources)}")
        if not (np.isfinite(self.slope) and np.isfinite(self.offset) and self.slope):
            raise DependencyError("slope and offset are numbers, and the slope is not 0")
        if not 0 <= self.decimals <= FULL_PRECISION:
            raise DependencyError(f"decimals is 0 to {FULL_PRECISION}, not {self.decimals}")
        for name in (self.target, *self.sources):
            require_number(schema, name)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Linear:
        target, sources = data["target"], tuple(data["sources"])
        kind = schema[target].type
        decimals = data.get("decimals")
        return cls(
            target,
            sources,
            float(data["slope"]),
            float(data.get("offset", 0.0)),
            _declared(kind) if decimals is None else int(decimals),
            kind,
            schema[sources[0]].type,
        )

    def solve(self, columns: Columns) -> dict[str, pa.Array]:
        """The source where the line leads back to it: one that was rounded need not."""
        source, own = self.sources[0], columns[self.sources[0]]
        if not own.null_count:
            return {}
        grid = grid_of(own)
        led = self.inverse(FULL_PRECISION if grid is None else grid).predict(columns)
        kept = pa.array(self.holds({**columns, source: led}))
        return {source: pc.coalesce(own, pc.if_else(kept, led, pa.scalar(None, led.type)))}

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """By the inverse line; null where values of the source that are neighbours share a target.

        A rounded target is that of several sources if it lies closer than their grid.
        """
        led = self.inverse(decimals).predict(columns)
        apart = abs(self.slope) * 10.0 ** (self.decimals - min(decimals, FULL_PRECISION))
        if self.decimals < FULL_PRECISION and (decimals >= FULL_PRECISION or apart < 1 - 1e-9):
            return pa.nulls(len(led), led.type)
        kept = pa.array(self.holds({**columns, source: led}))
        return pc.if_else(kept, led, pa.scalar(None, led.type))

    def source_range(
        self, low: float, high: float, schema: TableSchema
    ) -> tuple[float, float] | None:
        """Half a step of the rounding beyond, whichever way halves were rounded."""
        step = 0.0 if self.decimals >= FULL_PRECISION else 0.5 * 10.0**-self.decimals
        ends = [low / _scale(self.type) - step, high / _scale(self.type) + step]
        blur = BLUR.get(self.type, BLUR["double"])
        ends = [ends[0] - blur * abs(ends[0]), ends[1] + blur * abs(ends[1])]
        led = sorted((end - self.offset) / self.slope * _scale(self.source_type) for end in ends)
        return led[0], led[1]

    def inverse(self, decimals: int) -> Linear:
        """The source from the target, rounded to so many decimals."""
        return Linear(
            self.sources[0],
            (self.target,),
            1 / self.slope,
            -self.offset / self.slope,
            decimals,
            self.source_type,
            self.type,
        )

    @property
    def _step(self) -> float:
        return 0.0 if self.decimals >= FULL_PRECISION else 0.5 * 10.0**-self.decimals

    @property
    def _blur(self) -> float:
        """Relative. On a grid the step is there: a billionth of a time in ms is a second."""
        if self.type == "float" or self.decimals >= FULL_PRECISION:
            return BLUR.get(self.type, BLUR["double"])
        return LAST_BITS

    def _on_line(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        values, valid = in_units(columns[self.sources[0]], self.source_type)
        return self.slope * values + self.offset, valid


def in_units(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)``: float64, a decimal as the number that it is written as."""
    values, valid = to_numbers(array, type_name)
    return values / _scale(type_name), valid


def _scale(type_name: str) -> int:
    """What a decimal's number is of its value."""
    parts = decimal_parts(type_name)
    return int(10 ** (parts[1] if parts and is_whole(type_name) else 0))


def find(sample: Sample) -> list[Linear]:
    """For every pair of number columns in which one is the other in other units, the line."""
    names = [name for name in sample.numbers if sample.distinct(name) > 2]
    names = names[: sample.settings.number_columns]
    values = {name: in_units(sample.columns[name], sample.type_of(name)) for name in names}
    rules: dict[tuple[str, str], Linear] = {}
    for target in names:
        decimals = grid_of(sample.columns[target])
        for source in names:
            if source != target and _are_alike(values[source], values[target]):
                rule = _line(sample, source, target, values, decimals)
                if rule:
                    rules[target, source] = rule
    return [
        rule
        for (target, source), rule in rules.items()
        if not _leaves_gaps(rule, rules.get((source, target)))
    ]


def _leaves_gaps(rule: Linear, inverse: Linear | None) -> bool:
    """Whether several values of the source lead to one target, though the inverse holds as well.

    A gross price that is drawn need not be that of any net price; every net price has its gross.
    """
    if inverse is None or FULL_PRECISION in (rule.decimals, inverse.decimals):
        return False
    return abs(rule.slope) * 10.0 ** (rule.decimals - inverse.decimals) < 1 - 1e-9


def _are_alike(source: Numbers, target: Numbers) -> bool:
    """Whether the first rows that have both lie on a line, but for what rounding may have done."""
    both = np.flatnonzero(source[1] & target[1])[:FIRST_ROWS]
    a, c = source[0][both], target[0][both]
    rows = (np.abs(a) < EXACT_FLOATS) & (np.abs(c) < EXACT_FLOATS)
    if rows.sum() < FEWEST_ROWS or np.ptp(a[rows]) == 0 or np.ptp(c[rows]) == 0:
        return False
    a, c = a[rows] / np.abs(a[rows]).max(), c[rows] / np.abs(c[rows]).max()
    return bool(abs(np.corrcoef(a, c)[0, 1]) > ALIKE)


def _line(
    sample: Sample, source: str, target: str, values: dict[str, Numbers], decimals: int | None
) -> Linear | None:
    """The plainest line on which the rows of the sample lie, but for a few exceptions."""
    (a, has_a), (c, has_c) = values[source], values[target]
    rows = has_a & has_c & (np.abs(a) < EXACT_FLOATS) & (np.abs(c) < EXACT_FLOATS)
    digits = FULL_PRECISION if decimals is None else decimals
    types = sample.type_of(target), sample.type_of(source)
    first = sample.first(FIRST_ROWS)
    for slope, offset in _plain_lines(a[rows], c[rows]):
        rule = Linear(target, (source,), slope, offset, digits, *types)
        near = sample.settings.near
        fits = _share(rule, first) >= LIKELY and _share(rule, sample.columns) >= near
        if fits and sample.admits(rule):
            return rule
    return None


def _share(rule: Linear, columns: Columns) -> float:
    """The share of the rows with both values that are on the line: a copy may have exceptions."""
    both = present(columns, rule.columns)
    return float(rule.holds(columns)[both].mean()) if both.any() else 0.0


def _plain_lines(a: np.ndarray, c: np.ndarray) -> Iterator[tuple[float, float]]:
    """Slopes and offsets of ever more digits near the line of least squares, then that line."""
    middle = a.mean()
    slope = float((a - middle) @ (c - c.mean()) / ((a - middle) @ (a - middle)))
    if not slope or not np.isfinite(slope):
        return
    for digits in range(MOST_DIGITS + 1):
        steep = round(1 / slope, digits)
        for plain in {round(slope, digits), 1 / steep if steep else 0.0} - {0.0}:
            offset = float(np.median(c - plain * a))
            for fewer in range(digits + 1):
                yield plain, round(offset, fewer)
    yield slope, float(np.mean(c - slope * a))


def _declared(type_name: str) -> int:
    """The decimals to which a type rounds; a float rounds to none."""
    if type_name in ("float", "double"):
        return FULL_PRECISION
    parts = decimal_parts(type_name)
    return parts[1] if parts else 0


FAMILY = Family("lines", (Linear,), find)
