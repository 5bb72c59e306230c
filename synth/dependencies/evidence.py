"""What a pass over the table says of a rule, and what else is known when rules are chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np

from synth.dependencies.columns import Columns, present
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

_COUNTED = ("exceptions", "complete", "contradictions", "orphans", "gaps")

if TYPE_CHECKING:
    from synth.dependencies.dependency import Dependency

COUNTS = ("rows", "exceptions", "informative", "supported", "informative_supported", "keys")
SOME_COUNT = (
    "complete",
    "contradictions",
    "orphans",
    "gaps",
    "by_chance",
    "covered",
)  # not every kind


@dataclass(frozen=True)
class Breaks:
    """The rows that break a rule, for who asks whether they are mistakes; of no plan's concern.

    ``rows`` are those that could: they have a value in each of its columns, or speak for the rule
    where it is about missing values. ``broken`` of them break it. Of an order half of these lie at
    most ``depth`` beyond; of a map ``scattered`` are few among those of their key.
    """

    rows: int
    broken: int
    depth: float = 0.0
    scattered: int = 0

    @property
    def share(self) -> float:
        """Share of the rows that could break the rule and do."""
        return self.broken / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Found:
    """A dependency with its evidence.

    ``informative`` rows do not hold the target's most frequent value: only they can speak for a
    rule. ``supported`` rows have a key that the map stores (all rows, for rules without a map).
    ``complete`` rows have a value in every column of the rule, ``contradictions`` are those of
    them that break it; ``orphans`` have a target though a source is missing, ``gaps`` no target
    though no source is. ``by_chance``: pairs of rows of one key that would break a map whose
    target had nothing to do with its key. ``covered`` rows have a target that a stored key has, or
    one that is not learned anyway. No row is ``complete`` where a kind does not count these.
    ``breaks`` is of this job alone: it is not stored.
    """

    dependency: Dependency
    rows: int
    exceptions: int
    informative: int
    supported: int
    informative_supported: int
    keys: int = 0  # stored keys of a map
    complete: int = field(default=0, compare=False)
    contradictions: int = field(default=0, compare=False)
    orphans: int = field(default=0, compare=False)
    gaps: int = field(default=0, compare=False)
    by_chance: int = field(default=0, compare=False)
    covered: int = field(default=0, compare=False)
    breaks: Breaks | None = field(default=None, compare=False)

    @property
    def is_exact(self) -> bool:
        return self.rows > 0 and self.exceptions == 0

    @property
    def is_bound(self) -> bool:
        """Whether only missing values break the rule: what is there is always as it says."""
        return self.complete > 0 and self.contradictions == 0 and not self.is_exact

    @property
    def share(self) -> float:
        """Share of rows in which the rule holds; of those without a missing value, if counted."""
        wrong, of = self.exceptions, self.rows
        if self.complete:
            wrong, of = self.contradictions, self.complete
        return 1.0 - wrong / of if of else 0.0

    def to_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in COUNTS}
        counts |= {name: getattr(self, name) for name in SOME_COUNT if getattr(self, name)}
        return {"dependency": self.dependency.to_json(), **counts}


@dataclass(frozen=True)
class TableFacts:
    """What is known of a table besides the evidence for one rule.

    ``distinct``: how many distinct values each column has. ``direct``: up to so many are one code
    each. ``complete`` names columns without null or NaN, ``conditioned`` those that need values of
    their own, because conditions are to give them. ``stand_ins`` names columns most of whose
    values are too rare to be stored, and for which the others can stand in.
    """

    schema: TableSchema
    distinct: Mapping[str, float]
    direct: int = 256
    complete: Collection[str] = ()
    conditioned: Collection[str] = ()
    stand_ins: Collection[str] = ()
    settings: DependencySettings = field(default_factory=DependencySettings)


class Tally(Protocol):
    """What the pass over the table counts for one rule; parts of it add up in any order."""

    counts_target: ClassVar[bool]  # whether the evidence needs the target's most frequent value

    def update(self, columns: Columns) -> None:
        """Add rows."""
        ...

    def merge(self, other: Self) -> None:
        """Add what another tally of the same rule has counted."""
        ...

    def to_fields(self) -> dict[str, Any]:
        """What :func:`synth.statistics.pack.pack` takes."""
        ...

    def load(self, fields: dict[str, Any]) -> None:
        """Take over what :meth:`to_fields` of a tally of the same rule gave."""
        ...

    def found(self, rows: int, informative: int) -> Found | None:
        """The rule with its evidence; None where it was given up."""
        ...


class Exceptions:
    """The rows that break a rule, and what of that is missing values: all that most kinds count."""

    counts_target: ClassVar[bool] = True

    def __init__(self, rule: Dependency):
        self.rule = rule
        self.counts = dict.fromkeys(_COUNTED, 0)

    @property
    def count(self) -> int:
        """The rows that break the rule."""
        return self.counts["exceptions"]

    def update(self, columns: Columns) -> None:
        broken = ~self.rule.holds(columns)
        there, has = present(columns, self.rule.sources), present(columns, (self.rule.target,))
        both = there & has
        complete = np.count_nonzero(both)
        wrong = np.count_nonzero(broken), np.count_nonzero(broken & both)
        orphans, gaps = np.count_nonzero(has) - complete, np.count_nonzero(there) - complete
        rows = (wrong[0], complete, wrong[1], orphans, gaps)
        for name, counted in zip(_COUNTED, rows, strict=True):
            self.counts[name] += int(counted)

    def merge(self, other: Self) -> None:
        for name in _COUNTED:
            self.counts[name] += other.counts[name]

    def to_fields(self) -> dict[str, Any]:
        return dict(self.counts)

    def load(self, fields: dict[str, Any]) -> None:
        self.counts = {name: int(fields[name]) for name in _COUNTED}

    def found(self, rows: int, informative: int) -> Found | None:
        plain = {"informative": informative, "supported": rows}
        breaks = self.rule.breaks(rows, self.counts)
        counts: dict[str, Any] = {**self.counts, **plain, "informative_supported": informative}
        return Found(self.rule, rows, **counts, breaks=breaks)
