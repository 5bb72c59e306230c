"""Products and quotients of numbers: a price by a quantity, a share of a total, a mass index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import require_number
from synth.dependencies.columns import Columns, Rows, once
from synth.dependencies.condition import double, is_rounded, literal
from synth.dependencies.dependency import DependencyError, Formula
from synth.dependencies.linear import BLUR, in_units
from synth.dependencies.rounding import declared_decimals, require_decimals, rounded
from synth.statistics.column_state import FULL_PRECISION
from synth.table.limits import EXACT_FLOATS
from synth.table.schema import TableSchema, type_of_arrow

MOST_FACTORS = 3
PRODUCT_COLUMNS = 24  # products are looked for among so many columns
POWERS = (1, -1, 2, -2)
# What a factor is of its column: 0.19 of tax is 1.19 times the net price.
SHAPES: dict[str, tuple[float, float]] = {
    "plain": (0.0, 1.0),
    "one_plus": (1.0, 1.0),
    "one_minus": (1.0, -1.0),
    "one_plus_percent": (1.0, 0.01),
    "one_minus_percent": (1.0, -0.01),
}
_WORDS = {
    "plain": "{}",
    "one_plus": "(1 + {})",
    "one_minus": "(1 - {})",
    "one_plus_percent": "(1 + {} %)",
    "one_minus_percent": "(1 - {} %)",
}
LAST_BITS = 4e-15  # relative: what a product on a grid may be off before it is rounded


@dataclass(frozen=True)
class Product(Formula):
    """``target`` is ``scale`` times each source's factor to its power, rounded to ``decimals``.

    ``shapes``: what the factor is of the source, one of ``SHAPES`` each. Null where a source is, or
    a divisor is 0.
    """

    kind: ClassVar[str] = "product"
    fields: ClassVar[tuple[str, ...]] = ("powers", "shapes", "scale", "decimals")
    rank: ClassVar[int] = 7  # after sums and lines

    target: str
    sources: tuple[str, ...]
    powers: tuple[int, ...]
    shapes: tuple[str, ...]
    scale: float = 1.0
    decimals: int = FULL_PRECISION
    type: str = "double"

    def predict(self, columns: Columns) -> pa.Array:
        values, valid = self.values(columns)
        return rounded(values, valid, self.type, self.decimals)

    def known(self, columns: Columns) -> Rows:
        return np.ones(len(columns[self.sources[0]]), bool)

    def holds(self, columns: Columns) -> Rows:
        """Within the rounding: half a step either way, whichever way halves were rounded."""
        values, valid = self.values(columns)
        own, there = once(columns, self.target, in_units, self.type)
        there = there & ~np.isnan(own)
        is_near = near(own, values, self.decimals, self.type)
        holds: Rows = (valid & there & is_near) | ~(valid | there)
        return holds

    def values(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """``(values, valid)`` before rounding, float64."""
        rows = len(columns[self.sources[0]])
        made, valid = np.full(rows, self.scale), np.ones(rows, bool)
        for name, power, shape in zip(self.sources, self.powers, self.shapes, strict=True):
            part, there = factor(columns[name], shape)
            valid &= there & np.isfinite(part) & ((part != 0) | (power > 0))
            with np.errstate(over="ignore"):  # what is not finite is no product
                made = made * np.where(valid, part, 1.0) ** float(power)
        valid &= np.isfinite(made)
        return np.where(valid, made, 0.0), valid

    def describe(self) -> str:
        above: list[str] = []
        below: list[str] = []
        for name, power, shape in zip(self.sources, self.powers, self.shapes, strict=True):
            word = _WORDS[shape].format(name)
            (above if power > 0 else below).append(word + (" squared" if abs(power) == 2 else ""))
        if self.scale != 1 or not above:
            above.insert(0, f"{self.scale:.9g}")
        return f"{self.target} is {' times '.join(above)}" + "".join(f" by {one}" for one in below)

    def condition(self, schema: TableSchema) -> str | None:
        """False where a divisor is 0 though the target has a value: there the rule says null."""
        made = literal(self.scale)
        for name, power, shape in zip(self.sources, self.powers, self.shapes, strict=True):
            base, slope = SHAPES[shape]
            part = double(schema[name])
            if shape != "plain":
                part = f"({literal(base)} + {literal(slope)} * {part})"
            part = f"({part} * {part})" if abs(power) == 2 else part
            made += f" * {part}" if power > 0 else f" / nullif({part}, 0D)"
        near = is_rounded(schema[self.target], f"({made})", self.decimals)
        if min(self.powers) > 0:
            return near
        missing = " OR ".join(f"{double(schema[name])} IS NULL" for name in self.columns)
        return f"coalesce({near}, nullif({missing}, true))"

    def check(self, schema: TableSchema) -> None:
        count = len(self.sources)
        if not 1 <= count <= MOST_FACTORS:
            raise DependencyError(f"a product has 1 to {MOST_FACTORS} sources, not {count}")
        if len(self.powers) != count or set(self.powers) - set(POWERS):
            raise DependencyError(f"a product has one power, of {POWERS}, for each source")
        if len(self.shapes) != count or set(self.shapes) - set(SHAPES):
            raise DependencyError(f"a product has one shape, of {', '.join(SHAPES)}, each source")
        if not (np.isfinite(self.scale) and self.scale):
            raise DependencyError("scale is a number, and not 0")
        require_decimals(self.decimals)
        for name in self.columns:
            require_number(schema, name)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Product:
        target, sources = data["target"], tuple(data["sources"])
        kind, decimals = schema[target].type, data.get("decimals")
        return cls(
            target,
            sources,
            tuple(data.get("powers", [1] * len(sources))),
            tuple(data.get("shapes", ["plain"] * len(sources))),
            float(data.get("scale", 1.0)),
            declared_decimals(kind) if decimals is None else int(decimals),
            kind,
        )


def factor(array: pa.Array, shape: str) -> tuple[np.ndarray, np.ndarray]:
    """``(factor, valid)`` of a column's values, float64."""
    values, valid = in_units(array, type_of_arrow(array.type))
    base, slope = SHAPES[shape]
    return base + slope * values, valid


def near(own: np.ndarray, values: np.ndarray, decimals: int, type_name: str) -> np.ndarray:
    """Where a value is what another one is rounded to, whichever way halves go."""
    is_free = decimals >= FULL_PRECISION
    step = 0.0 if is_free else 0.5 * 10.0**-decimals
    blur = BLUR.get(type_name, BLUR["double"]) if is_free or type_name == "float" else LAST_BITS
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(values), np.abs(own))
        found: np.ndarray = (np.abs(own - values) <= step + blur * size) & (size < EXACT_FLOATS)
    return found
