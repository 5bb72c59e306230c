"""Counts of combinations: they add up in any order, and give up where there are too many."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.chunk import Chunk, ColumnPlaces
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


ODD = [0.0, -0.0, np.nan, np.inf, -np.inf, 1.5, 2.0, 3.0]
DAYS = [dt.date(1850, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]
VALUES: dict[pa.DataType, list[Any]] = {
    pa.float64(): ODD,
    pa.float32(): ODD,
    pa.int64(): [-1, 0, 2**60],
    pa.int32(): [-1, 0, 2**30],
    pa.int8(): [-1, 0, 5],
    pa.bool_(): [True, False],
    pa.string(): ["", "0", "null"],
    pa.binary(): [b"", b"0", b"null"],
    pa.date32(): DAYS,
    pa.timestamp("us"): [dt.datetime.combine(day, dt.time(1)) for day in DAYS],
    pa.decimal128(12, 2): [Decimal("0.00"), Decimal("-1.50"), Decimal("7.25")],
}


@pytest.mark.parametrize("kind", VALUES, ids=str)
@pytest.mark.parametrize("beside", [pa.int64(), pa.int32(), pa.string()], ids=str)
def test_nulls_and_odd_values_are_each_counted_once(kind: pa.DataType, beside: pa.DataType) -> None:
    rng = np.random.default_rng(0)
    values = VALUES[kind]
    a = [None if rng.random() < 0.2 else values[i] for i in rng.integers(0, len(values), 500)]
    b = [[None, 0, 1, 2][i] for i in rng.integers(0, 4, 500)]
    columns = {"a": pa.array(a, kind), "b": pa.array(b).cast(beside)}
    by_hand = Counter(
        zip(map(repr, columns["a"].to_pylist()), columns["b"].to_pylist(), strict=True)
    )
    found = counted(columns)
    assert found.schema.types == [kind, beside, pa.int64()]
    assert _told(found) == by_hand and len(found) == len(by_hand)
    merged = of({n: v[:200] for n, v in columns.items()}, most=500)
    merged.merge(of({n: v[200:] for n, v in columns.items()}, most=500))
    assert merged.table is not None
    assert _told(merged.table) == by_hand and len(merged.table) == len(by_hand)


def _told(table: pa.Table) -> Counter[tuple[str, Any]]:
    rows = table.to_pydict()
    keys = zip(map(repr, rows["a"]), rows["b"], strict=True)
    return Counter(dict(zip(keys, rows["rows"], strict=True)))


@pytest.mark.parametrize("most", [9, 4])
def test_counts_by_places_are_those_by_values(most: int) -> None:
    counts, places = ValueCounts(most), ColumnPlaces(most)
    types = {name: array.type for name, array in ROWS.items()}
    for start, end in ((0, 2), (2, 2), (2, 6)):
        part = cut(start, end)
        batch = pa.RecordBatch.from_arrays(list(part.values()), names=list(part))
        chunk = Chunk(batch, types, places)
        counts.update_placed({name: chunk.placed(name) for name in ROWS})
    by_value = of(ROWS, most=most)
    assert (counts.table, counts.to_bytes()) == (by_value.table, by_value.to_bytes())
    counts.merge(by_value)
    by_value.merge(of(ROWS, most=most))
    assert counts.table == by_value.table


def test_a_column_of_too_many_values_gives_its_combinations_up() -> None:
    counts, places = ValueCounts(3), ColumnPlaces(3)
    batch = pa.RecordBatch.from_pydict({"a": [1] * 4, "b": [1, 2, 3, 4]})
    chunk = Chunk(batch, {"a": pa.int64(), "b": pa.int64()}, places)
    counts.update_placed({"a": chunk.placed("a"), "b": chunk.placed("b")})
    counts.update_placed({"a": chunk.placed("a"), "b": chunk.placed("b")})
    assert counts.is_given_up and counts.table is None and counts.to_bytes() == b"1"
