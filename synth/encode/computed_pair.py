"""Numbers encoded by their difference from, or ratio to, what several others make up.

A part of a total by its share, the seconds a page, a root: nearly a formula, which noise blurs by
less than an interval of their codes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import pyarrow as pa

from synth.dependencies.columns import Columns, Fixed
from synth.dependencies.sample import Sample
from synth.encode.computed_base import PRODUCT, computed, in_words, led_sources, require_base
from synth.encode.kind import Led
from synth.encode.lag_atoms import atoms_of
from synth.encode.number_pair import ByDifference, ByRatio, NumberPair
from synth.encode.parented import DrawnLags, Encoding, ParentedEncoding
from synth.statistics.column_state import FULL_PRECISION
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class ComputedEncoding(ParentedEncoding):
    """Codes of the lag from a base that needs all of its sources."""

    relation: Computed

    @property
    def drawn(self) -> type[DrawnLags]:
        return DrawnFromBase

    def is_told_by(self, given: Collection[str]) -> bool:
        return set(self.parents) <= set(given)


@dataclass(frozen=True)
class ComputedIncrementEncoding(ComputedEncoding):
    """Codes of the difference and of the atoms."""

    kind: ClassVar[str] = "computed_increment"


@dataclass(frozen=True)
class ComputedRatioEncoding(ComputedEncoding):
    """Codes of the ratio and of the atoms."""

    kind: ClassVar[str] = "computed_ratio"


@dataclass(frozen=True)
class Computed(NumberPair):
    """What is measured from a base: a ``form`` of all the sources.

    ``powers``: the exponent of each in a product, its sign in a sum.
    """

    fields: ClassVar[tuple[str, ...]] = (*NumberPair.fields, "form", "powers")

    form: str = PRODUCT
    powers: tuple[float, ...] = ()

    @property
    def parent_in_words(self) -> str:
        return in_words(self.sources, self.form, self.powers)

    @property
    def parent_decimals(self) -> int:
        return FULL_PRECISION

    def reference(self, columns: Columns) -> pa.Array:
        """The base, null where one of the sources is: none stands in for another."""
        return computed(columns, self.sources, self.form, self.powers)

    def check(self, schema: TableSchema) -> None:
        self._check_numbers(schema)
        require_base(self.sources, self.form, self.powers)

    def odd_atoms(self, sample: Sample) -> tuple[int | float, ...]:
        """Of a continuous target all: the noise around a base never meets one."""
        if self.is_continuous:
            return atoms_of(sample, self.target)
        return super().odd_atoms(sample)

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Self:
        powers = data.get("powers", [1] * len(data["sources"]))
        made: Self = super().from_json({**data, "powers": tuple(map(float, powers))}, schema)
        return made


@dataclass(frozen=True)
class ComputedIncrement(Computed, ByDifference):
    """``target`` is the base plus a number that varies less."""

    kind: ClassVar[str] = "computed_increment"
    encoding: ClassVar[Encoding] = ComputedIncrementEncoding


@dataclass(frozen=True)
class ComputedRatio(Computed, ByRatio):
    """``target`` is the base, where that is above 0, times a ratio that varies less."""

    kind: ClassVar[str] = "computed_ratio"
    encoding: ClassVar[Encoding] = ComputedRatioEncoding


@dataclass(frozen=True)
class DrawnFromBase(DrawnLags):
    """Lags from a base: a known value leads back to one source, given the others."""

    relation: Computed

    def led_to(
        self, name: str, columns: Columns, parents: Sequence[str], settled: Fixed
    ) -> list[Led]:
        relation = self.relation
        base, leads = self.parent_of(columns[name], relation.reference(columns))
        return led_sources(
            base,
            leads & settled[name],
            columns,
            relation.sources,
            relation.form,
            relation.powers,
            settled,
        )
