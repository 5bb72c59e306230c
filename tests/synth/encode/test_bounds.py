"""Values beyond what was learned: said with the way out, and with no number where sensitive."""

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.bounds import outside_objection
from synth.encode.cells import Cells
from synth.table.schema import Column

NAN = float("nan")
INTEGERS = Cells(np.array([1, 5]), np.array([1, 10]), np.array([30, 40]))  # 1, and [5, 10)
FLOATS = Cells(np.array([0.5, 2.0]), np.array([2.0, 2.0]), np.array([30, 40]))  # [0.5, 2), and 2


def said(
    column: Column, cells: Cells, values: pa.Array, *, has_nan: bool = False, decimals: int = 1
) -> str | None:
    return outside_objection(column, cells, values, has_nan=has_nan, decimals=decimals)


@pytest.mark.parametrize("value", [1, 3, 5, 9, None])
def test_what_lies_within_the_ends_is_admitted(value: int | None) -> None:
    assert said(Column("c", "int"), INTEGERS, pa.array([value], pa.int32())) is None


@pytest.mark.parametrize("value", [0, 10, -7])
def test_what_lies_beyond_is_named_with_both_ends(value: int) -> None:
    message = f"{value} lies outside what the model has learned: give a value from 1 to 9"
    assert said(Column("c", "int"), INTEGERS, pa.array([4, value, 99], pa.int32())) == message


def test_an_interval_of_floats_ends_before_its_upper_bound() -> None:
    column = Column("c", "double")
    open_end = Cells(np.array([0.5]), np.array([2.0]), np.array([30]))
    assert said(column, FLOATS, pa.array([0.5, 2.0])) is None
    assert said(column, open_end, pa.array([np.nextafter(2.0, 0.0)])) is None
    message = "2.0 lies outside what the model has learned: give a value from 0.5 to 2.0"
    assert said(column, open_end, pa.array([2.0])) == message


def test_nan_is_admitted_where_it_was_learned() -> None:
    column, values = Column("c", "double"), pa.array([1.0, NAN])
    assert said(column, FLOATS, values, has_nan=True) is None
    assert (said(column, FLOATS, values) or "").startswith("nan lies outside")


def test_dates_are_shown_as_dates() -> None:
    values = pa.array([400], pa.int32()).cast(pa.date32())
    message = "1971-02-05 lies outside what the model has learned: "
    message += "give a value from 1970-01-02 to 1970-01-10"
    assert said(Column("c", "date"), INTEGERS, values) == message


def test_a_sensitive_column_shows_no_number() -> None:
    column = Column("c", "int", sensitive=True)
    message = said(column, INTEGERS, pa.array([77], pa.int32()))
    assert message == "the value lies outside what the model has learned: give another"
