"""Numbers that are another one in other units: a copy, a conversion, a fixed rate or fee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, once
from synth.dependencies.condition import double, is_rounded, literal
from synth.dependencies.dependency import DependencyError, Formula
from synth.dependencies.grid import grid_of
from synth.dependencies.rounding import declared_decimals, require_decimals, rounded
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import TableSchema, decimal_parts
from synth.table.sql import quote
from synth.table.values import is_whole, to_numbers

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
        return rounded(values, valid, self.type, self.decimals)

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def holds(self, columns: Columns) -> Rows:
        """Within the rounding: half a step either way, whichever way halves were rounded."""
        values, valid = self._on_line(columns)
        own, present = once(columns, self.target, in_units, self.type)
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

    def condition(self, schema: TableSchema) -> str | None:
        target, source = schema[self.target], schema[self.sources[0]]
        if (self.slope, self.offset) == (1, 0) and is_whole(target.type) and is_whole(source.type):
            return f"{quote(self.target)} = {quote(self.sources[0])}"
        whole = np.rint(1 / self.slope)
        is_divided = abs(whole) > 1 and abs(whole * self.slope - 1) < LAST_BITS
        scale = f"/ {literal(whole)}" if is_divided else f"* {literal(self.slope)}"
        line = f"({double(source)} {scale} + {literal(self.offset)})"
        return is_rounded(target, line, self.decimals)

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 1:
            raise DependencyError(f"a line has one source, not {len(self.sources)}")
        if not (np.isfinite(self.slope) and np.isfinite(self.offset) and self.slope):
            raise DependencyError("slope and offset are numbers, and the slope is not 0")
        require_decimals(self.decimals)
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
            declared_decimals(kind) if decimals is None else int(decimals),
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
        """Divided where people divide: 0.001 times 81,850 is not 81.85 to the last bit."""
        values, valid = once(columns, self.sources[0], in_units, self.source_type)
        whole = np.rint(1 / self.slope)
        if abs(whole) > 1 and abs(whole * self.slope - 1) < LAST_BITS:
            return values / whole + self.offset, valid
        return self.slope * values + self.offset, valid


def in_units(array: pa.Array, type_name: str) -> tuple[np.ndarray, np.ndarray]:
    """``(values, valid)``: float64, a decimal as the number that it is written as."""
    values, valid = to_numbers(array, type_name)
    return values / _scale(type_name), valid


def _scale(type_name: str) -> int:
    """What a decimal's number is of its value."""
    parts = decimal_parts(type_name)
    return int(10 ** (parts[1] if parts and is_whole(type_name) else 0))
