"""One pass over the whole table: how many rows break each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Columns, Dependency, Found
from synth.dependencies.functional import Functional, counted, learned
from synth.dependencies.settings import DependencySettings
from synth.dependencies.since import Since, count_spans, new_spans, with_spans
from synth.statistics.column_state import NumberState
from synth.statistics.pack import pack, unpack
from synth.table.schema import TableSchema

CHUNK_ROWS = 131_072  # rows are counted this many at a time, to group them once


class Verification:
    """Counts for every rule; a :class:`synth.statistics.state.State`, exactly mergeable.

    Rules of the functional kind keep how many rows hold each key and target, up to
    ``settings.most_keys`` lines: then the rule is given up. It holds raw values and lives only
    inside a job; what :meth:`found` gives holds protected keys only.
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
        self._exceptions = np.zeros(len(self.rules), np.int64)
        self._counts: dict[int, pa.Table | None] = {}  # of a functional rule, None if given up
        self._values: dict[str, pa.Table | None] = {}  # of a target of another kind
        self._spans = {p: new_spans(r) for p, r in enumerate(self.rules) if isinstance(r, Since)}
        self._waiting: list[pa.RecordBatch] = []
        used = {name for rule in self.rules for name in (*rule.sources, rule.target)}
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
        self._exceptions = self._exceptions + other._exceptions
        for place, counts in other._counts.items():
            self._counts[place] = self._added(self._counts, place, counts)
        for name, counts in other._values.items():
            self._values[name] = self._added(self._values, name, counts)
        for place, spans in self._spans.items():
            spans.merge(other._spans[place])

    def to_bytes(self) -> bytes:
        self._settle()
        fields: dict[str, Any] = {"rows": self._rows, "exceptions": self._exceptions}
        tables: dict[str, pa.Table | None] = {f"k{p}": t for p, t in sorted(self._counts.items())}
        tables |= {f"v{name}": t for name, t in sorted(self._values.items())}
        for place, spans in self._spans.items():
            fields |= {f"s{place}/{key}": value for key, value in spans.to_fields().items()}
        return pack(fields | {key: _to_bytes(table) for key, table in tables.items()})

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
        state._exceptions = fields.pop("exceptions").copy()
        for place, spans in state._spans.items():
            lead = f"s{place}/"
            own = {key: fields.pop(key) for key in list(fields) if key.startswith(lead)}
            own = {key.removeprefix(lead): value for key, value in own.items()}
            state._spans[place] = NumberState.from_fields(spans.column, own)
        for key, value in fields.items():
            table = _from_bytes(value)
            if key[0] == "k":
                state._counts[int(key[1:])] = table
            else:
                state._values[key[1:]] = table
        return state

    def found(self) -> list[Found]:
        """Every rule that was not given up, in the order of the rules, with its evidence."""
        self._settle()
        found = []
        for place, rule in enumerate(self.rules):
            if not self._rows:
                break
            if isinstance(rule, Functional):
                counts = self._counts.get(place)
                if counts is not None:
                    found.append(learned(rule, counts, self.settings))
                continue
            informative = self._informative(rule.target)
            exceptions = int(self._exceptions[place])
            rows = self._rows
            told = Found(rule, rows, exceptions, informative, rows, informative)
            spans = self._spans.get(place)
            found.append(with_spans(told, spans) if spans else told)
        return found

    def _informative(self, name: str) -> int:
        """Rows that do not hold the column's most frequent value."""
        counts = self._values.get(name)
        if counts is None:  # too many values to count: no value is frequent enough to matter
            return self._rows
        most = max(counts["rows"].to_pylist(), default=0)
        return self._rows - int(most)

    def _settle(self) -> None:
        if not self._waiting:
            return
        chunk = pa.Table.from_batches(self._waiting).combine_chunks()
        self._waiting = []
        self._rows += len(chunk)
        for batch in chunk.to_batches() if self._names else ():
            self._count({n: batch.column(n).cast(self.schema[n].arrow_type) for n in self._names})

    def _count(self, columns: Columns) -> None:
        for place, rule in enumerate(self.rules):
            if isinstance(rule, Functional):
                if self._counts.get(place, True) is not None:
                    counts = counted(rule, columns)
                    self._counts[place] = self._added(self._counts, place, counts)
            else:
                self._exceptions[place] += int((~rule.holds(columns)).sum())
            if isinstance(rule, Since):
                count_spans(rule, columns, self._spans[place])
        others = {r.target for r in self.rules if not isinstance(r, Functional)}
        for name in sorted(others):
            if self._values.get(name, True) is not None:
                grouped = pa.table({"0": columns[name]}).group_by("0")
                counts = grouped.aggregate([([], "count_all")]).rename_columns(["0", "rows"])
                self._values[name] = self._added(self._values, name, counts)

    def _added(self, known: dict[Any, Any], key: Any, counts: pa.Table | None) -> pa.Table | None:
        """Both counts together, sorted; None where there are too many lines."""
        own = known.get(key, counts.slice(0, 0) if counts is not None else None)
        if own is None or counts is None:
            return None
        names = counts.column_names[:-1]
        both = pa.concat_tables([own, counts]).group_by(names).aggregate([("rows", "sum")])
        if len(both) > self.settings.most_keys:
            return None
        order = [(name, "ascending") for name in names]
        return both.rename_columns([*names, "rows"]).sort_by(order).combine_chunks()


def _to_bytes(table: pa.Table | None) -> bytes:
    if table is None:
        return b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _from_bytes(data: bytes) -> pa.Table | None:
    if not data:
        return None
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all()
