"""Targets as classes: their order, their names, and what becomes of rare and unknown labels."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.evidence import Task
from synth.metrics.utility.target import REST, classes_of, present
from tests.synth.metrics.utility.tables import features


def _column(values, type_=None, **options):
    return features(pa.table({"y": pa.array(values, type_)}), **options)[0]


def test_the_positive_label_is_the_second_class():
    rows = _column(["a"] * 3 + ["b"] * 2 + [None])
    for positive, expected in ((1, [0, 1]), (0, [1, 0])):
        classes = classes_of(Task("y", "binary", "roc_auc", positive), rows)
        assert classes.read(np.array([0.0, 1.0])).tolist() == expected
    assert classes.names == ("b", "a")


def test_null_and_unknown_are_no_class():
    rows = _column(["a"] * 3 + ["b"] * 2 + [None])
    classes = classes_of(Task("y", "binary", "roc_auc", 1), rows)
    assert classes.read(np.array([np.nan, rows.columns[0].unknown])).tolist() == [-1, -1]


def test_two_numbers_are_classes_by_their_values():
    rows = _column([3, 7, 7, 7])
    classes = classes_of(Task("y", "binary", "roc_auc", 0), rows)
    assert classes.names == ("7", "3")
    assert classes.read(np.array([3.0, 7.0, 5.0])).tolist() == [1, 0, -1]


def test_rare_labels_are_one_class_together():
    rows = _column(["a"] * 9 + ["b"] * 5 + ["c"] * 2 + ["d"])
    classes = classes_of(Task("y", "classes", "f1_macro"), rows)
    assert len(classes) == 3 and classes.names == ("a", "b", REST)
    assert classes.read(np.array([0.0, 1.0, 2.0, 3.0, 4.0, np.nan])).tolist() == [0, 1, 2, 2, 2, -1]


def test_no_more_than_fifty_labels_are_told_apart():
    rows = _column([f"label {k}" for k in range(70) for _ in range(6)])
    classes = classes_of(Task("y", "classes", "f1_macro"), rows)
    assert len(classes) == 51 and classes.rest


def test_a_sensitive_label_is_named_by_its_place():
    values = ["flu"] * 3 + ["cold"] * 2
    task = Task("y", "binary", "roc_auc", 1)
    assert classes_of(task, _column(values, sensitive=["y"])).names == ("label 1", "label 2")
    assert classes_of(task, _column(values), sensitive=True).names == ("label 1", "label 2")
    assert classes_of(task, _column(values)).names == ("flu", "cold")


def test_a_sensitive_number_is_named_by_its_place():
    names = classes_of(Task("y", "binary", "f1", 1), _column([41, 55, 41], sensitive=["y"])).names
    assert names == ("value 1", "value 2")


def test_a_column_of_nulls_has_no_class():
    classes = classes_of(Task("y", "classes", "f1_macro"), _column([None, None], pa.string()))
    assert len(classes) == 0 and classes.read(np.array([0.0, np.nan])).tolist() == [-1, -1]


def test_a_number_has_no_classes():
    with pytest.raises(ValueError, match="no classes"):
        classes_of(Task("y", "number", "r2"), _column([1.0, 2.0]))


def test_present_counts_values_that_are_not_null():
    codes, counts = present(np.array([2.0, np.nan, 1.0, 2.0]))
    assert codes.tolist() == [1.0, 2.0] and counts.tolist() == [1, 2]
