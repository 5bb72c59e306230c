"""What every written form answers for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from synth.table.schema import Column

OTHER = "other"  # the label of the part that keeps what the form does not read


class Form(ABC):
    """A way in which the values of one column are written; every kind is a frozen dataclass.

    ``column`` is the column as the table has it. ``write`` of ``read`` is the identity on what is
    read, but for parts that are made anew.
    """

    kind: ClassVar[str]
    is_made: ClassVar[bool] = False  # its values are made anew, but for what its parts say

    column: Column

    @property
    @abstractmethod
    def parts(self) -> tuple[Column, ...]:
        """The columns that are learned in its place, none or more.

        A single part, or the one that the column stands for, has the column's own name, so that
        rules, conditions and ``first`` find it; others are named by :meth:`part`. The first part
        is there in every row that is read; others may be absent.
        """

    @abstractmethod
    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        """``(parts, read)``: an array of each part's type by its name, and which rows were read.

        Bool ``(rows,)``: False for null and for what is written otherwise; there parts are null.
        """

    @abstractmethod
    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        """Values of the column's own type, null where the parts say that there is none.

        ``first_row`` is the place of the first row in its table: what is unique counts from it.
        """

    @abstractmethod
    def describe(self) -> str:
        """The form in words for the report: ``dates written as DD.MM.YYYY``; no value of a row."""

    def in_sql(self) -> str | None:
        """The part of the column's own name, as Spark's SQL reads it from the column; else None.

        It is null for what is written otherwise.
        """
        return None

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads: plain lists, numbers and texts."""

    @classmethod
    @abstractmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Self:
        """The form as :meth:`to_json` wrote it."""

    def part(self, label: str, type_name: str) -> Column:
        """A part with a name of its own: ``order: year``; nullable, sensitive as the column is."""
        return replace(
            self.column,
            name=f"{self.column.name}: {label}",
            type=type_name,
            nullable=True,
            key=False,
        )

    def main(self, type_name: str) -> Column:
        """The part that has the column's own name."""
        return replace(self.column, type=type_name, nullable=True, key=False)

    @property
    def other(self) -> Column:
        """The part that keeps what is written otherwise, of the column's own type."""
        return self.part(OTHER, self.column.type)


@dataclass(frozen=True)
class Recognised:
    """A form that a sample of a column shows, and what is to be said of it.

    ``notes``: what was assumed (day and month could not be told apart); no value of a row.
    """

    form: Form
    notes: tuple[str, ...] = ()
