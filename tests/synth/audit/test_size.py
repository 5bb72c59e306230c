"""Findings on the size of a table, and on prose."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from synth.audit.size import free_text_columns, on_free_text, on_size
from synth.profiling.table_profile import TableProfile


def profile(frame: pd.DataFrame) -> TableProfile:
    return TableProfile.of(pa.Table.from_pandas(frame, preserve_index=False))


@pytest.mark.parametrize(
    ("rows", "entities", "said"),
    [
        (15, None, ["error: too few rows"]),
        (300, None, ["warning: too few rows"]),
        (5000, None, []),
        (5000, 12, ["error: too few rows"]),
        (5000, 100, ["warning: too few rows"]),
    ],
)
def test_rows_or_entities_are_too_few(rows: int, entities: int | None, said: list[str]) -> None:
    frame = pd.DataFrame({"a": range(rows), "b": range(rows)})
    found = on_size(profile(frame), entities, 11)
    assert [f"{one.severity}: {one.name}" for one in found] == said


def test_few_rows_for_many_columns() -> None:
    frame = pd.DataFrame({f"c{i}": range(600) for i in range(40)})
    assert [one.name for one in on_size(profile(frame), None, 11)] == [
        "too few rows for the columns"
    ]


def test_prose_is_no_label() -> None:
    frame = pd.DataFrame(
        {
            "note": [f"The patient came on day {i} and felt well" for i in range(800)],
            "name": [f"Olena Number{i}" for i in range(800)],
            "answer": ["yes I do agree with it"] * 800,
        }
    )
    words = {"note": 9.0, "name": 2.0, "answer": 6.0}
    assert [one.columns for one in on_free_text(profile(frame), words)] == [("note",)]


def test_prose_is_nearly_all_different_and_of_several_words() -> None:
    frame = pd.DataFrame(
        {
            "code": [f"c{i}" for i in range(1200)],
            "story": [f"the {i}th thing that was told to them" for i in range(1200)],
            "sex": ["f", "m"] * 600,
        }
    )
    words = {"story": 8.0, "code": 1.0, "sex": 9.0}
    assert free_text_columns(profile(frame), words) == ("story",)
    assert free_text_columns(profile(frame).marked(keys=["story"]), words) == ()
