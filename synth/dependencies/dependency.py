"""What every kind of dependency answers for itself, with the plain answers that most share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import (
    NOTHING,
    Columns,
    Fixed,
    Rows,
    choose_rows,
    equal,
    fixed_rows,
    without_fixed,
)
from synth.dependencies.evidence import Breaks, Exceptions, Found, TableFacts, Tally
from synth.dependencies.grid import is_finer
from synth.dependencies.settings import DependencySettings
from synth.table.errors import InputError
from synth.table.schema import TableSchema

if TYPE_CHECKING:
    from synth.dependencies.sample import Sample

Role = Literal["rule", "constraint", "encoding"]
Mode = Literal["drop", "repair", "exceptions", "encoded"]
FEWEST_COMPLETE = 50  # rows without a missing value, for a rule that others do not keep
TOO_RARE = "too few rows share a key"
MOST_EXCEPTIONS = 0.05  # of the rows whose target is not its most frequent value


class DependencyError(InputError):
    """The user's own rule or veto does not fit the table: says which, and what would fit."""


class Dependency(ABC):
    """One way in which ``target`` depends on ``sources``; every kind is a frozen dataclass.

    A ``rule`` says what its target is, a ``constraint`` only repairs a target that stays modelled,
    and an ``encoding`` says in which terms of its source the target is modelled.
    """

    kind: ClassVar[str]
    role: ClassVar[Role] = "rule"
    fields: ClassVar[tuple[str, ...]] = ()  # what a user may give besides sources and target
    needed: ClassVar[tuple[str, ...]] = ()  # of the fields
    takes_other_values: ClassVar[bool] = False  # a repair draws on those of other rows
    broken_by_mistakes: ClassVar[bool] = True  # few rows that break it may be
    is_of_absence: ClassVar[bool] = False  # it says where values are missing, not what they are
    rank: ClassVar[int]  # what is certain by its meaning comes before what a map happens to hold

    target: str
    sources: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The target and its sources."""
        return self.target, *self.sources

    # The rule itself.

    @abstractmethod
    def holds(self, columns: Columns) -> Rows:
        """Where the target is what the rule says, null being null; False where it is unknown."""

    @abstractmethod
    def describe(self) -> str:
        """The rule in words: names of columns, never a value."""

    @abstractmethod
    def check(self, schema: TableSchema) -> None:
        """DependencyError where the columns' types do not admit the rule."""

    def unknown(self, columns: Columns) -> Rows:
        """Where the rule says nothing, so that no value breaks it."""
        return np.zeros(len(columns[self.target]), bool)

    def condition(self, schema: TableSchema) -> str | None:
        """The rule as a condition in Spark's SQL on one row, null where a value is missing.

        None where it has none: it needs other rows, or what is learned of them. ``schema`` has the
        types of its columns.
        """
        return None

    def breaks(self, rows: int, counts: Mapping[str, int]) -> Breaks:
        """Which of so many rows break the rule, given what :class:`Exceptions` has counted."""
        return Breaks(counts["complete"], counts["contradictions"])

    @property
    def is_open(self) -> bool:
        """Whether any target is as good as another where the rule says nothing."""
        return False

    @property
    def replaces(self) -> str | None:
        """The one source of which values give way to others; None where it has none."""
        return None

    def replaced(self, columns: Columns) -> Rows:
        """Where a value of that source gives way to another."""
        return np.zeros(len(columns[self.sources[0]]), bool)

    def to_json(self) -> dict[str, Any]:
        """The columns and what a user may give; a kind that stores more adds it."""
        own = {name: getattr(self, name) for name in self.fields}
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in own.items()}
        return {"kind": self.kind, "target": self.target, "sources": list(self.sources), **plain}

    @classmethod
    @abstractmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Self:
        """What :meth:`to_json` gave, or what a user wrote with all that is ``needed``."""

    # Search, verification and choice.

    def completed(self, sample: Sample) -> Dependency:
        """A user's own rule with what has to be seen in a sample."""
        return self

    def tally(self, settings: DependencySettings) -> Tally:
        """An empty count of what verifies the rule."""
        return Exceptions(self)

    def precedence(self, found: Found, facts: TableFacts) -> tuple[float, ...]:
        """Four numbers: of rules of one rank the one with the lowest is considered first.

        The target that costs a model most, by the fewest sources.
        """
        return (-facts.distinct.get(self.target, 0.0), len(self.sources), 0, 0)

    def weakness(self, found: Found, facts: TableFacts) -> str | None:
        """Why the evidence does not carry the rule, if so."""
        if not self.is_supported(found, facts):
            return TOO_RARE
        if not self.is_informed(found):
            return "the target hardly varies"
        if found.is_exact:
            return None
        if found.is_bound:
            few = found.complete < FEWEST_COMPLETE
            return "too few rows have a value in each of its columns" if few else None
        if found.share < facts.settings.near:
            return "too many exceptions"
        wrong = found.contradictions if found.complete else found.exceptions
        if wrong > MOST_EXCEPTIONS * found.informative:
            return "too many exceptions for a target that hardly varies"
        return None

    def is_supported(self, found: Found, facts: TableFacts) -> bool:
        """Whether enough rows have a key that a map stores."""
        return found.supported >= facts.settings.supported * (found.complete or found.rows)

    def is_informed(self, found: Found) -> bool:
        """Whether the rows that speak for a rule have a key that a map stores."""
        return 2 * found.informative_supported >= found.informative > 0

    def may_be_mistakes(self, found: Found, sample: Sample | None) -> bool:
        """Whether the few rows that break the rule may be, as far as a sample of all rows tells."""
        return True

    def redundancy(self, chosen: Sequence[Dependency]) -> str | None:
        """Why a constraint adds nothing to those that are chosen already, if so."""
        return None

    @classmethod
    def implied(cls, rules: Sequence[Any], complete: Collection[str]) -> list[tuple[Any, str]]:
        """Which of the chosen rules of the kind follow from the others, and in words from which.

        Columns of ``complete`` have neither null nor NaN.
        """
        return []

    def mode(self, found: Found, facts: TableFacts) -> Mode:
        """What is done with the target where the rule is used."""
        if found.is_bound:  # modelled in full: either column tells of the other where that lacks
            return "repair"
        return "drop" if found.is_exact else "exceptions"

    @property
    def repairs_sources(self) -> bool:
        """Whether the rule may change a source to have a target at all."""
        return False

    @property
    def repairs_first(self) -> bool:
        """Whether it comes before others that may change the same source, where it repairs."""
        return False

    def with_repair(self, fixed: Collection[str], mode: Mode) -> Dependency:
        """The rule that repairs none of the ``fixed`` sources."""
        return self

    def without_values(self) -> Dependency:
        """The rule without what it has learned of the columns' values."""
        return self

    # Sampling, conditions and imputation.

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        """The columns that change, which are never fixed: the row's other values give way."""
        return {}

    @classmethod
    def restore_all(
        cls, rules: Sequence[Any], columns: Columns, rng: np.random.Generator, fixed: Fixed
    ) -> dict[str, pa.Array]:
        """All columns after the constraints of the kind, which may undo each other."""
        restored = dict(columns)
        for rule in rules:
            restored |= rule.restore(restored, rng, fixed)
        return restored

    def solve(self, columns: Columns) -> dict[str, pa.Array]:
        """Sources with what is missing filled in where target and other sources settle it."""
        return {}

    def led_to(self, source: str, columns: Columns, decimals: int) -> pa.Array | None:
        """The one value of a source with which the rule holds, given all its other columns.

        Null in rows where there is none, or where several may do. None where the rule leads to no
        source by a formula. ``decimals`` is the grid of the source.
        """
        return None

    def source_range(
        self, low: float, high: float, schema: TableSchema
    ) -> tuple[float, float] | None:
        """Between which numbers the one source lies for targets from ``low`` to ``high``.

        All as ``to_numbers`` has them, both ends among them; None where no bounds are known.
        """
        return None

    def source_range_of(
        self, meets: Callable[[pa.Array], Rows]
    ) -> tuple[float | None, float | None] | None:
        """Between which numbers the one source lies for targets that meet a test.

        As :meth:`source_range`, for targets of any type; an end that is None is open.
        """
        return None

    @property
    def part_of_moment(self) -> Literal["value", "clock", "weekday"]:
        """Of which part of the one source, a time in UTC, the target is a matter alone.

        The clock to the second, the day of the week, or the whole value.
        """
        return "value"

    def decimals_of(self, source: str) -> int | None:
        """Those in which the rule is exact in a source; None where it takes any value."""
        return None

    @classmethod
    def require_possible(cls, rules: Sequence[Any], given: Columns) -> None:
        """InputError for values, drawn by column, with which a row cannot keep rules of the kind.

        They are drawn independently, so that a pair which breaks a rule does occur. A message names
        no value.
        """
        for rule in rules:
            for name in (name for name in rule.sources if name in given):
                decimals = rule.decimals_of(name)
                if decimals is not None and is_finer(given[name], decimals):
                    raise InputError(
                        f"given {name!r}: {rule.describe()}, in {decimals} decimals, and a value "
                        "has more: round it, or fit without this dependency (veto)"
                    )


class Formula(Dependency):
    """The common part of rules that predict: they hold where, and restore what, they say.

    A kind that does either with more care says so in a method of its own.
    """

    @abstractmethod
    def predict(self, columns: Columns) -> pa.Array:
        """What the rule says, of the target's type; null where it says nothing, or null."""

    @abstractmethod
    def known(self, columns: Columns) -> Rows:
        """Where the rule says something (which may be null)."""

    def holds(self, columns: Columns) -> Rows:
        target = columns[self.target]
        predicted = self.predict(columns)
        if predicted.type != target.type:
            predicted = predicted.cast(target.type)
        holds: Rows = self.known(columns) & equal(predicted, target)
        return holds

    def apply(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """The target, and sources that had to be repaired, where all may be changed."""
        return {self.target: self.predict(columns)}

    def without_repair(self) -> Formula:
        """The rule as it is where none of its sources may be changed."""
        return self

    def restore(
        self, columns: Columns, rng: np.random.Generator, fixed: Fixed = NOTHING
    ) -> dict[str, pa.Array]:
        changed = self.apply(columns, rng)
        if not fixed.keys() & set(self.columns):
            return changed
        held = [fixed_rows(name, changed[name], fixed) for name in self.sources if name in changed]
        rows = np.logical_or.reduce(held) if held else np.zeros(1, bool)
        if rows.any():
            # The target was found for a redrawn source: here it must follow from what is fixed.
            plain = {**columns, **self.without_repair().apply(columns, rng)}
            changed = {name: choose_rows(rows, plain[name], new) for name, new in changed.items()}
        return without_fixed(changed, columns, fixed)


class Constraint(Dependency):
    """The common part of constraints: used where no row breaks them, and repaired afterwards."""

    role: ClassVar[Role] = "constraint"
    broken_by_mistakes: ClassVar[bool] = False  # few rows may well be far

    def weakness(self, found: Found, facts: TableFacts) -> str | None:
        return None if found.is_exact else "it does not hold in every row"

    def mode(self, found: Found, facts: TableFacts) -> Mode:
        return "repair"


def by_kind(rules: Iterable[Dependency]) -> dict[type[Dependency], list[Dependency]]:
    """The rules of each kind, in their order."""
    found: dict[type[Dependency], list[Dependency]] = {}
    for rule in rules:
        found.setdefault(type(rule), []).append(rule)
    return found


@dataclass(frozen=True)
class Family:
    """Kinds that are looked for together: their classes, and the search in a sample.

    ``name`` says in the plural what the search finds.
    """

    name: str
    kinds: tuple[type[Dependency], ...]
    find: Callable[[Sample], Sequence[Dependency]]


def words(names: tuple[str, ...]) -> str:
    """Names as a list in words: ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
