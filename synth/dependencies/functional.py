"""Functional dependencies: A -> B and (A, B) -> C by a map (Codd 1971)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Rows, choose_rows
from synth.dependencies.dependency import DependencyError, Formula, Mode, words
from synth.dependencies.evidence import Found, TableFacts, Tally
from synth.dependencies.keymap import KeyMap
from synth.dependencies.settings import DependencySettings
from synth.dependencies.value_counts import ValueCounts
from synth.dependencies.value_counts import counted as counted_values
from synth.table.schema import TableSchema
from synth.table.values import is_ordered


@dataclass(frozen=True)
class Functional(Formula):
    """``target`` is what the map holds for the sources' values; null is a value like another.

    ``redraw`` names the source that may be replaced where a key is unknown (two sources only).
    """

    kind: ClassVar[str] = "functional"
    rank: ClassVar[int] = 7

    target: str
    sources: tuple[str, ...]
    keys: KeyMap | None = None
    redraw: str | None = None

    def predict(self, columns: Columns) -> pa.Array:
        found = self._map.find(self._key(columns))
        return self._map.targets(found)

    def known(self, columns: Columns) -> Rows:
        return self._map.find(self._key(columns)) >= 0

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """An unknown key: a stored one close by, else a target fixed by the key's hash."""
        changed: dict[str, pa.Array] = {}
        found = self._map.find(self._key(columns))
        if self.redraw and (found < 0).any():
            kept = next(s for s in self.sources if s != self.redraw)
            place = self.sources.index(kept)
            found = self._map.redraw(found, columns[kept], place, rng)
            other = self._map.source(1 - place, found)
            changed[self.redraw] = choose_rows(found >= 0, other, columns[self.redraw])
        found = self._map.nearest(found, self._key({**columns, **changed}))
        changed[self.target] = self._map.targets(found)
        return changed

    def unknown(self, columns: Columns) -> Rows:
        """Keys that the map does not store."""
        return ~self.known(columns)

    @property
    def is_open(self) -> bool:
        """A map that is never repaired: for keys it lacks any target is as good."""
        return self.redraw is None

    def tally(self, settings: DependencySettings) -> Tally:
        return KeyCounts(self, settings)

    def precedence(self, found: Found, facts: TableFacts) -> tuple[float, ...]:
        """One source: the smaller map. Two: the target that costs a model most."""
        texts = sum(not is_ordered(facts.schema[name].type) for name in self.sources)
        size = facts.distinct.get(self.target, 0.0)
        first = found.keys if len(self.sources) == 1 else -size
        return (len(self.sources), first, found.keys, texts)

    def weakness(self, found: Found, facts: TableFacts) -> str | None:
        weak = super().weakness(found, facts)
        if not weak and not found.is_exact and found.keys > facts.direct:
            return "exceptions, and too many keys"
        return weak

    def mode(self, found: Found, facts: TableFacts) -> Mode:
        """A target of few values stays modelled where its key has many: codes of it say little."""
        mode = super().mode(found, facts)
        if mode == "drop" and len(self.sources) == 1:
            many = facts.distinct.get(self.sources[0], 0.0) > facts.direct
            if many and facts.distinct.get(self.target, 0.0) <= facts.direct:
                return "repair"
        return mode

    @property
    def repairs_sources(self) -> bool:
        return len(self.sources) == 2

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Functional:
        """Of two sources the last that may change is redrawn; none where exceptions are learned."""
        if not self.repairs_sources or mode == "exceptions":
            return self
        free = [name for name in reversed(self.sources) if name not in fixed]
        return replace(self, redraw=free[0] if free else None)

    def without_repair(self) -> Functional:
        return replace(self, redraw=None)

    def without_values(self) -> Functional:
        return replace(self, keys=None)

    def describe(self) -> str:
        return f"{self.target} is determined by {words(self.sources)}"

    def check(self, schema: TableSchema) -> None:
        if not 1 <= len(self.sources) <= 2:
            raise DependencyError(
                f"a functional dependency has one or two sources, not {len(self.sources)}"
            )

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind, "target": self.target}
        data["sources"] = list(self.sources)
        if self.redraw:
            data["redraw"] = self.redraw
        if self.keys is not None:
            data["keys"] = self.keys.to_json()
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Functional:
        sources, target = tuple(data["sources"]), data["target"]
        keys = None
        if "keys" in data:
            types = [schema[name].type for name in (*sources, target)]
            keys = KeyMap.from_json(data["keys"], types)
        return cls(target, sources, keys, data.get("redraw"))

    @property
    def _map(self) -> KeyMap:
        if self.keys is None:
            raise ValueError(f"{self.describe()}: the map is not learned yet, verify it first")
        return self.keys

    def _key(self, columns: Columns) -> list[pa.Array]:
        return [columns[name] for name in self.sources]


class KeyCounts:
    """How many rows hold each key and target, unless there are too many for a map."""

    counts_target: ClassVar[bool] = False

    def __init__(self, rule: Functional, settings: DependencySettings):
        self.rule, self.settings = rule, settings
        self.counts = ValueCounts(settings.most_keys)

    def update(self, columns: Columns) -> None:
        self.counts.update(_keyed(self.rule, columns))

    def merge(self, other: Self) -> None:
        self.counts.merge(other.counts)

    def to_fields(self) -> dict[str, Any]:
        return {"counts": self.counts.to_bytes()}

    def load(self, fields: dict[str, Any]) -> None:
        self.counts.load(fields["counts"])

    def found(self, rows: int, informative: int) -> Found | None:
        table = self.counts.table
        return None if table is None else learned(self.rule, table, self.settings)


def counted(rule: Functional, columns: Columns) -> pa.Table:
    """How many rows hold each key and target: columns ``0``, (``1``,) ``target``, ``rows``."""
    return counted_values(_keyed(rule, columns))


def _keyed(rule: Functional, columns: Columns) -> dict[str, pa.Array]:
    names = [*(str(i) for i in range(len(rule.sources))), "target"]
    arrays = (columns[name] for name in rule.columns[1:] + rule.columns[:1])
    return dict(zip(names, arrays, strict=True))


def learned(rule: Functional, counts: pa.Table, settings: DependencySettings) -> Found:
    """The rule with the map that the counts give: each key's most frequent target.

    Only pairs of key and target that ``settings.min_entities`` rows hold are stored.
    """
    names = counts.column_names[:-2]
    order = [*((n, "ascending") for n in names), ("rows", "descending"), ("target", "ascending")]
    counts = counts.sort_by(order).combine_chunks()
    rows = np.asarray(counts["rows"]).astype(np.int64)
    starts = _key_starts(counts, names)
    totals = np.add.reduceat(rows, starts) if len(rows) else rows
    # The map gives the target of a key away: so many rows must hold both, not the key alone.
    held = rows[starts] >= settings.min_entities
    usual = _is_most_frequent(counts)
    odd = np.add.reduceat(np.where(usual, 0, rows), starts) if len(rows) else rows
    top = counts.take(pa.array(starts[held])).drop_columns(["rows"])
    keys = KeyMap(top.append_column("rows", pa.array(totals[held])).combine_chunks())
    return Found(
        replace(rule, keys=keys),
        rows=int(rows.sum()),
        exceptions=int(rows.sum() - rows[starts].sum()),
        informative=int(odd.sum()),
        supported=int(totals[held].sum()),
        informative_supported=int(odd[held].sum()),
        keys=int(held.sum()),
    )


def _key_starts(counts: pa.Table, names: list[str]) -> np.ndarray:
    changed = np.zeros(max(len(counts) - 1, 0), bool)
    for name in names:
        codes = _dense(counts[name])
        changed |= codes[1:] != codes[:-1]
    return np.flatnonzero(np.r_[True, changed]) if len(counts) else np.zeros(0, np.int64)


def _is_most_frequent(counts: pa.Table) -> np.ndarray:
    codes = _dense(counts["target"])
    totals = np.bincount(codes, weights=np.asarray(counts["rows"]))
    best: np.ndarray = codes == np.argmax(totals) if len(totals) else np.zeros(0, bool)
    return best


def _dense(column: pa.ChunkedArray) -> np.ndarray:
    array = column.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return np.asarray(array.indices)
