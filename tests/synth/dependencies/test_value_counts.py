"""Counts of combinations: they add up in any order, and give up where there are too many."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.value_counts import ValueCounts, counted

ROWS = {
    "a": pa.array(["x", "x", None, "y", "x", None]),
    "b": pa.array([1, 1, 2, 1, 2, 2]),
}
BY_HAND = {"a": ["x", "x", "y", None], "b": [1, 2, 1, 2], "rows": [2, 1, 1, 2]}


def of(*parts: dict[str, pa.Array], most: int = 9) -> ValueCounts:
    counts = ValueCounts(most)
    for part in parts:
        counts.update(part)
    return counts


def cut(start: int, end: int) -> dict[str, pa.Array]:
    return {name: array[start:end] for name, array in ROWS.items()}


def table_of(counts: ValueCounts) -> dict[str, list[object]]:
    assert counts.table is not None
    return counts.table.to_pydict()


def test_combinations_are_counted_null_being_a_value() -> None:
    assert table_of(of(ROWS)) == BY_HAND
    assert sorted(counted(ROWS)["rows"].to_pylist()) == [1, 1, 2, 2]
    assert counted(ROWS).column_names == ["a", "b", "rows"]


@pytest.mark.parametrize("at", range(7))
def test_parts_add_up_in_any_order(at: int) -> None:
    first, second = of(cut(0, at)), of(cut(at, 6))
    second.merge(first)
    assert table_of(second) == BY_HAND
    assert table_of(of(cut(at, 6), cut(0, at))) == BY_HAND


def test_more_than_most_lines_are_given_up_for_good() -> None:
    counts = of(ROWS, most=4)
    assert not counts.is_given_up
    counts.update({"a": pa.array(["z"]), "b": pa.array([1])})
    assert counts.is_given_up and counts.table is None
    counts.update(cut(0, 1))
    assert counts.table is None
    other = of(ROWS, most=4)
    other.merge(counts)
    assert other.is_given_up


def test_what_was_never_updated_adds_nothing() -> None:
    nothing, counts = ValueCounts(9), of(ROWS)
    assert nothing.table is None and not nothing.is_given_up
    counts.merge(nothing)
    assert table_of(counts) == BY_HAND


def test_every_state_survives_its_bytes() -> None:
    rng = np.random.default_rng(0)
    many = {"a": pa.array(rng.integers(0, 50, 100).astype(str)), "b": pa.array(range(100))}
    assert of().to_bytes() == b"0" and of(many).to_bytes() == b"1"
    for state in (of(), of(ROWS), of(many)):
        again = of(cut(0, 2))
        again.load(state.to_bytes())
        assert (again.table, again.is_given_up) == (state.table, state.is_given_up)


def test_floats_are_counted_by_their_values_nan_and_null_among_them() -> None:
    floats = pa.array([2.0, float("nan"), None, 2.0, float("nan"), 0.5])
    found = counted({"a": floats, "b": pa.array([1, 1, 1, 1, 2, 1])})
    assert found.schema.types[0] == pa.float64()
    told = {(str(row["a"]), row["b"]): row["rows"] for row in found.to_pylist()}
    assert told == {("2.0", 1): 2, ("nan", 1): 1, ("None", 1): 1, ("nan", 2): 1, ("0.5", 1): 1}
    assert len(counted({"a": floats[:0]})) == 0


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32()], ids=str)
def test_odd_floats_are_counted_as_arrow_groups_them(kind: pa.DataType) -> None:
    rng = np.random.default_rng(0)
    odd = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1.5, 2, 3], kind.to_pandas_dtype())
    columns = {
        "a": pa.array(odd[rng.integers(0, 8, 500)], kind, mask=rng.random(500) < 0.2),
        "b": pa.array(rng.integers(0, 3, 500)),
    }
    plain = pa.table(columns).group_by(["a", "b"]).aggregate([([], "count_all")])
    found = counted(columns)
    assert found.schema.types == [kind, pa.int64(), pa.int64()]
    assert _rows(found.rename_columns(plain.column_names)) == _rows(plain)


def _rows(table: pa.Table) -> list[str]:
    names = sorted(table.column_names)
    return sorted(repr([row[name] for name in names]) for row in table.to_pylist())
