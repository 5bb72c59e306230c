"""Nested columns in leaves: names, values, nulls, and what is not looked at."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.table.leaves import Unlearned, leaf_name, needs_leaves, with_leaves

STRUCTS = [{"city": "Kyiv", "geo": {"la.t": 1.5}}, None, {"city": None, "geo": None}]
TABLE = pa.table(
    {
        "x": [1, 2, 3],
        "address": STRUCTS,
        "tags": [["b", "a", None], [], None],
        "nums": pa.array([[2.0, float("nan")], [3.0], [1.0, -1.0]], pa.list_(pa.float64())),
        "pairs": pa.array([[3, 4], None, [6, 5]], pa.list_(pa.int64(), 2)),
        "flags": [[True], None, []],
        "items": [[{"q": 1}], [], [{"q": 2}, {"q": 3}]],
        "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "blob": [b"a", b"b", None],
        "address.city": ["p", "q", "r"],
    }
)


def test_leaves_stand_in_the_place_of_their_column() -> None:
    flat, unlearned = with_leaves(TABLE)
    rows = {name: flat[name].to_pylist() for name in flat.column_names}
    assert np.isnan(rows["nums.greatest"][0])
    rows["nums.greatest"][0] = "NaN"
    assert rows == {
        "x": [1, 2, 3],
        "address.city (nested)": ["Kyiv", None, None],
        "address.geo.la.t": [1.5, None, None],
        "tags.size": [3, 0, None],
        "tags.least": ["a", None, None],
        "tags.greatest": ["b", None, None],
        "nums.size": [2, 1, 2],
        "nums.least": [2.0, 3.0, -1.0],
        "nums.greatest": ["NaN", 3.0, 1.0],
        "pairs.size": [2, None, 2],
        "pairs.least": [3, None, 5],
        "pairs.greatest": [4, None, 6],
        "flags.size": [1, None, 0],
        "items.size": [1, 0, 2],
        "map.size": [1, None, 0],
        "address.city": ["p", "q", "r"],
    }
    left_out = [name for one in unlearned for name in one.left_out]
    assert left_out == ["flags.elements", "items.elements", "map.keys and values", "blob"]
    assert unlearned[-1] == Unlearned("blob", "binary", (), ("blob",))
    assert [one.type for one in unlearned[:2]] == ["struct", "array"]


def test_slices_and_chunks_are_read_as_what_they_hold() -> None:
    flat, _ = with_leaves(pa.concat_tables([TABLE.slice(2), TABLE.slice(0, 1)]))
    assert flat["map.size"].to_pylist() == [0, 1] and flat["pairs.least"].to_pylist() == [5, 3]
    empty, unlearned = with_leaves(TABLE.slice(0, 0))
    assert len(empty) == 0 and "tags.least" in empty.column_names and len(unlearned) == 8


def test_plain_tables_stay() -> None:
    plain = pa.table({"a": [1], "b": ["x"]})
    assert with_leaves(plain) == (plain, ())


@pytest.mark.parametrize(
    ("kind", "nested"),
    [
        (pa.int64(), False),
        (pa.dictionary(pa.int8(), pa.string()), False),
        (pa.run_end_encoded(pa.int32(), pa.int64()), False),
        *([(pa.uuid(), False)] if hasattr(pa, "uuid") else []),  # from pyarrow 18
        (pa.large_list(pa.int8()), True),
        (pa.binary(3), True),
        (pa.struct([]), True),
    ],
    ids=str,
)
def test_which_types_need_it(kind: pa.DataType, nested: bool) -> None:
    assert needs_leaves(kind) is nested


def test_a_leaf_has_a_name_of_its_own() -> None:
    assert leaf_name(["a", "b"], []) == "a.b"
    assert leaf_name(["a", "b"], ["A.B", "a.b (nested)"]) == "a.b (nested) (nested)"
