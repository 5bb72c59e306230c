"""The rows of a task: what is set aside, left out, capped, and said."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.metrics.utility import parts
from synth.metrics.utility.parts import labelled, prepare_parts
from synth.metrics.utility.target import classes_of
from tests.synth.metrics.utility.tables import evidence, people


def _parts(train=None, holdout=None, synthetic=None, target="bought", **options):
    given = evidence(
        people(300) if train is None else train,
        people(100, seed=1) if holdout is None else holdout,
        people(300, seed=2) if synthetic is None else synthetic,
        target,
        **options,
    )
    return prepare_parts(given, given.task)


def test_the_target_is_no_feature():
    prepared = _parts()
    assert "bought" not in prepared.train.rows.names
    assert [len(prepared.train), len(prepared.synthetic), len(prepared.test)] == [300, 300, 100]
    assert prepared.problem is None and prepared.notes == []


def test_without_a_holdout_train_rows_are_set_aside_and_it_is_said():
    given = evidence(people(300), None, people(300, seed=2), "bought")
    prepared = prepare_parts(given, given.task)
    assert [len(prepared.train), len(prepared.test)] == [225, 75]
    assert "no holdout" in prepared.notes[0] and "75 train rows" in prepared.notes[0]
    trained = {tuple(row) for row in np.nan_to_num(prepared.train.rows.values)}
    assert not trained & {tuple(row) for row in np.nan_to_num(prepared.test.rows.values)}


def test_an_empty_holdout_is_none():
    assert len(_parts(holdout=people(100).slice(0, 0)).test) == 75


def test_caps_are_said(monkeypatch):
    monkeypatch.setitem(parts.MOST_TRAIN_ROWS, "quick", 200)
    monkeypatch.setattr(parts, "MOST_TEST_ROWS", 50)
    prepared = _parts()
    assert [len(prepared.train), len(prepared.synthetic), len(prepared.test)] == [200, 200, 50]
    assert [note.split(" were")[0] for note in prepared.notes] == [
        "200 of 300 real rows to train on",
        "50 of 100 rows to test on",
        "200 of 300 synthetic rows",
    ]


def test_fewer_synthetic_rows_are_said():
    (note,) = _parts(synthetic=people(200, seed=2)).notes
    assert "200 synthetic rows to train on, fewer than the 300" in note


def test_rows_without_a_target_are_left_out_and_said():
    synthetic = people(300, seed=2)
    values = pa.array([None] * 5 + ["maybe"] * 3 + synthetic["bought"].to_pylist()[8:])
    place = synthetic.schema.get_field_index("bought")
    prepared = _parts(synthetic=synthetic.set_column(place, "bought", values))
    assert len(prepared.synthetic) == 292
    (note,) = prepared.notes
    assert "8 of 300 synthetic rows were left out" in note and "maybe" not in note


def test_a_class_that_synthetic_rows_lack_is_said_without_its_label():
    synthetic = people(900, seed=2)
    synthetic = synthetic.filter(pc.not_equal(synthetic["group"], "retired")).slice(0, 300)
    (note,) = _parts(synthetic=synthetic, target="group").notes
    assert "no row of 1 of the 3 classes" in note and "retired" not in note


def test_rare_labels_are_one_class_and_it_is_said():
    train = people(300)
    values = pa.array(["odd"] * 2 + train["group"].to_pylist()[2:])
    train = train.set_column(train.schema.get_field_index("group"), "group", values)
    prepared = _parts(train=train, target="group")
    assert len(prepared.classes) == 4 and prepared.classes.rest
    assert "are one class together" in prepared.notes[0]


def test_numbers_that_are_null_or_infinite_are_no_target():
    given = evidence(people(300), people(100, seed=1), people(300, seed=2), "income")
    rows = given.train.take(np.arange(3))
    rows.values[:, rows.names.index("income")] = [1.0, np.nan, np.inf]
    assert labelled(rows, given.task, None).truth.tolist() == [1.0]


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ({"train": people(15)}, "15 real rows with a target, and 20 are needed"),
        ({"synthetic": people(5)}, "5 synthetic rows"),
        ({"holdout": people(3)}, "3 test rows"),
        (
            {name: people(100).select(["bought"]) for name in ("train", "holdout", "synthetic")},
            "no column besides the target",
        ),
    ],
)
def test_why_nothing_can_be_measured(tables, problem):
    assert problem in _parts(**tables).problem


def test_parts_add():
    given = evidence(people(30), people(20, seed=1), people(30, seed=2), "bought")
    classes = classes_of(given.task, given.train)
    both = labelled(given.train, given.task, classes) + labelled(
        given.synthetic, given.task, classes
    )
    assert len(both) == len(both.rows) == 60
