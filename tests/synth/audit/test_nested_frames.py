"""Frames in memory with nested columns: the same leaves whatever their library."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lakesynth import profile
from synth.audit.nested_frames import in_leaves
from synth.table.errors import InputError
from synth.table.frames import in_fields

ROWS = pa.table(
    {
        "x": list(range(60)),
        "address": [{"city": "Kyiv" if i % 2 else "Lviv"} for i in range(60)],
        "tags": [None if i % 7 == 0 else ["a", "b"][: i % 3] for i in range(60)],
        "blob": [b"abc"] * 60,
    }
)
NAMES = ["x", "address.city", "tags.size", "tags.least", "tags.greatest"]


@pytest.mark.parametrize("library", ["arrow", "batch", "pandas", "pandas by arrow", "polars"])
def test_every_library_gives_the_same_leaves(library: str) -> None:
    frame = {
        "arrow": lambda: ROWS,
        "batch": lambda: ROWS.to_batches()[0],
        "pandas": lambda: ROWS.to_pandas(),
        "pandas by arrow": lambda: ROWS.to_pandas(types_mapper=pd.ArrowDtype),
        "polars": lambda: pl.from_arrow(ROWS),
    }[library]()
    found = profile(frame, progress=False)
    assert [own["name"] for own in found.audit.columns] == NAMES
    assert "columns that are not learned" in [one.name for one in found.findings]
    assert "not looked at: 'blob'" in found.audit.notes


def test_plain_frames_are_the_same_object() -> None:
    for frame in (ROWS.select(["x"]), ROWS.select(["x"]).to_pandas(), pl.DataFrame({"x": [1]})):
        own, unlearned = in_leaves(frame)
        assert own is frame and unlearned == ()


def test_mixed_and_double_columns_are_left_to_the_reader() -> None:
    mixed = pd.DataFrame({"a": [{"b": 1}, "text", 3]})
    assert in_leaves(mixed)[0] is mixed
    with pytest.raises(InputError, match="'a'"):
        profile(mixed, progress=False)
    double = pd.DataFrame([[{"b": 1}, {"b": 2}]], columns=["a", "a"])
    assert in_leaves(double)[0] is double
    clash = pd.DataFrame({"a": [{"b": 1}], "a.b": [2]})
    assert list(in_fields(clash).columns) == ["a.b (nested)", "a.b"]


def test_structs_of_plain_fields_are_learned_whatever_holds_them() -> None:
    plain = ROWS.select(["x", "address"])
    for frame in (plain, plain.to_batches()[0], plain.to_pandas(), pl.from_arrow(plain)):
        found = profile(frame, progress=False)
        assert [own["name"] for own in found.audit.columns] == ["x", "address.city"]
        assert "columns that are not learned" not in [one.name for one in found.findings]


def test_dictionaries_of_any_keys_are_maps_whose_keys_are_told_nowhere() -> None:
    frame = pd.DataFrame({"x": range(300), "owed": [{f"name {i}": i} for i in range(300)]})
    found = profile(frame, progress=False)
    assert [own["name"] for own in found.audit.columns] == ["x", "owed.size"]
    assert "name 7" not in str(found.audit.to_json())
    with pytest.raises(InputError, match="300 different keys, 300 in fewer than 11 rows"):
        in_fields(frame)
