"""A number encoded by its distance from a line that runs along another one: curves and slopes.

What no formula tells: a wave over the age, a tariff by the weight, 32 degrees and 1.8 times as
many. The line is learned (:mod:`synth.encode.curve_line`), and the noise around it as a number is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Fixed
from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import in_units
from synth.dependencies.sample import Sample
from synth.encode.curve_line import Line, fitted_line
from synth.encode.kind import Led
from synth.encode.lag_atoms import atoms_of
from synth.encode.number_pair import ByDifference, rounded_to
from synth.encode.parented import DrawnLags, Encoding, ParentedEncoding
from synth.statistics.column_state import FULL_PRECISION
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import to_numbers

LEVEL = Line((0.0, 1.0), (0.0, 0.0))  # until a line is learned


@dataclass(frozen=True)
class CurveEncoding(ParentedEncoding):
    """Codes of the distance from the line and of the atoms."""

    kind: ClassVar[str] = "curve"

    @property
    def drawn(self) -> type[DrawnLags]:
        return DrawnFromLine


@dataclass(frozen=True)
class Curve(ByDifference):
    """``target`` is the height of a line at the source, plus a number that varies less."""

    kind: ClassVar[str] = "curve"
    encoding: ClassVar[Encoding] = CurveEncoding
    learned: ClassVar[tuple[str, ...]] = ("positive", "knots", "heights")

    knots: tuple[float, ...] = LEVEL.knots
    heights: tuple[float, ...] = LEVEL.heights

    @property
    def line(self) -> Line:
        return Line(self.knots, self.heights)

    @property
    def parent_in_words(self) -> str:
        return f"a curve along {self.parent}"

    def reference(self, columns: Columns) -> pa.Array:
        """The line's height in each row as a double, null where the source has no finite value."""
        array = columns[self.parent]
        values, valid = in_units(array, type_of_arrow(array.type))
        made = self.line.at(np.where(valid, values, 0.0))
        valid = valid & np.isfinite(made)
        return pa.array(np.where(valid, made, 0.0), mask=~valid)

    def completed(self, sample: Sample) -> Dependency:
        """With the line that the sample shows; DependencyError where it shows none."""
        relation, found = self, grid_of(sample.columns[self.target])
        if self.is_continuous and found is not None:
            relation = replace(self, decimals=found)
        learned = with_line(sample, relation)
        if learned is None:
            raise DependencyError(
                f"{self.describe()}, which the rows do not show: too few have both, or the curve "
                f"tells {self.target} exactly; leave this dependency out"
            )
        return learned

    def check(self, schema: TableSchema) -> None:
        self._check_numbers(schema)
        if len(self.sources) > 1:
            raise DependencyError(
                f"a curve runs along one source, not {len(self.sources)}: name the one by which "
                f"{self.target} is to be told"
            )

    def to_json(self) -> dict[str, Any]:
        line = {"knots": list(self.knots), "heights": list(self.heights)}
        return {**super().to_json(), **line}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Self:
        line: dict[str, Any] = {
            name: tuple(map(float, data[name])) for name in ("knots", "heights") if name in data
        }
        made: Self = super().from_json({**data, **line}, schema)
        return made


@dataclass(frozen=True)
class DrawnFromLine(DrawnLags):
    """Distances from a line: a known value leads back to where the line has its height."""

    relation: Curve

    def led_to(
        self, name: str, columns: Columns, parents: Sequence[str], settled: Fixed
    ) -> list[Led]:
        """The nearest such place to the source's own value, which stays where there is none."""
        source, relation = self.relation.parent, self.relation
        base, leads = self.parent_of(columns[name], relation.reference(columns))
        wanted, there = in_units(base, "double")
        array = columns[source]
        own, known = in_units(array, type_of_arrow(array.type))
        found = relation.line.nearest(wanted, np.where(known, own, np.mean(relation.knots)))
        led = leads & settled[name] & ~settled[source] & there & np.isfinite(found)
        grid = grid_of(array)
        digits = FULL_PRECISION if grid is None else grid
        values = rounded_to(np.where(led, found, 0.0), led, type_of_arrow(array.type), digits)
        return [(source, values, led)]


def with_line(sample: Sample, relation: Curve) -> Curve | None:
    """The relation with the line and the atoms that a sample shows; None where it shows no line."""
    atoms = atoms_of(sample, relation.target)
    own, source = sample.columns[relation.target], sample.columns[relation.parent]
    numbers = to_numbers(own, relation.type)[0]
    heights, valid = in_units(own, relation.type)
    values, there = in_units(source, sample.type_of(relation.parent))
    both = valid & there & np.isfinite(heights) & np.isfinite(values) & ~np.isin(numbers, atoms)
    line = fitted_line(values[both], heights[both], sample.settings.min_entities)
    if line is None:
        return None
    return replace(relation, atoms=atoms, knots=line.knots, heights=line.heights)
