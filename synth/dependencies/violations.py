"""How often a table breaks the rules of a plan: zero for every rule that was exact.

A key that a map does not store breaks nothing: the map says nothing of it. Its rows are counted
by themselves.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.plan import Plan
from synth.statistics.pack import pack, unpack
from synth.table.schema import TableSchema


class Violations:
    """Rows that break each step of a plan, and those of keys that a map lacks; a ``State``."""

    def __init__(self, schema: TableSchema, plan: Plan):
        self.schema, self.plan = schema, plan
        self.broken = np.zeros(len(plan.steps), np.int64)
        self.unknown = np.zeros(len(plan.steps), np.int64)

    def update(self, batch: pa.RecordBatch) -> None:
        columns = {
            name: batch.column(name).cast(self.schema[name].arrow_type) for name in self.names
        }
        for place, step in enumerate(self.plan.steps):
            rule = step.found.dependency
            unknown = rule.unknown(columns)
            self.unknown[place] += int(unknown.sum())
            self.broken[place] += int(step.broken(columns).sum())

    def merge(self, other: Violations) -> None:
        self.broken = self.broken + other.broken
        self.unknown = self.unknown + other.unknown

    def to_bytes(self) -> bytes:
        return pack({"broken": self.broken, "unknown": self.unknown})

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema, plan: Plan) -> Violations:
        fields: dict[str, Any] = unpack(data)
        state = cls(schema, plan)
        state.broken, state.unknown = fields["broken"].copy(), fields["unknown"].copy()
        return state

    @cached_property
    def names(self) -> list[str]:
        """The columns that the plan's rules name, in the schema's order."""
        names = {name for step in self.plan.steps for name in step.columns}
        return [name for name in self.schema.names if name in names]
