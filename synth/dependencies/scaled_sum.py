"""Sums and differences of two numbers in other units: seconds between milliseconds, a mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, once
from synth.dependencies.condition import OFF, double, float_sum, is_rounded, literal
from synth.dependencies.dependency import DependencyError, Formula
from synth.dependencies.grid import declared_digits
from synth.dependencies.linear import in_units
from synth.dependencies.product import near
from synth.dependencies.rounding import LAST_BITS, ROUNDINGS, require_decimals, rounded
from synth.dependencies.terms import signed_words
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import TableSchema, type_of_arrow


@dataclass(frozen=True)
class ScaledSum(Formula):
    """``target`` is ``scale`` times the sources, each with its sign, rounded to ``decimals``.

    Null where one of the sources is.
    """

    kind: ClassVar[str] = "scaled_sum"
    fields: ClassVar[tuple[str, ...]] = ("signs", "scale", "rounding", "decimals")
    needed: ClassVar[tuple[str, ...]] = ("signs", "scale")
    rank: ClassVar[int] = 7  # after sums and lines

    target: str
    sources: tuple[str, ...]
    signs: tuple[int, ...]
    scale: float
    rounding: str = "nearest"
    decimals: int = FULL_PRECISION
    type: str = "double"

    def predict(self, columns: Columns) -> pa.Array:
        values, valid = self._values(columns)
        return rounded(values, valid, self.type, self.decimals, self.rounding)

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def holds(self, columns: Columns) -> Rows:
        """Within the rounding: half a step either way, whichever way halves were rounded."""
        if self.rounding == "down":
            return super().holds(columns)
        values, valid = self._values(columns)
        own, there = once(columns, self.target, in_units, self.type)
        there = there & ~np.isnan(own)
        is_near = near(own, values, self.decimals, self.type)
        holds: Rows = (valid & there & is_near) | ~(valid | there)
        return holds

    def describe(self) -> str:
        terms = signed_words(self.signs, self.sources)
        return f"{self.target} is {self.scale:.9g} times ({terms})"

    def condition(self, schema: TableSchema) -> str | None:
        target = schema[self.target]
        total = float_sum([schema[name] for name in self.sources], self.signs)
        whole = np.rint(1 / self.scale)
        is_divided = abs(whole) > 1 and abs(whole * self.scale - 1) < LAST_BITS
        by = f"/ {literal(whole)}" if is_divided else f"* {literal(self.scale)}"
        value = f"({total} {by})"
        if self.rounding == "nearest" or self.decimals >= FULL_PRECISION:
            return is_rounded(target, value, self.decimals)
        step = 10.0**-self.decimals
        least, most = literal(-OFF * 1e-6 * step), literal((1 - OFF * 1e-6) * step)
        rest = f"({value} - {double(target)})"
        return f"{rest} >= {least} AND {rest} < {most}"

    def check(self, schema: TableSchema) -> None:
        if len(self.sources) != 2:
            raise DependencyError(f"a scaled sum has two sources, not {len(self.sources)}")
        if len(self.signs) != 2 or set(self.signs) - {1, -1}:
            raise DependencyError("a scaled sum has one sign, 1 or -1, for each source")
        if not (np.isfinite(self.scale) and self.scale):
            raise DependencyError("scale is a number, and not 0")
        if self.rounding not in ROUNDINGS:
            raise DependencyError(
                f"no rounding {self.rounding!r}: use one of {', '.join(ROUNDINGS)}"
            )
        require_decimals(self.decimals)
        for name in self.columns:
            require_number(schema, name)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> ScaledSum:
        target, sources = data["target"], tuple(data["sources"])
        kind, decimals = schema[target].type, data.get("decimals")
        return cls(
            target,
            sources,
            tuple(data["signs"]),
            float(data["scale"]),
            data.get("rounding", "nearest"),
            declared_digits(kind) if decimals is None else int(decimals),
            kind,
        )

    def _values(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """``(values, valid)`` before rounding; divided where people divide."""
        total = np.zeros(len(columns[self.sources[0]]))
        valid = np.ones(len(total), bool)
        for sign, name in zip(self.signs, self.sources, strict=True):
            values, there = once(columns, name, in_units, type_of_arrow(columns[name].type))
            there = there & (np.abs(values) < EXACT_FLOATS)
            total = total + sign * np.where(there, values, 0.0)
            valid &= there
        whole = np.rint(1 / self.scale)
        if abs(whole) > 1 and abs(whole * self.scale - 1) < LAST_BITS:
            return total / whole, valid
        return total * self.scale, valid
