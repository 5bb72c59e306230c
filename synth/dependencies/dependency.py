"""What every kind of dependency can do, and a dependency with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.table.errors import InputError
from synth.table.schema import TableSchema

Columns = Mapping[str, pa.Array]
Rows = np.ndarray  # bool, one entry per row

# Adding a kind is adding a file and a line here, and one in search.py if it can be looked for.
# Paths, because the kinds' files import this one.
_KINDS: dict[str, str] = {
    "functional": "functional:Functional",
    "calendar_part": "calendar:CalendarPart",
    "calendar_compose": "calendar:CalendarCompose",
    "clock_part": "clock:ClockPart",
    "clock_sum": "clock:ClockSum",
    "sum": "arithmetic:Sum",
    "linear": "linear:Linear",
    "shift": "duration:Shift",
    "difference": "duration:Difference",
    "since": "since:Since",
    "order": "order:Order",
    "nulls": "nulls:Nulls",
}


class DependencyError(InputError):
    """The user's own rule or veto does not fit the table: says which, and what would fit."""


class Dependency(Protocol):
    """One rule by which ``target`` follows from ``sources``; a frozen dataclass."""

    kind: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]  # what a user may give besides sources and target
    needed: ClassVar[tuple[str, ...]]  # of the fields
    rank: ClassVar[int]  # what is certain by its meaning comes before what a map happens to hold

    @property
    def target(self) -> str: ...

    @property
    def sources(self) -> tuple[str, ...]: ...

    @property
    def is_constraint(self) -> bool:
        """Whether the target stays modelled and is only repaired (order, nulls)."""
        ...

    def holds(self, columns: Columns) -> Rows:
        """Where the target is what the rule says, null being null; False where it is unknown."""
        ...

    def restore(self, columns: Columns, rng: np.random.Generator) -> dict[str, pa.Array]:
        """The columns that change: the target, and sources that had to be repaired."""
        ...

    def describe(self) -> str:
        """The rule in words: names of columns, never a value."""
        ...

    def check(self, schema: TableSchema) -> None:
        """DependencyError where the columns' types do not admit the rule."""
        ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Dependency: ...


class Determining(Dependency, Protocol):
    """A rule that says what its target is."""

    def predict(self, columns: Columns) -> pa.Array:
        """What the rule says, of the target's type; null where it says nothing, or null."""
        ...

    def known(self, columns: Columns) -> Rows:
        """Where the rule says something (which may be null)."""
        ...


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
        counts = {name: getattr(self, name) for name in _COUNTS}
        return {"dependency": self.dependency.to_json(), **counts}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Found:
        counts = {name: int(data[name]) for name in _COUNTS}
        return cls(dependency_from_json(data["dependency"], schema), **counts)


_COUNTS = ("rows", "exceptions", "informative", "supported", "informative_supported", "keys")


def kind_of(name: str) -> type[Dependency]:
    """The class of a kind; DependencyError names the kinds there are."""
    if name not in _KINDS:
        raise DependencyError(f"no dependency of kind {name!r}: use one of {', '.join(_KINDS)}")
    module, _, cls = _KINDS[name].partition(":")
    kind: type[Dependency] = getattr(import_module(f"synth.dependencies.{module}"), cls)
    return kind


def dependency_from_json(data: dict[str, Any], schema: TableSchema) -> Dependency:
    """What ``to_json`` of any kind gave."""
    return kind_of(data["kind"]).from_json(data, schema)


def equal(left: pa.Array, right: pa.Array) -> Rows:
    """Where two arrays of one type are equal; null equals null."""
    same = np.asarray(pc.fill_null(pc.equal(left, right), False))
    none = np.asarray(pc.and_(left.is_null(), right.is_null()))
    both: Rows = same | none
    return both


def holds_as_predicted(dependency: Determining, columns: Columns) -> Rows:
    """Where the target equals the prediction: the plain answer of most kinds."""
    target = columns[dependency.target]
    predicted = dependency.predict(columns)
    if predicted.type != target.type:
        predicted = predicted.cast(target.type)
    holds: Rows = dependency.known(columns) & equal(predicted, target)
    return holds


class Written:
    """The common part of all kinds: written as their columns and what a user may give.

    A kind that stores more adds it in a method of its own.
    """

    def to_json(self: Dependency) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.fields}
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}
        return {"kind": self.kind, "target": self.target, "sources": list(self.sources), **plain}


class Formula(Written):
    """The common part of rules that predict: they hold where, and restore what, they say.

    A kind that does either with more care says so in a method of its own.
    """

    is_constraint: ClassVar[bool] = False

    def holds(self: Determining, columns: Columns) -> Rows:
        return holds_as_predicted(self, columns)

    def restore(
        self: Determining, columns: Columns, rng: np.random.Generator
    ) -> dict[str, pa.Array]:
        return {self.target: self.predict(columns)}


def choose_rows(mask: np.ndarray, yes: pa.Array, no: pa.Array) -> pa.Array:
    """``yes`` where the mask is true, else ``no``; nulls are values."""
    both = pa.concat_arrays([yes, no.cast(yes.type)])
    at = np.arange(len(mask))
    return both.take(pa.array(np.where(mask, at, at + len(mask))))


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A table's column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def words(names: tuple[str, ...]) -> str:
    """Names as a list in words: ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
