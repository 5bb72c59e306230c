"""Columns row by row: nulls are values, and what is fixed stays."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.columns import (
    choose_rows,
    equal,
    first_present,
    fixed_rows,
    of_type,
    one_array,
    present,
    where,
    without_fixed,
)


def test_null_equals_null_and_nothing_else() -> None:
    left = pa.array([1.0, None, None, float("nan"), 2.0])
    right = pa.array([1.0, None, 0.0, float("nan"), 5.0])
    assert equal(left, right).tolist() == [True, True, False, False, False]
    assert equal(right, left).tolist() == equal(left, right).tolist()


def test_rows_are_chosen_with_their_nulls_in_the_type_of_the_first() -> None:
    mask = np.array([True, False, True, False])
    yes, no = pa.array([1, 2, None, 4], pa.int64()), pa.array([9, None, 9, 7], pa.int8())
    chosen = choose_rows(mask, yes, no)
    assert chosen.type == pa.int64()
    assert chosen.to_pylist() == [1, None, None, 7]
    assert choose_rows(~mask, no, yes).to_pylist() == [1, None, None, 7]


@pytest.mark.parametrize("chunks", [[], [[1, None]], [[1], [], [None, 3]]])
def test_a_column_comes_in_one_piece(chunks: list[list[int | None]]) -> None:
    column = pa.chunked_array([pa.array(c, pa.int32()) for c in chunks], pa.int32())
    array = one_array(column)
    assert isinstance(array, pa.Array) and array.type == pa.int32()
    assert array.to_pylist() == [value for chunk in chunks for value in chunk]


def test_what_is_fixed_is_as_it_was() -> None:
    columns = {"a": pa.array([1, 2]), "b": pa.array(["x", "y"])}
    fixed = {"a": np.array([True, False])}
    assert fixed_rows("a", columns["a"], fixed).tolist() == [True, False]
    assert fixed_rows("b", columns["b"], fixed).tolist() == [False, False]
    changed = {"a": pa.array([7, 8]), "b": pa.array(["z", None])}
    kept = without_fixed(changed, columns, fixed)
    assert {name: array.to_pylist() for name, array in kept.items()} == {
        "a": [1, 8],
        "b": ["z", None],
    }


def test_null_and_nan_are_not_present() -> None:
    columns = {"a": pa.array([1.0, None, float("nan"), 2.0]), "b": pa.array(["x", "y", "z", None])}
    assert present(columns, ("a",)).tolist() == [True, False, False, True]
    assert present(columns, ("a", "b")).tolist() == [True, False, False, False]


def test_values_where_a_mask_is_true() -> None:
    texts = pa.array(["a", "bb", "ccc", None, "e"]).slice(1)
    found = where(np.array([True, False, True, True]), texts)
    found.validate(full=True)
    assert found.to_pylist() == ["bb", None, None, "e"]


def test_a_date_among_times_is_its_midnight() -> None:
    stamps = pa.array([None, 90_000_000_000], pa.int64()).cast(pa.timestamp("us", "UTC"))
    dates = pa.array([3, 1], pa.int32()).cast(pa.date32())
    for names in (("time", "date"), ("date", "time")):
        first = first_present({"time": stamps, "date": dates}, names)
        assert first.type == stamps.type
        there = 90_000_000_000 if names[0] == "time" else 86_400_000_000
        assert first.cast(pa.int64()).to_pylist() == [3 * 86_400_000_000, there]
    assert of_type(stamps, dates.type).cast(pa.int32()).to_pylist() == [None, 1]
    assert first_present({"date": dates}, ("date",)) is dates
