"""Columns that are encoded by their lag from a parent column: what all such kinds share.

A kind is one file, and one line in :mod:`synth.dependencies.registry`: how lag and value follow
from each other (:class:`Parented`), a search for pairs of columns, and what is coded
(:class:`ParentedEncoding`). Which column gets which parent is found, verified and chosen as every
dependency is, in the same pass over the table.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, TypeAlias, cast

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Rows, choose_rows, first_present
from synth.dependencies.dependency import Dependency, Mode, Role
from synth.dependencies.evidence import Exceptions, Found, TableFacts, Tally
from synth.dependencies.registry import kind_of
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.alone import Alone, drawn_codes
from synth.encode.kind import Drawn
from synth.encode.lag_atoms import atoms_of, odd_parents
from synth.encode.moment import CodedInParts
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import FULL_PRECISION, ColumnState, NumberState
from synth.table.door import called
from synth.table.schema import Column, TableSchema, type_of_arrow
from synth.table.sub_column import SubColumn
from synth.table.values import from_numbers, to_numbers

FEWEST_LAGS = 20  # times min_entities: fewer rows do not tell how lags are distributed
Encoding: TypeAlias = "type[ParentedEncoding]"


@dataclass(frozen=True)
class Parented(Dependency):
    """How a column follows from its parent, and its lag from it.

    The parent is the first source; in rows where that is null, the next one; or it is computed from
    all of them. ``type``: the target's. ``atoms``: values of the target that are coded as they are
    (9999-12-31), ascending, as :func:`synth.table.values.to_numbers` has them. ``parent_atoms``:
    likewise of the parent (1900-01-01 for unknown): from them there is no lag. ``lags``: the raw
    lags of the whole table, and ``alone``: the rows whose target has nothing to be measured from;
    there from the verification to the encoder, and never written.
    """

    role: ClassVar[Role] = "encoding"
    broken_by_mistakes: ClassVar[bool] = False
    encoding: ClassVar[Encoding]
    learned: ClassVar[tuple[str, ...]] = ()  # fields that fit adds, of the encoding alone

    target: str
    sources: tuple[str, ...]
    type: str
    atoms: tuple[int | float, ...] = ()
    lags: NumberState | None = field(default=None, compare=False, repr=False)
    alone: int = field(default=0, compare=False, repr=False)
    parent_atoms: tuple[int | float, ...] = ()

    @property
    def parent(self) -> str:
        return self.sources[0]

    @property
    def parent_in_words(self) -> str:
        """The names of the sources, and when each counts."""
        first, *others = self.sources
        return first + "".join(f", or else {name} where that is null" for name in others)

    def reference(self, columns: Columns) -> pa.Array:
        """What each row's lag is measured from: the first of the sources that is there."""
        return first_present(columns, self.sources)

    def can_lead(self, parent: pa.Array) -> Rows:
        """Which parents a lag can be measured from."""
        numbers, valid = to_numbers(parent, type_of_arrow(parent.type))
        leads: Rows = valid & ~np.isin(numbers, self.parent_atoms)
        return leads

    @property
    def lag_type(self) -> str:
        """The type of the lags, as a column would have it."""
        return "bigint"

    @abstractmethod
    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """``(lags, valid)`` as numbers of ``lag_type``; invalid where there is none to learn."""

    @abstractmethod
    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        """The values that lie so far from their parents; null where none can be measured from."""

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
    ) -> tuple[NumericEncoding, NumericEncoding, Alone | None]:
        """The encodings of the column as a number, of its lag, and of values without a parent."""
        assert isinstance(state, NumberState) and self.lags is not None  # of a verified relation
        part = replace(column, type=self.lag_type)
        numeric = NumericEncoding.fit(column, state, settings)
        # What fewer rows show is no pattern of its own: there the value is null with its parent.
        is_seen = self.alone >= settings.min_entities and not numeric.is_empty
        return (
            numeric,
            NumericEncoding.fit(part, self.lags, settings, tails=False),  # a span keeps its bounds
            Alone.fit(column, state, settings) if is_seen else None,
        )

    def is_atom(self, own: pa.Array) -> Rows:
        """Which values of the target are coded as they are."""
        numbers, valid = to_numbers(own, self.type)
        found: np.ndarray = valid & np.isin(numbers, self.atoms)
        return found

    def holds(self, columns: Columns) -> Rows:
        """False where both are there, and no lag leads from the one to the other."""
        parent, own = self.reference(columns), columns[self.target]
        both = self.can_lead(parent) & np.asarray(own.is_valid())
        holds: Rows = ~both | self.lag(parent, own)[1] | self.is_atom(own)
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
        relation = replace(self, atoms=atoms_of(sample, self.target))
        return replace(relation, parent_atoms=odd_parents(sample, relation))

    def without_values(self) -> Self:
        return replace(self, lags=None, alone=0)

    def to_json(self) -> dict[str, Any]:
        atoms = {"atoms": list(self.atoms), "parent_atoms": list(self.parent_atoms)}
        return {**super().to_json(), **atoms}

    @classmethod
    def from_json(cls, data: dict[str, Any], schema: TableSchema) -> Self:
        target, names = data["target"], (*cls.fields, *cls.learned)
        own = {name: data[name] for name in names if name in data}
        own |= {name: tuple(data.get(name, ())) for name in ("atoms", "parent_atoms")}
        return cls(target, tuple(data["sources"]), schema[target].type, **own)


class Lags(Exceptions):
    """The rows that break the relation, the lags of the others, and the rows without a parent."""

    def __init__(self, relation: Parented):
        super().__init__(relation)
        self.relation, self.alone = relation, 0
        self.state = NumberState(Column(relation.target, relation.lag_type))

    def update(self, columns: Columns) -> None:
        super().update(columns)
        own = columns[self.relation.target]
        lag, valid = self.relation.lag(self.relation.reference(columns), own)
        absent = np.asarray(own.is_null())
        self.state.update(pa.array(lag, mask=~valid).filter(pa.array(valid | absent)))
        self.alone += int((~valid & ~absent & ~self.relation.is_atom(own)).sum())

    def merge(self, other: Self) -> None:
        super().merge(other)
        self.state.merge(other.state)
        self.alone += other.alone

    def to_fields(self) -> dict[str, Any]:
        own = {f"/{k}": v for k, v in self.state.to_fields().items()}
        return {**super().to_fields(), "alone": self.alone, **own}

    def load(self, fields: dict[str, Any]) -> None:
        super().load(fields)
        self.alone = fields["alone"]
        own = {key[1:]: value for key, value in fields.items() if key.startswith("/")}
        self.state = NumberState.from_fields(self.state.column, own)

    def found(self, rows: int, informative: int) -> Found | None:
        relation = replace(self.relation, lags=self.state, alone=self.alone)
        return Found(relation, rows, self.count, informative, rows, informative)


@dataclass(frozen=True)
class ParentedEncoding(CodedInParts):
    """Codes of the lag, null among them where it occurs, then one for each atom.

    Where rows lack the parent, one code more says that the value stands alone, and further
    sub-columns hold the codes of the value itself. ``numeric`` encodes the column as a number: its
    bins are those of the report.
    """

    column: Column
    relation: Parented
    numeric: NumericEncoding
    lag: NumericEncoding
    own: Alone | None

    @property
    def parent(self) -> str:
        return self.relation.parent

    @property
    def parents(self) -> tuple[str, ...]:
        return self.relation.sources

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        first, *rest = self._lag_sub_columns
        for _ in self.relation.atoms:
            first = first.with_one_more()
        if self.own is None:
            return (first, *rest)
        return (first.with_one_more(), *rest, *self.own.sub_columns)

    @property
    def _lag_sub_columns(self) -> tuple[SubColumn, ...]:
        """What the lag is coded in."""
        return self.lag.sub_columns

    def encode(self, array: pa.Array, parent: pa.Array | None = None) -> np.ndarray:
        """int32 codes of values and their parents', which count as null where there are none."""
        if parent is None:
            parent = pa.nulls(len(array), array.type)
        lag, valid = self.relation.lag(parent, array)
        codes = self._lag_codes(array, lag, valid)
        numbers, atom = to_numbers(array, self.column.type)[0], self.relation.is_atom(array)
        codes[atom] = 0
        codes[atom, 0] = self._first_atom + np.searchsorted(self.relation.atoms, numbers[atom])
        if self.own is None:
            return codes
        alone = ~valid & ~atom & np.asarray(array.is_valid())
        codes[alone] = 0
        codes[alone, 0] = self._alone
        return np.concatenate([codes, self.own.encode(array, alone)], axis=1).astype(np.int32)

    def _lag_codes(self, array: pa.Array, lag: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """The codes of the lags, of null where there is none."""
        return self.lag.encode(pa.array(lag, mask=~valid))

    def decode(
        self, codes: np.ndarray, rng: np.random.Generator, parent: pa.Array | None = None
    ) -> pa.Array:
        """Atoms, what lies so far from its parent, and what stands alone where there is none."""
        return self.draw(codes, rng, 0).values(parent)

    def encode_in(self, columns: Columns) -> np.ndarray:
        return self.encode(columns[self.column.name], self.relation.reference(columns))

    @property
    def drawn(self) -> type[DrawnLags]:
        """What :meth:`draw` gives."""
        return DrawnLags

    def draw(self, codes: np.ndarray, rng: np.random.Generator, first_row: int) -> DrawnLags:
        place = codes[:, 0] - self._first_atom
        is_atom = (place >= 0) & (place < len(self.relation.atoms))
        atoms = np.array([*self.relation.atoms, 0])[np.where(is_atom, place, -1)]
        plain = from_numbers(atoms, is_atom, self.column.type, FULL_PRECISION)
        lags, valid = self._lags(np.where(place[:, None] < 0, codes, 0), rng)
        valid, lags = valid & (place < 0), lags.copy()
        # A code may say the one thing, and the parent, or a rule, the other: chance has the word.
        lags[~valid] = self._lags(self._any_codes(int((~valid).sum()), rng), rng)[0]
        if self.own is None:
            return self.drawn(plain, self.relation, lags, valid, None)
        alone, width = codes[:, 0] == self._alone, len(self._lag_sub_columns)
        others = drawn_codes(self.numeric, len(codes), rng, without=self.relation.atoms)
        values = self.own.decode(codes[:, width:], alone, others, self.numeric, rng)
        return self.drawn(plain, self.relation, lags, valid | alone, values)

    def _lags(self, codes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """``(lags, valid)`` of codes of lags or null, as ``after`` takes them."""
        coded = codes[:, : len(self.lag.sub_columns)]
        return to_numbers(self.lag.decode(coded, rng), self.relation.lag_type)

    def _any_codes(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """Codes of lags as the table has them, whatever else is in the row."""
        return drawn_codes(self.lag, rows, rng)

    def objection(self, values: pa.Array) -> str | None:
        """Only atoms have a code without a parent, and null where it occurs."""
        nulls = np.asarray(values.is_null()) & self.lag.has_null
        if (nulls | self.relation.is_atom(values)).all():
            return None
        return (
            f"{self.relation.describe()}: give that instead, or a range of this one, or fit with "
            f"this column first ({called('encode.first')}), or without this dependency (veto)"
        )

    def has_code(self, columns: Columns) -> np.ndarray:
        """Not where it stands alone: a missing parent is filled, and then the lag counts."""
        own = columns[self.column.name]
        from_parent = self.relation.lag(self.relation.reference(columns), own)[1]
        known: np.ndarray = from_parent | self.relation.is_atom(own)
        return known

    @property
    def has_tails(self) -> bool:
        return self.lag.has_tails

    @property
    def null_code(self) -> int | None:
        return self.lag.null_code

    def to_json(self) -> dict[str, Any]:
        relation = self.relation
        return {
            "parents": list(relation.sources),
            **{name: getattr(relation, name) for name in (*relation.fields, *relation.learned)},
            "atoms": list(relation.atoms),
            "parent_atoms": list(relation.parent_atoms),
            "numeric": self.numeric.to_json(),
            "lag": self.lag.to_json(),
            "own": self.own.to_json() if self.own else None,
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Self:
        return cls(*cls._read(column, data))

    @classmethod
    def _read(
        cls, column: Column, data: dict[str, Any]
    ) -> tuple[Column, Any, NumericEncoding, NumericEncoding, Alone | None]:
        """What all kinds write."""
        named = {**data, "target": column.name, "sources": data["parents"]}
        relation = cast(type[Parented], kind_of(cls.kind)).from_json(named, TableSchema((column,)))
        return (
            column,
            relation,
            NumericEncoding.from_json(column, data["numeric"]),
            NumericEncoding.from_json(replace(column, type=relation.lag_type), data["lag"]),
            Alone.from_json(column, data["own"]) if data["own"] else None,
        )

    @property
    def _first_atom(self) -> int:
        return self.lag.sub_columns[0].cardinality

    @property
    def _alone(self) -> int:
        """The code that says: the value stands alone."""
        return self._first_atom + len(self.relation.atoms)


@dataclass(frozen=True)
class DrawnLags(Drawn):
    """Atoms in ``plain``, which is null elsewhere; lags count where ``has_lag``.

    ``lags`` are there in all rows, drawn by themselves where the code names none. ``alone``: what
    these rows hold where their parent is null; None where they are null then.
    """

    relation: Parented
    lags: np.ndarray
    has_lag: np.ndarray
    alone: pa.Array | None

    @property
    def is_null(self) -> np.ndarray:
        null: np.ndarray = np.asarray(self.plain.is_null()) & ~self.has_lag
        return null

    def values(self, parent: pa.Array | None) -> pa.Array:
        if parent is None:
            return self.plain
        return choose_rows(self.has_lag, self._after(parent), self.plain)

    def anew(self, parent: pa.Array) -> pa.Array:
        return choose_rows(np.asarray(self.plain.is_valid()), self.plain, self._after(parent))

    def reference(self, columns: Columns, parents: Sequence[str]) -> pa.Array:
        return self.relation.reference(columns)

    def _after(self, parent: pa.Array) -> pa.Array:
        after = self.relation.after(parent, self.lags)
        if self.alone is None:
            return after
        return choose_rows(np.asarray(after.is_valid()), after, self.alone)

    def parent_of(self, values: pa.Array, parent: pa.Array) -> tuple[pa.Array, np.ndarray]:
        led_to = self.relation.before(values, self.lags, parent)
        led = self.has_lag & np.asarray(values.is_valid()) & np.asarray(led_to.is_valid())
        return choose_rows(led, led_to, parent), led
