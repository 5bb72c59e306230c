"""What every kind of column answers for itself, with the plain answers that most share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Fixed, Rows, first_of, first_present, of_type
from synth.encode.portion import Number, Portion, Wanted
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import FULL_PRECISION
from synth.table.bins import ColumnBins
from synth.table.schema import Column, TableSchema
from synth.table.sub_column import SubColumn

End = Number | None  # of a range; None where it is open
Led = tuple[str, pa.Array, Rows]  # a column, its values, and the rows in which it is to have them


@dataclass(frozen=True)
class Drawn:
    """What a column's codes say of its rows, before its parent's values are known.

    A kind without a parent knows its values already.
    """

    plain: pa.Array  # of the column's own type

    @property
    def is_null(self) -> np.ndarray:
        """Bool: rows in which the code itself stands for null."""
        null: np.ndarray = np.asarray(self.plain.is_null())
        return null

    def values(self, parent: pa.Array | None) -> pa.Array:
        """The column's values given those of its parent."""
        return self.plain

    def reference(self, columns: Columns, parents: Sequence[str]) -> pa.Array:
        """The parents' values: in each row that of the first of them that is there."""
        return first_present(columns, parents)

    def anew(self, parent: pa.Array) -> pa.Array:
        """Values for rows that are to have one, whatever their code says, given their parents."""
        return self.values(parent)

    def parent_of(self, values: pa.Array, parent: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """``(parents, led)``: those from which these values come, where they lead back to one."""
        return parent, np.zeros(len(parent), bool)

    def led_to(
        self, name: str, columns: Columns, parents: Sequence[str], settled: Fixed
    ) -> list[Led]:
        """Parents that follow the column's settled values, where they are not settled themselves.

        ``name``: the column's own.
        """
        values, leads = self.parent_of(columns[name], self.reference(columns, parents))
        leads = leads & settled[name]
        return [
            (parent, of_type(values, columns[parent].type), leads & is_first & ~settled[parent])
            for parent, is_first in first_of(columns, parents)
        ]


class ColumnKind(ABC):
    """Values to int32 codes ``(rows, sub-columns)`` and back; every kind is a frozen dataclass.

    A kind is fitted from the state of the column in the profile of the train part.
    """

    kind: ClassVar[str]
    reason: ClassVar[str | None] = None  # why its values are not learned, for the report
    holds_new_values: ClassVar[bool] = False  # a value between those that were seen has a code

    column: Column

    @property
    def drawn_decimals(self) -> int:
        """The digits after the point of the floats that it draws."""
        return FULL_PRECISION

    @property
    def model_format(self) -> int:
        """The first model format that has all of it: who reads earlier ones refuses it; 0: each."""
        return 0

    @property
    def parent(self) -> str | None:
        """The column in terms of whose values this one is encoded, if there is one."""
        return None

    @property
    def parents(self) -> tuple[str, ...]:
        """The parent, and those that stand in for it where it is null, or make it up with it."""
        return ()

    def is_told_by(self, given: Collection[str]) -> bool:
        """Whether these columns are enough to know what its values are measured from."""
        return self.parent is not None and self.parent in given

    @property
    @abstractmethod
    def sub_columns(self) -> tuple[SubColumn, ...]:
        """What a generator sees of the column: none where nothing is learned."""

    @abstractmethod
    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, sub-columns)``; a parent that a kind has counts as null."""

    @abstractmethod
    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's own type; null where they need a parent's."""

    def encode_in(self, columns: Columns) -> np.ndarray:
        """The codes of a table's rows, of which a kind with a parent needs two columns."""
        return self.encode(columns[self.column.name])

    def draw(self, codes: np.ndarray, rng: np.random.Generator, first_row: int) -> Drawn:
        """What the codes of rows say; ``first_row`` is the place of the first in its table."""
        return Drawn(self.decode(codes, rng))

    @abstractmethod
    def bins(self) -> ColumnBins:
        """The bins in which fidelity is measured."""

    @abstractmethod
    def bin_of(self, array: pa.Array) -> np.ndarray:
        """int32 ``(rows,)``: the bin of each value."""

    def regrouped(
        self, array: pa.Array, others: Mapping[str, np.ndarray], settings: EncoderSettings
    ) -> Self:
        """The same values in groups that go with one of the ``others`` (codes of columns)."""
        return self

    def objection(self, values: pa.Array) -> str | None:
        """Why a condition cannot give the column these values, and what to do; None if it can.

        That each has a code of its own is seen by decoding it.
        """
        return None

    def parent_range(self, low: End, high: End, schema: TableSchema) -> tuple[End, End] | None:
        """From where to where its parent lies where its own values lie from ``low`` to ``high``.

        None where the parent does not tell how far its own values can lie.
        """
        return None

    def free_values(self) -> pa.Array:
        """Values of the column's own type that it may have whatever its parent is."""
        return pa.nulls(0, self.column.arrow_type)

    def portion(self, wanted: Sequence[Wanted]) -> Portion:
        """The codes whose values may meet all that is wanted; every code, if a kind cannot tell.

        Columns that rules repair, or that have a parent, may have other values in the end.
        """
        return Portion(tuple(np.ones((1, sub.cardinality), np.float32) for sub in self.sub_columns))

    def has_code(self, columns: Columns) -> np.ndarray:
        """Bool: rows whose value is there, and has a code given what else is there."""
        known: np.ndarray = np.asarray(columns[self.column.name].is_valid())
        return known

    @property
    def is_null_alone(self) -> bool:
        """Whether the seed's column held nothing else."""
        return False

    @property
    def has_tails(self) -> bool:
        """Whether it draws values beyond those that enough rows share, from a fitted law."""
        return False

    @property
    def null_code(self) -> int | None:
        """The code of the first sub-column that stands for null; None where there is none."""
        coded = np.zeros((1, len(self.sub_columns)), np.int32)
        coded[0, 0] = self.encode(pa.nulls(1, self.column.arrow_type))[0, 0]
        decoded = self.decode(coded, np.random.default_rng(0))
        return int(coded[0, 0]) if decoded.null_count else None

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads: plain lists, numbers and texts."""

    @classmethod
    @abstractmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Self:
        """The kind as :meth:`to_json` wrote it."""
