"""What a pass over the table says of a rule, and what else is known when rules are chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from synth.dependencies.columns import Columns
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    from synth.dependencies.dependency import Dependency

COUNTS = ("rows", "exceptions", "informative", "supported", "informative_supported", "keys")


@dataclass(frozen=True)
class Found:
    """A dependency with its evidence.

    ``informative`` rows do not hold the target's most frequent value: only they can speak for a
    rule. ``supported`` rows have a key that the map stores (all rows, for rules without a map).
    """

    dependency: Dependency
    rows: int
    exceptions: int
    informative: int
    supported: int
    informative_supported: int
    keys: int = 0  # stored keys of a map

    @property
    def is_exact(self) -> bool:
        return self.rows > 0 and self.exceptions == 0

    @property
    def share(self) -> float:
        """Share of rows in which the rule holds."""
        return 1.0 - self.exceptions / self.rows if self.rows else 0.0

    def to_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in COUNTS}
        return {"dependency": self.dependency.to_json(), **counts}


@dataclass(frozen=True)
class TableFacts:
    """What is known of a table besides the evidence for one rule.

    ``distinct``: how many distinct values each column has. ``direct``: up to so many are one code
    each. ``complete`` names columns without null or NaN, ``conditioned`` those that need values of
    their own, because conditions are to give them.
    """

    schema: TableSchema
    distinct: Mapping[str, float]
    direct: int = 256
    complete: Collection[str] = ()
    conditioned: Collection[str] = ()
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
    """The rows that break a rule: all that most kinds count."""

    counts_target: ClassVar[bool] = True

    def __init__(self, rule: Dependency):
        self.rule, self.count = rule, 0

    def update(self, columns: Columns) -> None:
        self.count += int((~self.rule.holds(columns)).sum())

    def merge(self, other: Self) -> None:
        self.count += other.count

    def to_fields(self) -> dict[str, Any]:
        return {"exceptions": self.count}

    def load(self, fields: dict[str, Any]) -> None:
        self.count = fields["exceptions"]

    def found(self, rows: int, informative: int) -> Found | None:
        return Found(self.rule, rows, self.count, informative, rows, informative)
