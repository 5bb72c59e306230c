"""Labels of columns equal themselves through JSON, whatever they are."""

import datetime as dt
import json

import pandas as pd
import pytest

from synth.table.column_labels import labels_from_json, labels_to_json

MONTHS = pd.period_range("2024-01", periods=2, freq="M")
LABELS = [
    pd.RangeIndex(2),
    pd.RangeIndex(5, 9, 2, name="n"),
    pd.Index([0, 7]),
    pd.Index([1.5, 2.5]),
    pd.Index(["a", "b"], name="field"),
    pd.Index(["a", "b"], dtype="string"),
    pd.Index([None, "b"]),
    pd.Index([1, "b"], dtype=object, name=0),
    pd.Index([("a", 1), ("b", 2)], tupleize_cols=False),
    pd.to_datetime(["2024-01-01", "2024-02-01"]),
    MONTHS,
    pd.IntervalIndex.from_breaks([0, 1, 2]),
    pd.CategoricalIndex(["p", "q"]),
    pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["word", None]),
    pd.MultiIndex.from_product([["a"], [dt.date(2024, 1, 1), dt.date(2025, 1, 1)]]),
    pd.MultiIndex.from_product([[1, 2], MONTHS]),
]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: f"{type(labels).__name__}")
def test_labels_equal_themselves_through_json(labels: pd.Index) -> None:
    found = labels_from_json(json.loads(json.dumps(labels_to_json(labels))))
    pd.testing.assert_index_equal(found, labels, exact=True)
    assert found.names == labels.names


def test_a_label_that_json_has_no_word_for_comes_back_as_a_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    labels = pd.Index([b"raw", "b"], dtype=object)
    assert labels_from_json(labels_to_json(labels)).tolist() == ["b'raw'", "b"]
    assert "a column label of type bytes comes back as a text" in caplog.text
