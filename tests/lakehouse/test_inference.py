"""Types of text, without Spark: a state that adds, checked by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lakehouse.inference import ColumnTypes


def state_of(*values: str | None, broken: tuple[str | None, ...] | None = None) -> ColumnTypes:
    state = ColumnTypes(["v"], marker="_b")
    columns = {"v": pa.array(values, pa.string())}
    columns["_b"] = pa.array(broken or (None,) * len(values), pa.string())
    state.update(pa.RecordBatch.from_pydict(columns))
    return state


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1", "-2", "+3"), "int"),
        (("2147483647",), "int"),
        (("2147483648",), "bigint"),
        (("1", "0.5", "1e-3", ".5", "2."), "double"),
        (("0", "0.25"), "double"),
        (("01234", "99999"), "string"),
        (("-01",), "string"),
        (("1234567890123456789",), "string"),
        (("12345678901234567890", "0.5"), "string"),
        (("true", "False"), "boolean"),
        (("yes", "no"), "string"),
        (("2024-02-29",), "date"),
        (("2023-02-29",), "string"),
        (("2024-02-29", "2024-02-29 10:00"), "timestamp"),
        (("2024-02-29T10:00:00Z",), "timestamp"),
        (("2024-02-29 25:00:00",), "string"),
        (("1", "x"), "string"),
        ((None, None), "string"),
        ((None, "7"), "int"),
    ],
)
def test_the_most_special_type_that_fits_all(values: tuple[str | None, ...], expected: str) -> None:
    assert state_of(*values).type_of("v") == expected


def test_states_add() -> None:
    one, two = state_of("1", None), state_of("3000000000")
    whole = state_of("1", None, "3000000000")
    one.merge(ColumnTypes.from_bytes(two.to_bytes()))
    assert one.to_bytes() == whole.to_bytes()
    assert one.type_of("v") == "bigint"


def test_broken_rows_are_counted_and_passed_over() -> None:
    state = state_of("1", "x", broken=(None, "x,y,z"))
    assert (state.rows, state.broken, state.type_of("v")) == (2, 1, "int")
