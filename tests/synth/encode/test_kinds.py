"""Which kind a column is, by what its state says; and every kind through JSON."""

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.kind import ColumnKind
from synth.encode.kinds import PLAIN_KINDS, fit_kind, kind_from_json
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import new_state
from synth.table.errors import InputError
from synth.table.schema import KEY_TYPES, Column, type_of_arrow

SETTINGS = EncoderSettings(min_entities=3)
NAN = float("nan")
DAYS = pa.array(range(40), pa.int32()).cast(pa.date32())
COLUMNS: dict[str, tuple[str, pa.Array]] = {
    "numbers": ("numeric", pa.array([1.5, 2.5, None, NAN] * 5)),
    "days": ("moment", DAYS),
    "texts": ("categorical", pa.array(["x", "y", "z"] * 5)),
    "flags": ("categorical", pa.array([True, False] * 5)),
    "names": ("made", pa.array([f"name {i}" for i in range(20)])),
    "same text": ("constant", pa.array(["x"] * 9)),
    "same number": ("constant", pa.array([7] * 9)),
    "same amount": ("constant", pa.array([Decimal("1.50")] * 9, pa.decimal128(9, 2))),
    "nulls": ("constant", pa.nulls(9, pa.string())),
    "nan": ("constant", pa.array([NAN] * 9)),
    "too few": ("constant", pa.array([1.5, 2.5])),
}


def fitted(values: pa.Array, *, key: bool = False) -> ColumnKind:
    column = Column("c", type_of_arrow(values.type), key=key)
    state = new_state(column)
    state.update(values)
    return fit_kind(column, state, SETTINGS, None)


def made(kind: ColumnKind, rows: int = 3) -> list[object]:
    codes = np.zeros((rows, len(kind.sub_columns)), np.int32)
    plain: list[object] = kind.draw(codes, np.random.default_rng(0), 0).plain.to_pylist()
    return plain


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_of_the_kind_that_its_values_ask_for(name: str) -> None:
    kind, values = COLUMNS[name]
    assert PLAIN_KINDS[kind] is type(fitted(values))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_kind_equals_itself_through_json(name: str) -> None:
    kind = fitted(COLUMNS[name][1])
    data = json.loads(json.dumps({"kind": kind.kind, **kind.to_json()}, allow_nan=False))
    again = kind_from_json(kind.column, data)
    assert type(again) is type(kind)
    assert again.to_json() == kind.to_json()
    assert (again.encode(COLUMNS[name][1]) == kind.encode(COLUMNS[name][1])).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("same text", "x"), ("same number", 7), ("same amount", Decimal("1.50")), ("nulls", None)],
)
def test_one_value_in_all_rows_is_that_value(name: str, value: object) -> None:
    assert made(fitted(COLUMNS[name][1])) == [value] * 3


def test_what_cannot_be_protected_is_null_or_nan() -> None:
    assert made(fitted(pa.array([1.5, 2.5]))) == [None] * 3
    assert made(fitted(pa.array(["x", "x"]))) != ["x"] * 3  # fewer rows than a value needs
    assert np.isnan(np.array(made(fitted(pa.array([NAN] * 9))), float)).all()
    assert made(fitted(pa.array([NAN, None] * 5))) == [None] * 3


def test_a_value_with_nulls_beside_it_is_learned() -> None:
    kind = fitted(pa.array(["x"] * 9 + [None] * 9))
    assert type(kind) is PLAIN_KINDS["categorical"] and kind.null_code is not None


@pytest.mark.parametrize("shared", [9, 10])
def test_texts_are_learned_when_shared_values_hold_half_of_the_rows(shared: int) -> None:
    values = ["x"] * shared + [f"name {i}" for i in range(20 - shared)]
    expected = PLAIN_KINDS["categorical" if shared == 10 else "made"]
    assert type(fitted(pa.array(values))) is expected


@pytest.mark.parametrize("type_name", [*KEY_TYPES, "decimal(12,0)"])
def test_keys_are_whole_numbers_or_texts(type_name: str) -> None:
    values = pa.array(range(9), pa.int32()).cast(Column("c", type_name).arrow_type)
    assert type(fitted(values, key=True)) is PLAIN_KINDS["key"]


def test_another_key_is_refused_with_the_way_out() -> None:
    message = "key column 'c' is of type date: a key is a whole number or a text; take it out of"
    with pytest.raises(InputError, match=message):
        fitted(DAYS, key=True)
