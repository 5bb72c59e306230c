"""The plain answers that most kinds of columns share, on one that adds none of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode.kind import ColumnKind, Drawn
from synth.encode.settings import EncoderSettings
from synth.table.bins import ColumnBins
from synth.table.schema import Column
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class Sign(ColumnKind):
    """Code 0 for a negative number, 1 for another; 2 for null where there is any."""

    kind = "sign"
    column: Column
    has_null: bool = True

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return (SubColumn(self.column.name, 0, 2 + self.has_null),)

    def encode(self, array: pa.Array) -> np.ndarray:
        codes = pc.fill_null(pc.greater_equal(array, 0).cast(pa.int32()), 1 + self.has_null)
        return np.asarray(codes)[:, None]

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        return pa.array(codes[:, 0] * 2 - 1, pa.int32(), mask=codes[:, 0] == 2)

    def bins(self) -> ColumnBins:
        raise NotImplementedError

    def bin_of(self, array: pa.Array) -> np.ndarray:
        return self.encode(array)[:, 0]

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Sign:
        return cls(column)


KIND = Sign(Column("c", "int"))
VALUES = pa.array([5, None, -3], pa.int32())


def test_a_kind_without_a_parent_needs_its_own_column_only() -> None:
    assert KIND.parent is None and KIND.reason is None and not KIND.holds_new_values
    assert not KIND.is_told_by(["other"])
    columns = {"other": pa.nulls(3), "c": VALUES}
    assert KIND.encode_in(columns).ravel().tolist() == [1, 2, 0]
    assert KIND.has_code(columns).tolist() == [True, False, True]


def test_what_is_drawn_is_known_without_a_parent() -> None:
    drawn = KIND.draw(np.array([[1], [2], [0]]), np.random.default_rng(0), first_row=7)
    assert drawn.is_null.tolist() == [False, True, False]
    parent = pa.array([7, 8, 9])
    for given in (None, parent):
        assert drawn.values(given).to_pylist() == [1, None, -1]
    parents, led = Drawn(VALUES).parent_of(VALUES, parent)
    assert parents is parent and not led.any() and len(led) == 3


def test_null_has_a_code_where_one_decodes_to_it() -> None:
    assert KIND.null_code == 2
    assert Sign(Column("c", "int"), has_null=False).null_code is None


def test_values_are_neither_grouped_anew_nor_refused() -> None:
    assert KIND.regrouped(VALUES, {"a": np.zeros(3)}, EncoderSettings()) is KIND
    assert KIND.objection(VALUES) is None
