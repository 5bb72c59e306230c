"""Design matrices: labels in bounded levels, nulls, numbers of any size."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.utility.designs import (
    MOST_LEVELS,
    OUTLYING,
    LinearDesign,
    TreeDesign,
    level_notes,
)
from tests.synth.metrics.utility.tables import features, people


def _rows():
    table = pa.table(
        {
            "x": [1.0, 3.0, None, 5.0, 1.0],
            "s": ["a", "a", "b", None, "a"],
            "n": pa.nulls(5, "double"),
        }
    )
    return features(table)[0]


def test_trees_take_numbers_and_levels_as_they_are():
    rows = _rows()
    design = TreeDesign(rows.columns)
    matrix = design.matrix(rows)
    assert design.categorical == [1]
    assert matrix[:, 0].tolist()[:2] == [1, 3] and np.isnan(matrix[2, 0])
    assert matrix[:3, 1].tolist() == [0, 0, 1] and np.isnan(matrix[3, 1])


def test_linear_models_take_standardised_numbers_flags_and_one_hot_labels():
    rows = _rows()
    matrix = LinearDesign.fit(rows).matrix(rows)  # x, n, x null, n null, a, b, other
    known = np.array([1.0, 3, 5, 1])
    assert matrix.shape == (5, 7) and np.isfinite(matrix).all()
    assert matrix[[0, 1, 3, 4], 0] == pytest.approx((known - known.mean()) / known.std())
    assert matrix[2, 0] == pytest.approx((2 - known.mean()) / known.std())  # the median
    assert matrix[:, 2].tolist() == [0, 0, 1, 0, 0] and matrix[:, 3].tolist() == [1] * 5
    assert matrix[:, 4:].tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0]]


def test_labels_beyond_the_most_frequent_share_a_level_and_it_is_said():
    table = pa.table({"plate": [f"p{k}" for k in range(100)], "x": np.arange(100.0)})
    rows = features(table)[0]
    assert TreeDesign(rows.columns).matrix(rows)[:, 0].max() == MOST_LEVELS
    assert LinearDesign.fit(rows).matrix(rows).shape == (100, 2 + MOST_LEVELS + 1)
    (note,) = level_notes(rows.columns, target="x")
    assert "'plate'" in note and "100 labels" in note and "p1" not in note.replace("'plate'", "")
    assert level_notes(rows.columns, target="plate") == []


def test_many_columns_of_many_labels_are_one_sentence():
    table = pa.table({f"c{k}": [f"p{i}" for i in range(70)] for k in range(12)})
    (note,) = level_notes(features(table)[0].columns, target="")
    assert "'c9' (70 labels) and 2 more columns" in note and "c10" not in note


def test_an_unknown_label_is_the_last_level():
    train, other = features(pa.table({"s": ["a", "b"]}), pa.table({"s": ["z", "b"]}), seen=1)
    assert TreeDesign(train.columns).matrix(other)[:, 0].tolist() == [2, 1]
    assert LinearDesign.fit(train).matrix(other).tolist() == [[0, 0, 1], [0, 1, 0]]


def test_infinite_numbers_are_missing_and_outliers_are_cut():
    values = [0.0, 1.0] * 500 + [float("inf"), 1e9]
    rows = features(pa.table({"x": values}))[0]
    learned = LinearDesign.fit(rows.take(np.arange(1001)))
    matrix = learned.matrix(rows)
    assert np.isfinite(matrix).all() and matrix[1000, 1] == 1 and matrix[1001, 0] == OUTLYING


def test_every_column_of_a_hard_table_is_finite():
    rows = features(people(50))[0]
    assert np.isfinite(LinearDesign.fit(rows).matrix(rows)).all()
