from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from synth.metrics.evidence import Task
from synth.metrics.privacy.secret import (
    label_groups,
    mean_recall,
    right,
    secret_columns,
    tolerance_of,
)
from tests.synth.metrics.privacy.people import features, people, tight

TASK = Task("illness", "classes", "accuracy")


@pytest.mark.parametrize(
    ("given", "expected", "said"),
    [
        ({"sensitive": ("town", "age"), "protected": ("height",)}, ("town", "age"), []),
        ({"sensitive": (), "protected": ("height",)}, ("height",), ["protected ones"]),
        ({"sensitive": (), "task": TASK}, ("illness",), ["task's target"]),
        ({"sensitive": ()}, (), ["no task"]),
        ({"sensitive": ("id", "age")}, ("age",), ["'id'"]),
        ({"sensitive": ("id",), "task": TASK}, ("illness",), ["'id'", "task's target"]),
    ],
)
def test_secrets_are_the_sensitive_or_the_protected_columns_or_the_target(
    given: dict, expected: tuple, said: list
) -> None:
    names, notes = secret_columns(replace(tight(20), **given))
    assert names == expected and len(notes) == len(said)
    assert all(part in note for part, note in zip(said, notes, strict=True))


def test_how_near_a_guess_must_be_depends_on_the_kind_of_column() -> None:
    columns = {column.name: column for column in features(people(50)).columns}
    truths = np.array([-100.0, 0.0, 200.0, np.nan])
    assert tolerance_of(columns["income"], truths)[:3].tolist() == [5.0, 0.0, 10.0]
    assert tolerance_of(columns["town"], truths).tolist() == [0.0] * 4
    days = np.arange(101.0) + 18_000  # the interquartile range is 50
    assert tolerance_of(columns["seen"], days).tolist() == [2.5] * 101
    assert tolerance_of(columns["seen"], np.array([np.nan])).tolist() == [0.0]


def test_a_guess_is_right_within_the_tolerance_and_null_where_null_is_true() -> None:
    guesses = np.array([95, 94, 0, np.nan, np.nan, 3, np.inf, np.inf, -np.inf])
    truths = np.array([100, 100, 0, np.nan, 3, np.nan, np.inf, 5, np.inf])
    tolerance = np.array([5, 5, 0, 0, 0, 0, np.inf, 1, 0])
    expected = [True, False, True, True, False, False, True, False, False]
    assert right(guesses, truths, tolerance).tolist() == expected


def test_the_mean_recall_of_labels_is_balanced_accuracy() -> None:
    rng = np.random.default_rng(0)
    truths = rng.choice([0.0, 1.0, 2.0], 200, p=[0.7, 0.2, 0.1])
    guesses = np.where(rng.random(200) < 0.5, truths, 0.0)
    groups, hits = label_groups(truths, 1), guesses == truths
    found = mean_recall(hits, groups, np.ones((1, 200)))
    assert found.tolist() == pytest.approx([balanced_accuracy_score(truths, guesses)])
    counts = rng.poisson(1.0, (3, 200))
    for draw, value in zip(counts, mean_recall(hits, groups, counts.astype(float)), strict=True):
        expected = balanced_accuracy_score(truths, guesses, sample_weight=draw)
        assert value == pytest.approx(expected)


def test_a_group_that_a_draw_does_not_have_does_not_count() -> None:
    found = mean_recall(np.array([True, False]), np.array([0, 1]), np.array([[1.0, 0.0]]))
    assert found.tolist() == [1.0]


def test_rare_labels_and_nulls_are_groups() -> None:
    truths = np.array([5.0] * 4 + [1.0] * 3 + [2.0, 3.0] + [np.nan] * 3)
    assert label_groups(truths, 3).tolist() == [1] * 4 + [0] * 3 + [3, 3] + [2] * 3
    assert label_groups(truths, 1).max() == 4
