"""How often a table breaks the rules of a plan: zero for every rule that was exact.

A key that a map does not store breaks nothing: the map says nothing of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Columns, Rows
from synth.dependencies.functional import Functional
from synth.dependencies.plan import Plan, Step
from synth.pack import pack, unpack
from synth.schema import TableSchema


class Violations:
    """Rows that break each step of a plan; a :class:`synth.state.State`."""

    def __init__(self, schema: TableSchema, plan: Plan):
        self.schema, self.plan = schema, plan
        self.broken = np.zeros(len(plan.steps), np.int64)

    def update(self, batch: pa.RecordBatch) -> None:
        columns = {
            name: batch.column(name).cast(self.schema[name].arrow_type) for name in self.names
        }
        for place, step in enumerate(self.plan.steps):
            self.broken[place] += int(_breaking(step, columns).sum())

    def merge(self, other: Violations) -> None:
        self.broken = self.broken + other.broken

    def to_bytes(self) -> bytes:
        return pack({"broken": self.broken})

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema, plan: Plan) -> Violations:
        fields: dict[str, Any] = unpack(data)
        state = cls(schema, plan)
        state.broken = fields["broken"].copy()
        return state

    @cached_property
    def names(self) -> list[str]:
        """The columns that the plan's rules name, in the schema's order."""
        names = {name for step in self.plan.steps for name in step.columns}
        return [name for name in self.schema.names if name in names]


def _breaking(step: Step, columns: Columns) -> Rows:
    rule = step.found.dependency
    breaking = ~rule.holds(columns)
    return breaking & rule.known(columns) if isinstance(rule, Functional) else breaking
