"""From a sample and one pass over the table to a plan: the same in memory and in the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from synth.dependencies.choose import choose
from synth.dependencies.dependency import Rule
from synth.dependencies.parse import parse_dependency
from synth.dependencies.plan import Plan
from synth.dependencies.search import find_candidates
from synth.dependencies.settings import DependencySettings
from synth.dependencies.verify import Verification
from synth.profile import TableProfile
from synth.schema import TableSchema
from synth.values import is_ordered


@dataclass(frozen=True)
class DependencySearch:
    """What is looked for: rules that the data suggest where ``find``, and those ``given``.

    ``veto`` names columns that no rule may determine or repair. ValueError, at the first use, for
    a given rule or veto that does not fit the table.
    """

    schema: TableSchema
    min_entities: int
    direct: int
    find: bool = True
    given: Sequence[Mapping[str, Any]] = ()
    veto: Sequence[str] = ()

    @cached_property
    def settings(self) -> DependencySettings:
        return DependencySettings(min_entities=self.min_entities)

    @cached_property
    def wanted(self) -> tuple[Rule, ...]:
        """The given rules."""
        return tuple(parse_dependency(dict(data), self.schema) for data in self.given)

    def candidates(self, sample: pa.RecordBatch) -> list[Rule]:
        """The rules that a pass over the table is to verify, from a bounded sample of it."""
        for name in self.veto:
            _ = self.schema[name]
        rules = list(self.wanted)
        if self.find:
            rows = pa.Table.from_batches([sample])
            rules += find_candidates(rows, self.schema, self.settings)
        return rules

    @property
    def limits(self) -> tuple[str, ...]:
        """Where the search looks at some columns only, in words for the report."""
        if not self.find:
            return ()
        said: tuple[str, ...] = ()
        pairs, numbers = self.settings.pair_columns, self.settings.number_columns
        if len(self.schema) > pairs:
            said += (
                f"maps from two columns were looked for among the {pairs} columns of fewest values "
                f"of {len(self.schema)} (dependencies.add takes others)",
            )
        ordered = sum(is_ordered(column.type) for column in self.schema)
        if ordered > numbers:
            said += (
                f"sums were looked for among the first {numbers} of {ordered} number columns "
                "(dependencies.add takes others)",
            )
        return said

    def verification(self, rules: Sequence[Rule]) -> Verification:
        """An empty state that counts what breaks the rules."""
        return Verification(self.schema, rules, self.settings)

    def load(self, data: bytes, rules: Sequence[Rule]) -> Verification:
        """A state from its bytes."""
        return Verification.from_bytes(data, self.schema, rules, self.settings)

    def settle(self, verification: Verification, profile: TableProfile) -> Plan:
        """Which rules are used, given what the whole table says of them."""
        distinct = {name: profile[name].distinct.estimate() for name in self.schema.names}
        return choose(
            verification.found(),
            self.schema,
            distinct,
            veto=self.veto,
            wanted=self.wanted,
            direct=self.direct,
            settings=self.settings,
        )
