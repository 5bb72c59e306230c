"""Dictionaries in pandas' columns, and Arrow's structs: taken apart and put together."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.frames import as_arrow, frame_type_from_json
from synth.table.pandas_structs import MapFound, in_fields, in_structs, structs_of

ROWS: list[Any] = [
    {"city": "Rome", "geo": {"lat": 41.5, "floor": 2}, "price": Decimal("1.50")},
    None,
    {"city": None, "geo": None, "price": Decimal("2.25")},
]


def frames() -> dict[str, pd.DataFrame]:
    plain = pd.DataFrame({"n": [1, 2, 3], "ho.me": ROWS, "z": ["a", "b", "c"]}, index=[7, 5, 3])
    kind = pa.struct([("a", pa.int8()), ("b", pa.struct([("c", pa.string())]))])
    values = pa.array([{"a": 1, "b": {"c": "x"}}, None, {"a": None, "b": {"c": "y"}}], kind)
    by_arrow = pd.DataFrame({"s": pd.arrays.ArrowExtensionArray(values)})
    levels = plain.copy()
    levels.columns = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["u", "v"])
    numbered = plain.copy()
    numbered.columns = pd.RangeIndex(3, name="place")
    nan = plain.assign(**{"ho.me": [ROWS[0], np.nan, ROWS[2]]})
    return {
        "plain": plain,
        "by Arrow": by_arrow,
        "levels": levels,
        "numbered": numbered,
        "nan": nan,
    }


@pytest.mark.parametrize("name", frames())
def test_frames_come_back_as_they_came_in(name: str) -> None:
    frame = frames()[name]
    rows, looked = as_arrow(frame)
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        pd.testing.assert_frame_equal(made, frame.reset_index(drop=True))
    filled = looked.filled(frame, rows)
    pd.testing.assert_frame_equal(filled, frame)


def test_the_python_objects_in_a_dictionary_keep_their_classes() -> None:
    rows, looked = as_arrow(frames()["plain"])
    assert rows.column_names == [
        "n",
        "ho.me.city",
        "ho.me.geo.lat",
        "ho.me.geo.floor",
        "ho.me.price",
        "z",
    ]
    first = looked.frame(rows)["ho.me"][0]
    assert type(first["geo"]["floor"]) is int and type(first["price"]) is Decimal


def test_an_entry_that_is_not_there_is_missing_and_said_to_come_back_as_such() -> None:
    frame = pd.DataFrame({"d": [{"a": 1, "b": 2}, {"a": 3}]})
    rows, looked = as_arrow(frame)
    assert rows["d.b"].to_pylist() == [2, None]
    assert looked.frame(rows)["d"].tolist() == [{"a": 1, "b": 2}, {"a": 3, "b": None}]
    assert any("'d'" in note and "lack a key" in note for note in looked.notes)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([{f"jane {i}": 1} for i in range(200)], "200 different keys, 200 in fewer than 11 rows"),
        (
            [{f"jane {i % 60}": 1} for i in range(180)],
            "60 different keys, 60 in fewer than 11 rows",
        ),
        ([{1: "a"}] * 3, "keys that are no names"),
        ([{"a": {f"jane {i}": 1}} for i in range(200)], "'d.a' holds dictionaries"),
    ],
    ids=["map", "map of few rows a key", "numbers", "inner map"],
)
def test_maps_are_refused_without_their_keys(values: list[Any], said: str) -> None:
    frame = pd.DataFrame({"d": values})
    with pytest.raises(MapFound, match=said) as refused:
        structs_of(frame)
    assert "jane" not in str(refused.value)
    assert structs_of(frame, with_maps=True) == ()


def test_other_objects_are_no_structs() -> None:
    for values in ([{"a": 1}, "text"], [{}, {}], [None, None], ["text", {"a": 1}]):
        assert structs_of(pd.DataFrame({"d": values})) == ()
    with pytest.raises(InputError, match=r"'d' .*dict"):
        as_arrow(pd.DataFrame({"d": [{"a": 1}, "text"]}))


def test_what_is_left_of_a_struct_is_put_together() -> None:
    frame = frames()["plain"]
    structs = structs_of(frame)
    flat = in_fields(frame, structs)
    made = in_structs(flat[["z", "ho.me.city"]], structs, frame.columns)
    assert list(made.columns) == ["z", "ho.me"] and made["ho.me"][7] == {"city": "Rome"}
