"""Functional dependencies: A -> B and (A, B) -> C by a map (Codd 1971)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.chunk import Chunk
from synth.dependencies.columns import Columns, Rows, choose_rows, equal, one_array, present
from synth.dependencies.covered import STORED_SHARE, covered
from synth.dependencies.dependency import DependencyError, Formula, Mode, words
from synth.dependencies.evidence import Breaks, Found, TableFacts, Tally
from synth.dependencies.keymap import KeyMap
from synth.dependencies.reach import Reach, reach_of
from synth.dependencies.settings import DependencySettings
from synth.dependencies.value_counts import ValueCounts, dense
from synth.dependencies.value_counts import counted as counted_values
from synth.table.errors import InputError
from synth.table.schema import TableSchema, type_of_arrow
from synth.table.values import is_ordered, to_numbers

if TYPE_CHECKING:
    from synth.dependencies.sample import Sample

SURE = 100  # disagreements expected by chance of which there is none: the rule is no accident
LEADING = 2  # keys for each target from which on a row's own target says which key to take
FEWEST_OF_KEY, FEW_OF_KEY = 5, 0.05  # rows; a share of them that mistakes may be


class Mapped(Formula):
    """The common part of rules whose map of keys is learned by counting (:class:`KeyCounts`)."""

    keys: KeyMap | None

    @abstractmethod
    def with_keys(self, keys: KeyMap, *, is_weak: bool) -> Mapped:
        """The rule with what it has learned; ``is_weak``: many rows have a key that is not."""

    @property
    def learned_keys(self) -> KeyMap:
        """The map; ValueError where it is not learned yet."""
        if self.keys is None:
            raise ValueError(f"{self.describe()}: the map is not learned yet, verify it first")
        return self.keys

    @abstractmethod
    def keyed(self, columns: Columns) -> dict[str, pa.Array]:
        """The columns of a :class:`KeyMap`, but for the rows."""

    @property
    def counted_by(self) -> Mapping[str, str]:
        """The columns of :meth:`keyed` and of the table, where they are the same; else empty."""
        return {}


@dataclass(frozen=True)
class Functional(Mapped):
    """``target`` is what the map holds for the sources' values; null is a value like another.

    ``redraw`` names the source that may be replaced where a key is unknown, so that no pair of
    key and target appears that the table has not; ``whole`` says that both of two may.
    ``leads``: where the target is modelled as well and is not what the key says, the key gives way.
    """

    kind: ClassVar[str] = "functional"
    rank: ClassVar[int] = 7

    target: str
    sources: tuple[str, ...]
    keys: KeyMap | None = None
    redraw: str | None = None
    whole: bool = False
    leads: bool = False

    def predict(self, columns: Columns) -> pa.Array:
        found = self.learned_keys.find(self._key(columns))
        return self.learned_keys.targets(found)

    def known(self, columns: Columns) -> Rows:
        return self.learned_keys.find(self._key(columns)) >= 0

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """An unknown key becomes a stored one close by, or one by its hash, with its target.

        Of two sources one is kept where it has a stored key. Where no source may be replaced, the
        target alone is that of such a key.
        """
        lines = self.learned_keys.reached(
            self.learned_keys.find(self._key(columns)), self._key(columns)
        )
        replaced = np.zeros(len(lines), bool)
        if self.leads and self.redraw and self.target in columns:
            lines, replaced = self._led(columns, lines, rng)
        if self.redraw and len(self.sources) == 2 and (lines < 0).any():
            kept = next(s for s in self.sources if s != self.redraw)
            drawn = self.learned_keys.redraw(
                lines, columns[kept], str(self.sources.index(kept)), rng
            )
            lines, replaced = drawn, replaced | ((lines < 0) & (drawn >= 0))
        lost = lines < 0
        lines = self.learned_keys.nearest(lines, self._key(columns))
        free = self.sources if self.whole else (self.redraw or "",)
        if self.redraw and len(free) == len(self.sources):
            replaced = replaced | (lost & (lines >= 0))
        changed = {self.target: self.learned_keys.targets(lines)}
        for name in free if self.redraw and replaced.any() else ():
            place = self.sources.index(name)
            changed[name] = choose_rows(
                replaced, self.learned_keys.source(place, lines), columns[name]
            )
        return changed

    def _led(
        self, columns: Columns, lines: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Lines, and where they are new: drawn among those of the target that a row has."""
        own = columns[self.target]
        agrees = (lines >= 0) & equal(
            self.learned_keys.targets(lines), own.cast(self.learned_keys.target_type)
        )
        drawn = self.learned_keys.redraw(np.where(agrees, lines, -1), own, "target", rng)
        new = ~agrees & (drawn >= 0)
        return np.where(new, drawn, lines), new

    def unknown(self, columns: Columns) -> Rows:
        """Keys that the map does not store."""
        return ~self.known(columns)

    @classmethod
    def require_possible(cls, rules: Sequence[Functional], given: Columns) -> None:
        """Also for one of two sources beside a target that none of its keys has."""
        super().require_possible(rules, given)
        for rule in rules:
            names = [name for name in rule.sources if name in given]
            if len(rule.sources) == 2 and len(names) == 1 and rule.target in given:
                place = rule.sources.index(names[0])
                if not rule.learned_keys.pairs(place, given[names[0]], given[rule.target]):
                    raise InputError(
                        f"given {names[0]!r} and {rule.target!r}: {rule.describe()}, and no row "
                        "that the model knows has both: give others, leave one of them out, or "
                        "fit without this dependency (veto)"
                    )

    @property
    def replaces(self) -> str | None:
        return self.redraw if len(self.sources) == 1 else None

    def replaced(self, columns: Columns) -> Rows:
        """Keys that the map neither stores nor reaches."""
        key = self._key(columns)
        found: Rows = self.learned_keys.reached(self.learned_keys.find(key), key) < 0
        return found

    @property
    def is_open(self) -> bool:
        """A map whose keys may come from elsewhere: for those it lacks any target is as good."""
        return self.redraw is None or len(self.sources) == 1

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
        if not weak and not (found.is_exact or found.is_bound) and found.keys > facts.direct:
            return "exceptions, and too many keys"
        return weak

    def is_supported(self, found: Found, facts: TableFacts) -> bool:
        """Stored keys stand in for the others where every row keeps the rule, by no accident."""
        sure = (found.is_exact or found.is_bound) and found.by_chance >= SURE
        rows = found.complete or found.rows
        enough = found.supported >= STORED_SHARE * rows or (
            len(self.sources) == 1 and self.sources[0] in facts.stand_ins
        )
        return super().is_supported(found, facts) or (sure and enough)

    def may_be_mistakes(self, found: Found, sample: Sample | None) -> bool:
        """Of one source, no accident, and few among the rows of a key: none has two targets."""
        breaks = found.breaks
        sure = len(self.sources) == 1 and found.by_chance >= SURE
        return bool(sure and breaks and 2 * breaks.scattered >= breaks.broken)

    def is_informed(self, found: Found) -> bool:
        """As often as other rows have one, where few do."""
        told = found.informative_supported * (found.complete or found.rows)
        rarely = 2 * told >= found.informative * found.supported > 0
        return super().is_informed(found) or (self.leads and rarely)

    def mode(self, found: Found, facts: TableFacts) -> Mode:
        """A target of few values stays modelled where its key has many: codes of it say little."""
        mode = super().mode(found, facts)
        own, keys = (facts.distinct.get(name, 0.0) for name in (self.target, self.sources[0]))
        if mode != "drop" or len(self.sources) > 1 or own > facts.direct:
            return mode
        return "repair" if keys > facts.direct or (self.leads and LEADING * own <= keys) else mode

    @property
    def repairs_sources(self) -> bool:
        return True

    @property
    def repairs_first(self) -> bool:
        return self.leads

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Functional:
        """Of two sources the last that may change is redrawn; none where exceptions are learned."""
        if mode == "exceptions":
            return replace(self, leads=False)
        free = [name for name in reversed(self.sources) if name not in fixed]
        return replace(
            self,
            redraw=free[0] if free else None,
            whole=len(free) == len(self.sources) > 1,
            leads=self.leads and mode == "repair" and bool(free),
        )

    def without_repair(self) -> Functional:
        return replace(self, redraw=None, whole=False, leads=False)

    def with_keys(self, keys: KeyMap, *, is_weak: bool) -> Functional:
        return replace(self, keys=keys, leads=is_weak and len(self.sources) == 1)

    def keyed(self, columns: Columns) -> dict[str, pa.Array]:
        return {key: columns[name] for key, name in self.counted_by.items()}

    @property
    def counted_by(self) -> dict[str, str]:
        names = [*(str(i) for i in range(len(self.sources))), "target"]
        return dict(zip(names, (*self.sources, self.target), strict=True))

    def without_values(self) -> Functional:
        return replace(self, keys=None, leads=False)

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
        data |= {name: True for name in ("whole", "leads") if getattr(self, name)}
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
        flags = bool(data.get("whole")), bool(data.get("leads"))
        return cls(target, sources, keys, data.get("redraw"), *flags)

    def _key(self, columns: Columns) -> list[pa.Array]:
        return [columns[name] for name in self.sources]


class KeyCounts:
    """How many rows hold each key and target, unless there are too many for a map."""

    counts_target: ClassVar[bool] = False

    def __init__(self, rule: Mapped, settings: DependencySettings):
        self.rule, self.settings = rule, settings
        self.counts = ValueCounts(settings.most_keys)

    def update(self, columns: Columns) -> None:
        names = self.rule.counted_by
        if names and isinstance(columns, Chunk):
            placed = {key: columns.placed(name) for key, name in names.items()}
            self.counts.update_placed(placed)
        else:
            self.counts.update(self.rule.keyed(columns))

    def merge(self, other: Self) -> None:
        self.counts.merge(other.counts)

    def to_fields(self) -> dict[str, Any]:
        return {"counts": self.counts.to_bytes()}

    def load(self, fields: dict[str, Any]) -> None:
        self.counts.load(fields["counts"])

    def found(self, rows: int, informative: int) -> Found | None:
        table = self.counts.table
        return None if table is None else learned_best(self.rule, table, self.settings)


def counted(rule: Mapped, columns: Columns) -> pa.Table:
    """How many rows hold each key and target: columns ``0``, (``1``,) ``target``, ``rows``."""
    return counted_values(rule.keyed(columns))


def learned(rule: Mapped, counts: pa.Table, settings: DependencySettings) -> Found:
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
    firsts = counts.take(pa.array(starts))
    reach, inside = _reach(firsts, names, held)
    said = held | inside
    usual = _is_most_frequent(counts)
    odd = np.add.reduceat(np.where(usual, 0, rows), starts) if len(rows) else rows
    top = firsts.filter(pa.array(held)).drop_columns(["rows"])
    keys = KeyMap(top.append_column("rows", pa.array(totals[held])).combine_chunks(), *reach)
    supported = int(totals[said].sum())
    is_weak = supported < settings.supported * rows.sum()
    return Found(
        rule.with_keys(keys, is_weak=is_weak),
        rows=int(rows.sum()),
        exceptions=int(rows.sum() - rows[starts].sum()),
        informative=int(odd.sum()),
        supported=supported,
        informative_supported=int(odd[said].sum()),
        keys=int(held.sum()),
        by_chance=_pairs_by_chance(firsts, counts, names, totals),
        covered=covered(firsts["target"], counts, starts, held, settings),
        breaks=_breaks(totals, rows[starts]),
    )


def learned_best(rule: Mapped, counts: pa.Table, settings: DependencySettings) -> Found:
    """As :func:`learned`; where that is not exact, of the rows that lack no value alone.

    What the rule says of a missing key, or where a target is missing, is then left open.
    """
    found = learned(rule, counts, settings)
    if found.is_exact or not len(counts):
        return found
    columns = {name: one_array(counts[name]) for name in counts.column_names}
    there = present(columns, counts.column_names[:-2])
    has = present(columns, ("target",))
    if (there & has).all() or not (there & has).any():
        return found
    rows = np.asarray(counts["rows"]).astype(np.int64)
    partial = learned(rule, counts.filter(pa.array(there & has)), settings)
    if found.share >= settings.near and partial.exceptions:
        return found
    orphans, gaps = int(rows[~there & has].sum()), int(rows[there & ~has].sum())
    own = partial.dependency
    if not partial.exceptions:  # the target is modelled, and may say which key a row has
        assert isinstance(own, Mapped)
        own = own.with_keys(own.learned_keys, is_weak=True)
    return replace(
        partial,
        dependency=own,
        rows=found.rows,
        exceptions=partial.exceptions + orphans + gaps,
        complete=partial.rows,
        contradictions=partial.exceptions,
        orphans=orphans,
        gaps=gaps,
    )


def _breaks(totals: np.ndarray, usual: np.ndarray) -> Breaks:
    """The rows that have another target than is usual of their key, of all ``totals``.

    One row, or a twentieth of a key's, may be mistakes; a key of which a third has another target
    has two.
    """
    other = totals - usual
    few = (totals >= FEWEST_OF_KEY) & (other <= np.maximum(1, FEW_OF_KEY * totals))
    return Breaks(int(totals.sum()), int(other.sum()), scattered=int(other[few].sum()))


def _reach(firsts: pa.Table, names: list[str], held: np.ndarray) -> tuple[Reach, np.ndarray]:
    """How far the stored keys of one ordered source reach, and which other keys they do."""
    inside = np.zeros(len(firsts), bool)
    type_name = type_of_arrow(firsts["0"].type)
    if len(names) > 1 or not len(firsts) or not is_ordered(type_name):
        return Reach(), inside
    values, valid = to_numbers(one_array(firsts["0"]), type_name)
    at = np.flatnonzero(valid & (values == values))
    at = at[np.argsort(values[at], kind="stable")]
    reach, inside[at] = reach_of(values[at], dense(firsts["target"])[at], held[at])
    return reach, inside


def _pairs_by_chance(
    firsts: pa.Table, counts: pa.Table, names: list[str], totals: np.ndarray
) -> int:
    """Pairs of rows of one key that would differ in the target, if it were drawn for each row.

    A missing value is no key of which rows are the same: columns that are null together would be.
    """
    if not len(firsts):
        return 0
    keyed = present({name: one_array(firsts[name]) for name in names}, names)
    rows = present({name: one_array(counts[name]) for name in names}, names)
    return int((totals[keyed] - 1).sum() * _disagreement(counts.filter(pa.array(rows))))


def _disagreement(counts: pa.Table) -> float:
    """How likely two rows taken at random differ in the target."""
    totals = np.bincount(dense(counts["target"]), weights=np.asarray(counts["rows"]))
    return float(1 - ((totals / totals.sum()) ** 2).sum()) if len(totals) else 0.0


def _key_starts(counts: pa.Table, names: list[str]) -> np.ndarray:
    changed = np.zeros(max(len(counts) - 1, 0), bool)
    for name in names:
        codes = dense(counts[name])
        changed |= codes[1:] != codes[:-1]
    return np.flatnonzero(np.r_[True, changed]) if len(counts) else np.zeros(0, np.int64)


def _is_most_frequent(counts: pa.Table) -> np.ndarray:
    codes = dense(counts["target"])
    totals = np.bincount(codes, weights=np.asarray(counts["rows"]))
    best: np.ndarray = codes == np.argmax(totals) if len(totals) else np.zeros(0, bool)
    return best
