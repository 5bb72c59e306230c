"""Keys and their targets, checked by hand: found, redrawn, replaced by what is near."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.keymap import KeyMap

PAIRS = KeyMap(
    pa.table(
        {
            "0": ["a", "a", "b", None],
            "1": [1, 2, 1, 2],
            "target": ["a1", "a2", None, "n2"],
            "rows": [20, 60, 20, 20],
        }
    )
)
NUMBERS = KeyMap(
    pa.table({"0": [10, 20, None], "target": ["x", "y", "none"], "rows": [20, 20, 20]})
)


def test_keys_are_found_null_being_a_value() -> None:
    assert len(PAIRS) == 4
    key = [pa.array(["a", None, "b", "b", "z"]), pa.array([2, 2, 1, 2, 1])]
    lines = PAIRS.find(key)
    assert lines.tolist() == [1, 3, 2, -1, -1]
    assert PAIRS.targets(lines).to_pylist() == ["a2", "n2", None, None, None]
    assert PAIRS.source(0, lines).to_pylist() == ["a", None, "b", None, None]


def test_a_key_of_another_type_is_read_in_the_maps_own() -> None:
    key = [pa.array(["a", "b"]), pa.array([2.0, 1.0])]
    assert PAIRS.find(key).tolist() == [1, 2]


def test_an_unknown_key_is_redrawn_by_the_rows_of_its_kept_source() -> None:
    kept = pa.array(["a"] * 4_000 + ["b", "z", None, "a"])
    lines = np.r_[np.full(4_003, -1), 3]
    found = PAIRS.redraw(lines, kept, 0, np.random.default_rng(0))
    assert found[4_000:].tolist() == [2, -1, 3, 3]  # what was found is not drawn again
    assert set(found[:4_000].tolist()) == {0, 1}
    assert np.mean(found[:4_000] == 1) == pytest.approx(0.75, abs=0.03)


def test_the_nearest_number_is_taken_and_the_lower_of_two() -> None:
    key = [pa.array([11, 15, 16, 10**9, -5])]
    assert NUMBERS.nearest(NUMBERS.find(key), key).tolist() == [0, 0, 1, 1, 0]
    assert NUMBERS.nearest(np.array([2, -1, -1, -1, -1]), key).tolist() == [2, 0, 1, 1, 0]


def test_an_unknown_text_takes_a_line_by_its_hash_alone() -> None:
    new = pa.array([f"new{i}" for i in range(600)])
    key = [new, pa.array([1] * 600)]
    found = PAIRS.nearest(np.full(600, -1), key)
    backwards = [pa.concat_arrays([array[::-1]]) for array in key]
    assert PAIRS.nearest(np.full(600, -1), backwards).tolist() == found[::-1].tolist()
    shares = np.bincount(found, minlength=4) / 600
    assert shares == pytest.approx([1 / 6, 1 / 2, 1 / 6, 1 / 6], abs=0.07)  # by their rows


def test_an_empty_map_finds_nothing() -> None:
    empty = KeyMap(NUMBERS.table.slice(0, 0))
    key = [pa.array([10, None])]
    assert empty.find(key).tolist() == [-1, -1]
    assert empty.nearest(empty.find(key), key).tolist() == [-1, -1]


def test_json_has_whole_numbers_as_they_are_and_floats_as_text() -> None:
    table = pa.table(
        {"0": [1.5, float("nan"), None], "target": pa.array([3, None, 4], pa.date32())}
    )
    keys = KeyMap(table.append_column("rows", pa.array([10, 11, 12])))
    data = json.loads(json.dumps(keys.to_json(), allow_nan=False))
    assert data == {"0": ["1.5", "nan", None], "target": [3, None, 4], "rows": [10, 11, 12]}
    again = KeyMap.from_json(data, ["double", "date"])
    assert again.to_json() == data
    assert again.table.schema == keys.table.schema


def test_keys_between_two_of_one_target_are_reached() -> None:
    table = pa.table({"0": [10, 20, 30, 40], "target": list("aabb"), "rows": [9, 9, 9, 9]})
    lost = np.full(7, -1)
    key = [pa.array([5, 12, 25, 33, 99, None, 20])]
    every = KeyMap(table, True, True, True)
    said = every.targets(every.reached(every.find(key), key)).to_pylist()
    assert said == ["a", "a", None, "b", "b", None, "a"]
    inner = KeyMap(table, True)
    assert inner.targets(inner.reached(inner.find(key), key)).to_pylist()[0] is None
    assert KeyMap(table).reached(lost, key).tolist() == lost.tolist()
    assert KeyMap.from_json(every.to_json(), ["bigint", "string"]) == every
    assert "reach" not in KeyMap(table).to_json()
