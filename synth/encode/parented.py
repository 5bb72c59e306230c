"""Columns that are encoded by their lag from a parent column: what all such kinds share.

A kind is one file, and one line in :mod:`synth.dependencies.registry`: how lag and value follow
from each other (:class:`Parented`), a search for pairs of columns, and what is coded
(:class:`ParentedEncoding`). Which column gets which parent is found, verified and chosen as every
dependency is, in the same pass over the table.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, TypeAlias, cast

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Rows, choose_rows
from synth.dependencies.dependency import Dependency, Mode, Role
from synth.dependencies.evidence import Exceptions, Found, TableFacts, Tally
from synth.dependencies.registry import kind_of
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.kind import Drawn
from synth.encode.moment import CodedInParts
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import FULL_PRECISION, ColumnState, NumberState
from synth.table.limits import HEAVY_SHARE
from synth.table.schema import Column, TableSchema
from synth.table.sub_column import SubColumn
from synth.table.values import from_numbers, to_numbers

FEWEST_LAGS = 20  # times min_entities: fewer rows do not tell how lags are distributed
OFTEN = 5  # a value of so many times the mean value's rows stands for something: "open", "unknown"
Encoding: TypeAlias = "type[ParentedEncoding]"


@dataclass(frozen=True)
class Parented(Dependency):
    """How a column follows from the one source, its parent, and its lag from it.

    ``type``: the target's. ``atoms``: values of the target that are coded as they are (9999-12-31),
    ascending, as :func:`synth.table.values.to_numbers` has them. ``lags``: the raw lags of the
    whole table, there from the verification to the encoder, and never written.
    """

    role: ClassVar[Role] = "encoding"
    encoding: ClassVar[Encoding]

    target: str
    sources: tuple[str, ...]
    type: str
    atoms: tuple[int | float, ...] = ()
    lags: NumberState | None = field(default=None, compare=False, repr=False)

    @property
    def parent(self) -> str:
        return self.sources[0]

    @property
    def lag_type(self) -> str:
        """The type of the lags, as a column would have it."""
        return "bigint"

    @abstractmethod
    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """``(lags, valid)`` as numbers of ``lag_type``; invalid where there is none to learn."""

    @abstractmethod
    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        """The values that lie so far from their parents; null where the parent is."""

    @abstractmethod
    def before(self, own: pa.Array, lags: np.ndarray, parent: pa.Array) -> pa.Array:
        """The parents from which values lie so far; what the lag leaves open is ``parent``'s."""

    def fit(
        self, column: Column, state: ColumnState, settings: EncoderSettings
    ) -> ParentedEncoding:
        """The encoding, from the profile of the train part and from the lags."""
        return self.encoding(column, self.without_values(), *self._fitted(column, state, settings))

    def _fitted(
        self, column: Column, state: ColumnState, settings: EncoderSettings
    ) -> tuple[NumericEncoding, NumericEncoding]:
        """The encodings of the column as a number and of its lag."""
        assert isinstance(state, NumberState) and self.lags is not None  # of a verified relation
        part = replace(column, type=self.lag_type)
        return (
            NumericEncoding.fit(column, state, settings),
            NumericEncoding.fit(part, self.lags, settings),
        )

    def is_atom(self, own: pa.Array) -> Rows:
        """Which values of the target are coded as they are."""
        numbers, valid = to_numbers(own, self.type)
        found: np.ndarray = valid & np.isin(numbers, self.atoms)
        return found

    def holds(self, columns: Columns) -> Rows:
        """False where the target has a value of its own, and nothing from which it has a lag."""
        own = columns[self.target]
        alone = np.asarray(columns[self.parent].is_null()) & np.asarray(own.is_valid())
        holds: Rows = ~(alone & ~self.is_atom(own))
        return holds

    def tally(self, settings: DependencySettings) -> Tally:
        return Lags(self)

    def weakness(self, found: Found, facts: TableFacts) -> str | None:
        if self.target in facts.conditioned:
            return f"conditions may give {self.target}"
        if not found.is_exact:
            return "it does not hold in every row"
        if facts.distinct.get(self.target, 0.0) <= facts.direct:
            return "the target has few values"
        if self.lags is None or self.lags.count < FEWEST_LAGS * facts.settings.min_entities:
            return "too few rows have a lag"
        return None

    def mode(self, found: Found, facts: TableFacts) -> Mode:
        return "encoded"

    def completed(self, sample: Sample) -> Dependency:
        return replace(self, atoms=atoms_of(sample, self.target))

    def without_values(self) -> Self:
        return replace(self, lags=None)

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "atoms": list(self.atoms)}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Self:
        target, own = data["target"], {name: data[name] for name in cls.fields if name in data}
        atoms = tuple(data.get("atoms", ()))
        return cls(target, tuple(data["sources"]), schema[target].type, atoms, **own)


class Lags(Exceptions):
    """The rows that break the relation, and the lags of the others."""

    def __init__(self, relation: Parented):
        super().__init__(relation)
        self.relation = relation
        self.state = NumberState(Column(relation.target, relation.lag_type))

    def update(self, columns: Columns) -> None:
        super().update(columns)
        own = columns[self.relation.target]
        lag, valid = self.relation.lag(columns[self.relation.parent], own)
        counted = valid | np.asarray(own.is_null())
        self.state.update(pa.array(lag, mask=~valid).filter(pa.array(counted)))

    def merge(self, other: Self) -> None:
        super().merge(other)
        self.state.merge(other.state)

    def to_fields(self) -> dict[str, Any]:
        return {**super().to_fields(), **{f"/{k}": v for k, v in self.state.to_fields().items()}}

    def load(self, fields: dict[str, Any]) -> None:
        super().load(fields)
        own = {key[1:]: value for key, value in fields.items() if key.startswith("/")}
        self.state = NumberState.from_fields(self.state.column, own)

    def found(self, rows: int, informative: int) -> Found | None:
        relation = replace(self.relation, lags=self.state)
        return Found(relation, rows, self.count, informative, rows, informative)


def atoms_of(sample: Sample, name: str) -> tuple[int | float, ...]:
    """Values that many more rows hold than the mean value: they stand for something."""
    numbers, valid = to_numbers(sample.columns[name], sample.type_of(name))
    values, rows = np.unique(numbers[valid], return_counts=True)
    if not len(values):
        return ()
    least = max(HEAVY_SHARE * sample.rows, OFTEN * rows.mean(), sample.settings.min_entities)
    return tuple(values[rows >= least].tolist())


@dataclass(frozen=True)
class ParentedEncoding(CodedInParts):
    """Codes of the lag, null among them where it occurs, and then one for each atom.

    ``numeric`` encodes the column as a number: its bins are those of the report.
    """

    column: Column
    relation: Parented
    numeric: NumericEncoding
    lag: NumericEncoding

    @property
    def parent(self) -> str:
        return self.relation.parent

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        first, *rest = self.lag.sub_columns
        for _ in self.relation.atoms:
            first = first.with_one_more()
        return (first, *rest)

    def encode(self, array: pa.Array, parent: pa.Array | None = None) -> np.ndarray:
        """int32 codes of values and their parents', which count as null where there are none."""
        if parent is None:
            parent = pa.nulls(len(array), array.type)
        lag, valid = self.relation.lag(parent, array)
        codes = self.lag.encode(pa.array(lag, mask=~valid))
        numbers, atom = to_numbers(array, self.column.type)[0], self.relation.is_atom(array)
        codes[atom] = 0
        codes[atom, 0] = self._first_atom + np.searchsorted(self.relation.atoms, numbers[atom])
        return codes

    def decode(
        self, codes: np.ndarray, rng: np.random.Generator, parent: pa.Array | None = None
    ) -> pa.Array:
        """Atoms, and what lies so far from its parent; null where that is, or none is given."""
        return self.draw(codes, rng, 0).values(parent)

    def encode_in(self, columns: Columns) -> np.ndarray:
        return self.encode(columns[self.column.name], columns[self.parent])

    def draw(self, codes: np.ndarray, rng: np.random.Generator, first_row: int) -> DrawnLags:
        place = codes[:, 0] - self._first_atom
        atoms = np.array([*self.relation.atoms, 0])[np.where(place < 0, -1, place)]
        plain = from_numbers(atoms, place >= 0, self.column.type, FULL_PRECISION)
        lags, valid = self._lags(np.where(place[:, None] < 0, codes, 0), rng)
        return DrawnLags(plain, self.relation, lags, valid & (place < 0))

    def _lags(self, codes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """``(lags, valid)`` of codes, of which none stands for an atom, as ``after`` takes them."""
        coded = codes[:, : len(self.lag.sub_columns)]
        return to_numbers(self.lag.decode(coded, rng), self.relation.lag_type)

    def objection(self, values: pa.Array) -> str | None:
        """Only atoms have a code without a parent, and null where it occurs."""
        nulls = np.asarray(values.is_null()) & self.lag.has_null
        if (nulls | self.relation.is_atom(values)).all():
            return None
        return (
            f"{self.relation.describe()}: give that instead, or fit without this dependency (veto)"
        )

    def has_code(self, columns: Columns) -> np.ndarray:
        own = columns[self.column.name]
        from_parent = np.asarray(columns[self.parent].is_valid()) & np.asarray(own.is_valid())
        known: np.ndarray = from_parent | self.relation.is_atom(own)
        return known

    @property
    def null_code(self) -> int | None:
        return self.lag.null_code

    def to_json(self) -> dict[str, Any]:
        relation = self.relation
        return {
            "parent": relation.parent,
            **{name: getattr(relation, name) for name in relation.fields},
            "atoms": list(relation.atoms),
            "numeric": self.numeric.to_json(),
            "lag": self.lag.to_json(),
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Self:
        return cls(*cls._read(column, data))

    @classmethod
    def _read(
        cls, column: Column, data: dict[str, Any]
    ) -> tuple[Column, Any, NumericEncoding, NumericEncoding]:
        """What all kinds write."""
        named = {**data, "target": column.name, "sources": [data["parent"]]}
        relation = cast(type[Parented], kind_of(cls.kind)).from_json(named, TableSchema((column,)))
        return (
            column,
            relation,
            NumericEncoding.from_json(column, data["numeric"]),
            NumericEncoding.from_json(replace(column, type=relation.lag_type), data["lag"]),
        )

    @property
    def _first_atom(self) -> int:
        return self.lag.sub_columns[0].cardinality


@dataclass(frozen=True)
class DrawnLags(Drawn):
    """Atoms in ``plain``, which is null elsewhere; ``lags`` where ``has_lag``."""

    relation: Parented
    lags: np.ndarray
    has_lag: np.ndarray

    @property
    def is_null(self) -> np.ndarray:
        null: np.ndarray = np.asarray(self.plain.is_null()) & ~self.has_lag
        return null

    def values(self, parent: pa.Array | None) -> pa.Array:
        if parent is None:
            return self.plain
        return choose_rows(self.has_lag, self.relation.after(parent, self.lags), self.plain)

    def parent_of(self, values: pa.Array, parent: pa.Array) -> tuple[pa.Array, np.ndarray]:
        led = self.has_lag & np.asarray(values.is_valid())
        return choose_rows(led, self.relation.before(values, self.lags, parent), parent), led
