"""DataFrames come back with their labels and dtypes, and a filled one with its index too."""

import json
import logging
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.frames import as_arrow, frame_type_from_json
from synth.table.schema import Column, TableSchema

LABELS: list[Any] = [
    [0, 1],
    pd.RangeIndex(2),
    pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"]),
    pd.Index(["a", "b"], name="n"),
    pd.Index([("a", 1), ("b", 2)], tupleize_cols=False),
    pd.Index([1, "b"], dtype=object),
    pd.period_range("2024-01", periods=2, freq="M"),
]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: type(labels).__name__)
def test_labels_come_back_as_they_were(labels: Any) -> None:
    frame = pd.DataFrame([[1, "x"], [2, "y"]])
    frame.columns = labels
    rows, looked = as_arrow(frame)
    assert all(isinstance(name, str) for name in rows.column_names)
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        pd.testing.assert_frame_equal(known.frame(rows), frame)
        pd.testing.assert_frame_equal(known.frame(rows.select([1])), frame.iloc[:, [1]])
    assert looked.names_of(frame.columns) == rows.column_names


@pytest.mark.parametrize(
    ("labels", "said"),
    [([1, "1"], "column '1' appears twice, as 1 and as '1'"), (["a", "a"], "'a' appears twice:")],
)
def test_labels_that_are_one_are_refused(labels: list[Any], said: str) -> None:
    frame = pd.DataFrame([[1, 2]])
    frame.columns = labels
    with pytest.raises(InputError, match=said):
        as_arrow(frame)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (pd.RangeIndex(2), None),
        (pd.Index([5, 3]), None),
        (pd.Index([5, 3], name="id"), r"the index ('id') is not learned: reset_index()"),
        (pd.Index(["a", "b"]), "the index is not learned"),
        (pd.date_range("2024-01-01", periods=2), "the index is not learned"),
        (pd.MultiIndex.from_tuples([(1, 2), (3, 4)]), "the index is not learned"),
    ],
    ids=str,
)
def test_an_index_that_is_data_is_named(index: pd.Index, said: str | None) -> None:
    notes = as_arrow(pd.DataFrame({"a": [1, 2]}, index=index))[1].notes
    assert (said is None and not notes) or (said is not None and said in notes[0])


def test_what_is_missing_is_filled_and_all_else_stays() -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"),
            "word": pd.Categorical(["a", None, "once"], ["a", "once", "never"]),
            "at": pd.to_datetime(["2024-01-01 00:00:00.000000001", None, None]),
            "other": [[1], [2], None],
        },
        index=pd.Index([30, 10, 10], name="id"),
    )
    _, looked = as_arrow(frame, ["n", "word", "at"])
    new = pa.array([10**15] * 3, pa.timestamp("us"))
    made = pa.table({"n": [7, 8, 9], "word": ["x", "a", "a"], "at": new})
    filled = looked.filled(frame, made)
    assert filled.index.equals(frame.index) and filled.index.name == "id"
    assert filled.columns.tolist() == frame.columns.tolist()
    assert (filled.dtypes == frame.dtypes).all()
    assert filled["n"].tolist() == [1, 8, 3] and filled["other"].tolist() == [[1], [2], None]
    assert filled["at"].iloc[0] == frame["at"].iloc[0] and filled["at"].notna().all()
    assert filled["word"].tolist() == ["a", "a", "once"]
    assert frame["n"].isna().sum() == 1  # the caller's own frame stays


def test_a_column_that_cannot_hold_what_is_filled_in_takes_the_type_that_is_learned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64")})
    filled = as_arrow(frame)[1].filled(frame, pa.table({"n": [1.0, 2.5]}))
    assert filled["n"].tolist() == [1.0, 2.5]
    assert "column 'n' holds values that no int64 holds: it comes in the type" in caplog.text


def test_a_column_without_any_value_takes_the_type_of_another_table() -> None:
    seen = as_arrow(pd.DataFrame({"n": pd.array([1, 2], dtype="Int64")}))[1]
    frame = pd.DataFrame({"n": [None, None]}, dtype=object)
    looked = as_arrow(frame)[1].completed(seen)
    assert looked.filled(frame, pa.table({"n": [5, 6]}))["n"].tolist() == [5, 6]


def test_rare_categories_are_left_out_and_it_is_said_without_them() -> None:
    words = pd.Categorical(["a"] * 20 + ["secret"] * 3, ["a", "secret", "never"])
    rows, looked = as_arrow(pd.DataFrame({"word": words}))
    kept, notes = looked.protected(rows, 10)
    assert kept.frame(rows.slice(0, 5))["word"].cat.categories.tolist() == ["a", "never"]
    assert "column 'word': 1 of its categories are held by fewer than 10 rows" in notes[0]
    assert "secret" not in json.dumps(kept.to_json()) + notes[0]


def test_a_schema_corrects_types_and_leaves_columns_out() -> None:
    frame = pd.DataFrame({"n": [1, 2], "u": np.array([1, 2], "uint8"), "odd": [b"x", b"y"]})
    schema = TableSchema((Column("u", "smallint"), Column("n", "smallint")))
    rows, looked = as_arrow(frame, schema.names)
    made = looked.corrected(rows.schema, schema).frame(rows.select(["u", "n"]))
    assert made.dtypes.map(str).to_dict() == {"u": "uint8", "n": "int16"}


def test_a_dtype_that_is_not_known_here_is_said(caplog: pytest.LogCaptureFixture) -> None:
    rows, looked = as_arrow(pd.DataFrame({"n": pd.array([1], dtype="Int8")}))
    data = looked.to_json()
    data["columns"]["n"]["dtype"] = {"name": "of another version"}
    with caplog.at_level(logging.WARNING):
        assert frame_type_from_json(data).frame(rows)["n"].dtype == np.int8
    assert "column 'n' comes in the type in which it is learned" in caplog.text
