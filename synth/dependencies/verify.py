"""One pass over the whole table: how many rows break each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.chunk import Chunk, ColumnPlaces
from synth.dependencies.dependency import Dependency
from synth.dependencies.evidence import Found
from synth.dependencies.settings import DependencySettings
from synth.dependencies.value_counts import ValueCounts
from synth.statistics.pack import pack, unpack
from synth.table.limits import CHUNK_ROWS
from synth.table.schema import TableSchema


class Verification:
    """Counts for every rule; a :class:`synth.statistics.state.State`, exactly mergeable.

    What a rule counts is its kind's own (``tally``). Counts of values are given up beyond
    ``settings.most_keys`` lines. They are raw values and live only inside a job; what
    :meth:`found` gives holds protected keys only.
    """

    def __init__(
        self,
        schema: TableSchema,
        rules: Sequence[Dependency],
        settings: DependencySettings | None = None,
    ):
        self.schema, self.rules = schema, tuple(rules)
        self.settings = settings or DependencySettings()
        self._rows = 0
        self._tallies = [rule.tally(self.settings) for rule in self.rules]
        pairs = zip(self.rules, self._tallies, strict=True)
        targets = {rule.target for rule, tally in pairs if tally.counts_target}
        self._values = {name: ValueCounts(self.settings.most_keys) for name in sorted(targets)}
        self._places = ColumnPlaces(self.settings.most_keys)
        self._waiting: list[pa.RecordBatch] = []
        used = {name for rule in self.rules for name in rule.columns}
        self._names = [name for name in schema.names if name in used]

    @property
    def rows(self) -> int:
        self._settle()
        return self._rows

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch that has the schema's columns, by name."""
        self._waiting.append(batch.select(self._names) if self._names else batch)
        if sum(len(waiting) for waiting in self._waiting) >= CHUNK_ROWS:
            self._settle()

    def merge(self, other: Verification) -> None:
        self._settle()
        other._settle()
        self._rows += other._rows
        for own, more in zip(self._tallies, other._tallies, strict=True):
            own.merge(more)
        for name, counts in self._values.items():
            counts.merge(other._values[name])

    def to_bytes(self) -> bytes:
        self._settle()
        fields: dict[str, Any] = {"rows": self._rows}
        for place, tally in enumerate(self._tallies):
            fields |= {f"t{place}/{key}": value for key, value in tally.to_fields().items()}
        return pack(fields | {f"v{n}": counts.to_bytes() for n, counts in self._values.items()})

    @classmethod
    def from_bytes(
        cls,
        data: bytes,
        schema: TableSchema,
        rules: Sequence[Dependency],
        settings: DependencySettings | None = None,
    ) -> Verification:
        """What :meth:`to_bytes` gave, for the same rules."""
        fields = unpack(data)
        state = cls(schema, rules, settings)
        state._rows = fields.pop("rows")
        own: list[dict[str, Any]] = [{} for _ in state._tallies]
        for key, value in fields.items():
            if key[0] == "v":
                state._values[key[1:]].load(value)
            else:
                place, _, name = key[1:].partition("/")
                own[int(place)][name] = value
        for tally, counted in zip(state._tallies, own, strict=True):
            tally.load(counted)
        return state

    def found(self) -> list[Found]:
        """Every rule that was not given up, in the order of the rules, with its evidence."""
        self._settle()
        if not self._rows:
            return []
        pairs = zip(self.rules, self._tallies, strict=True)
        found = [tally.found(self._rows, self._informative(rule.target)) for rule, tally in pairs]
        return [entry for entry in found if entry is not None]

    def _informative(self, name: str) -> int:
        """Rows that do not hold the column's most frequent value."""
        counts = self._values.get(name)
        if counts is None or counts.table is None:
            return self._rows  # too many values to count: no value is frequent enough to matter
        return self._rows - int(np.asarray(counts.table["rows"]).max())

    def _settle(self) -> None:
        if not self._waiting:
            return
        chunk = pa.Table.from_batches(self._waiting).combine_chunks()
        self._waiting = []
        self._rows += len(chunk)
        types = {name: self.schema[name].arrow_type for name in self._names}
        for batch in chunk.to_batches() if self._names else ():
            self._count(Chunk(batch, types, self._places))

    def _count(self, columns: Chunk) -> None:
        for tally in self._tallies:
            tally.update(columns)
        for name, counts in self._values.items():
            counts.update_placed({"0": columns.placed(name)})
