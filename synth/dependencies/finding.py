"""From a sample and one pass over the table to a plan: the same in memory and in the lake."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from synth.dependencies.choose import choose, identity
from synth.dependencies.composite_keys import CompositeKey, find_composite_keys
from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.notes import notes_on_rare_keys
from synth.dependencies.parse import parse_dependency
from synth.dependencies.plan import Plan
from synth.dependencies.sample import Sample
from synth.dependencies.search import Candidates, find_candidates
from synth.dependencies.settings import DependencySettings, tolerant
from synth.dependencies.verify import Verification
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState
from synth.table.known_names import known_names
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class DependencySearch:
    """What is looked for: rules that the data suggest where ``find``, and those ``declared``.

    ``veto`` names columns that no rule may determine or repair, ``conditioned`` those that need
    values of their own, since conditions give them. DependencyError, at the first use, for a
    declared rule or veto that does not fit the table.
    """

    schema: TableSchema
    min_entities: int
    direct: int
    find: bool = True
    declared: Sequence[Mapping[str, Any]] = ()
    veto: Sequence[str] = ()
    conditioned: Collection[str] = ()

    @cached_property
    def settings(self) -> DependencySettings:
        return DependencySettings(min_entities=self.min_entities)

    @cached_property
    def declared_rules(self) -> tuple[Dependency, ...]:
        """The declared rules, each once."""
        return tuple(dict.fromkeys(parse_dependency(data, self.schema) for data in self.declared))

    def candidates(self, sample: pa.RecordBatch) -> Candidates:
        """The rules that a pass over the table is to verify, from a bounded sample of it."""
        for name in self.veto:
            if name not in self.schema.names:
                raise DependencyError(
                    f"no column {name!r}, which veto names; "
                    f"{known_names(name, self.schema.names, 'the table')}"
                )
        table, declared = pa.Table.from_batches([sample]), self.declared_rules
        if declared:
            view = Sample(table, self.schema, self.settings)
            declared = tuple(rule.completed(view) for rule in declared)
        if not self.find:
            return Candidates(declared)
        found = find_candidates(table, self.schema, self.settings)
        own = {identity(rule) for rule in declared}
        new = [rule for rule in found.rules if identity(rule) not in own]
        return Candidates((*declared, *new), found.limits)

    def broken_candidates(self, sample: pa.RecordBatch, known: Sequence[Dependency]) -> Candidates:
        """Rules beside those ``known`` that mistakes in few rows may break: no run learns them."""
        table = pa.Table.from_batches([sample])
        found = find_candidates(table, self.schema, tolerant(self.settings))
        own = {identity(rule) for rule in known}
        return Candidates(
            tuple(r for r in found.rules if r.broken_by_mistakes and identity(r) not in own),
            found.limits,
        )

    def verification(self, rules: Sequence[Dependency]) -> Verification:
        """An empty state that counts what breaks the rules."""
        return Verification(self.schema, rules, self.settings)

    def load(self, data: bytes, rules: Sequence[Dependency]) -> Verification:
        """A state from its bytes."""
        return Verification.from_bytes(data, self.schema, rules, self.settings)

    def settle(self, verification: Verification, profile: TableProfile) -> Plan:
        """Which rules are used, given what the whole table says of them."""
        names = self.schema.names
        return choose(
            verification.found(),
            self.schema,
            {name: profile[name].distinct.estimate() for name in names},
            veto=self.veto,
            declared=self.declared_rules,
            conditioned=self.conditioned,
            complete={name for name in names if _is_complete(profile[name])},
            direct=self.direct,
            settings=self.settings,
        )

    def composite_keys(self, sample: pa.RecordBatch) -> list[CompositeKey]:
        """Columns that are unique together in the sample; an exact count must confirm them."""
        if not self.find or not sample.num_rows:
            return []
        table = pa.Table.from_batches([sample])
        return find_composite_keys(Sample(table, self.schema, self.settings))

    def notes(self, plan: Plan) -> tuple[str, ...]:
        """What the plan does not keep of rare keys, in words for the user."""
        return notes_on_rare_keys(plan, self.min_entities)

    def unused(self, plan: Plan) -> tuple[str, ...]:
        """Which of the declared rules are not used and why, in words for the user."""
        used = {identity(step.found.dependency) for step in plan.steps}
        why = {identity(left.found.dependency): left.why for left in plan.rejected}
        given_up = f"its columns have more than {self.settings.most_keys:,} combinations of values"
        return tuple(
            f"your rule is not used ({why.get(identity(rule), given_up)}): {rule.describe()}"
            for rule in self.declared_rules
            if identity(rule) not in used
        )


def _is_complete(state: ColumnState) -> bool:
    """Whether every row has a value that can be compared."""
    return state.nulls == 0 and not (isinstance(state, NumberState) and state.nans)
