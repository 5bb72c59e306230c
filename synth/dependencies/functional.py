"""Functional dependencies: A -> B and (A, B) -> C by a map (Codd 1971)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import (
    Columns,
    DependencyError,
    Formula,
    Found,
    Rows,
    choose_rows,
    words,
)
from synth.dependencies.keymap import KeyMap
from synth.dependencies.sample import FEW, Sample
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema
from synth.table.values import is_ordered

PAIR_ROWS = 8_000  # pairs make more keys than single columns: they need more rows to repeat
ALIKE = 0.2  # share of the disagreement by chance that a rule may leave, in the sample
FEWEST_PAIRS = 100  # pairs of rows with one key that a rule must be seen in
MOST_PER_TARGET = 4  # alternatives for one target that are worth a verification


@dataclass(frozen=True)
class Functional(Formula):
    """``target`` is what the map holds for the sources' values; null is a value like another.

    ``redraw`` names the source that may be replaced where a key is unknown (two sources only).
    """

    kind: ClassVar[str] = "functional"
    fields: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[tuple[str, ...]] = ()
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

    def restore(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
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


def counted(rule: Functional, columns: Columns) -> pa.Table:
    """How many rows hold each key and target: columns ``0``, (``1``,) ``target``, ``rows``."""
    arrays = [columns[name] for name in (*rule.sources, rule.target)]
    names = [*(str(i) for i in range(len(rule.sources))), "target"]
    grouped = pa.table(arrays, names=names).group_by(names).aggregate([([], "count_all")])
    return grouped.rename_columns([*names, "rows"])


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
    # The map tells the target of a key: so many rows must hold both, not the key alone.
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


def find(sample: Sample) -> list[Functional]:
    """Rules of one source, then of two where one is not enough."""
    names = [name for name in sample.names if sample.varies(name)]
    if not names or sample.rows < 2 * FEW:
        return []
    codes = np.stack([sample.codes(name) for name in names], 1)
    spread = np.array([_by_chance(codes[:, i]) for i in range(len(names))])
    sift = _Sift(sample.settings, codes, spread)
    single = sift.single([sample.distinct(name) for name in names])
    pairs = sift.pairs(single, sample.distinct, names)
    order = {name: place for place, name in enumerate(names)}
    rules = [Functional(names[t], (names[s],)) for s, t in single]
    rules += [Functional(names[t], (names[a], names[b])) for a, b, t in pairs]
    return _few_per_target(rules, sample, order)


def _few_per_target(
    rules: list[Functional], sample: Sample, order: dict[str, int]
) -> list[Functional]:
    def rank(rule: Functional) -> tuple[Any, ...]:
        sizes = [sample.distinct(s) for s in rule.sources]
        texts = [not is_ordered(sample.type_of(s)) for s in rule.sources]
        return (len(rule.sources), int(np.prod(sizes)), texts, [order[s] for s in rule.sources])

    kept: dict[str, list[Functional]] = {}
    for rule in sorted(rules, key=rank):
        own = kept.setdefault(rule.target, [])
        if len(own) < MOST_PER_TARGET:
            own.append(rule)
    return [rule for name in order for rule in kept.get(name, [])]


@dataclass(frozen=True)
class _Sift:
    """Codes ``(rows, columns)`` and how often two random rows disagree in each column."""

    settings: DependencySettings
    codes: np.ndarray
    spread: np.ndarray

    def single(self, distinct: list[int]) -> list[tuple[int, int]]:
        """``(source, target)`` of one-source rules."""
        found = []
        rows = self.settings.first_rows
        for source, size in enumerate(distinct):
            if size > min(self.settings.most_keys, len(self.codes) // 2):
                continue
            first = self._possible(self.codes[:rows, source], self.codes[:rows], self.spread, 3.0)
            likely = np.flatnonzero(first & (np.arange(len(distinct)) != source))
            if len(likely):
                full = self._possible(
                    self.codes[:, source], self.codes[:, likely], self.spread[likely], 1.0
                )
                found += [(source, int(target)) for target in likely[full]]
        return found

    def pairs(
        self, single: list[tuple[int, int]], distinct: Any, names: list[str]
    ) -> list[tuple[int, int, int]]:
        """``(source, source, target)`` of rules that neither source gives alone."""
        sizes = np.array([distinct(name) for name in names])
        used = np.argsort(sizes, kind="stable")[: self.settings.pair_columns]
        used = np.sort(used[sizes[used] <= len(self.codes) // 4])
        known = set(single)
        alone = self._rates(used)
        found = []
        for i, a in enumerate(used):
            for j, b in enumerate(used[i + 1 :], i + 1):
                if (a, b) in known or (b, a) in known:
                    continue
                targets = [t for t in used if t not in (a, b) and not {(a, t), (b, t)} & known]
                if targets:
                    place = np.searchsorted(used, targets)
                    base = np.minimum(alone[i, place], alone[j, place])
                    found += self._pair(int(a), int(b), np.array(targets), base)
        return found

    def _pair(self, a: int, b: int, targets: np.ndarray, base: np.ndarray) -> Any:
        key = self.codes[:, a].astype(np.int64) * (int(self.codes[:, b].max()) + 1)
        key = key + self.codes[:, b]
        first = self._possible(key[:PAIR_ROWS], self.codes[:PAIR_ROWS, targets], base, 2.0)
        likely = targets[first]
        if not len(likely):
            return []
        full = self._possible(key, self.codes[:, likely], base[first], 1.0)
        return [(a, b, int(target)) for target in likely[full]]

    def _rates(self, used: np.ndarray) -> np.ndarray:
        """``(sources, targets)``: how often rows of one source value disagree in the target."""
        codes = self.codes[:PAIR_ROWS][:, used]
        rates = np.empty((len(used), len(used)))
        for place in range(len(used)):
            pairs, wrong = _disagreements(codes[:, place], codes)
            rates[place] = wrong / pairs if pairs else self.spread[used]
        least: np.ndarray = np.minimum(rates, self.spread[used])
        return least

    def _possible(
        self, key: np.ndarray, targets: np.ndarray, base: np.ndarray, loose: float
    ) -> np.ndarray:
        """Which targets rows of one key agree in, far more than ``base`` would have it."""
        pairs, wrong = _disagreements(key, targets)
        if pairs < FEWEST_PAIRS:
            return np.zeros(targets.shape[1], bool)
        slack = 3.0 * (1 - self.settings.near) * pairs * loose + (loose > 1) * 5
        chance = base * pairs
        enough = chance >= (FEW if loose == 1 else 0)
        possible: np.ndarray = (wrong <= slack) & (wrong <= ALIKE * chance * loose) & enough
        return possible


def _disagreements(key: np.ndarray, targets: np.ndarray) -> tuple[int, np.ndarray]:
    """Pairs of rows of one key that lie side by side, and in how many each target differs."""
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    left, right = order[same], order[same + 1]
    return len(same), (targets[left] != targets[right]).sum(0)


def _by_chance(codes: np.ndarray) -> float:
    shares = np.bincount(codes) / len(codes)
    return float(1 - (shares**2).sum())


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
