"""Scores against scikit-learn's, plain and weighted, within 1e-9."""

import warnings

import numpy as np
import pytest
from sklearn import metrics as oracle
from sklearn.calibration import calibration_curve

from synth.metrics.utility.scores import (
    SCORES,
    calibration_error,
    class_recall,
    confusion,
)

CLOSE = {"rel": 1e-9, "abs": 1e-9}


def _cases(classes, rows=400, draws=6, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, rows)
    sharp = rng.random((rows, classes)) + (truth[:, None] == np.arange(classes)) * 0.5
    sharp = np.round(sharp, 1)  # ties
    weights = np.concatenate([np.ones((1, rows)), rng.multinomial(rows, [1 / rows] * rows, draws)])
    return truth, sharp / sharp.sum(axis=1, keepdims=True), weights


BINARY = {
    "roc_auc": lambda y, p, w: oracle.roc_auc_score(y, p[:, 1], sample_weight=w),
    "accuracy": lambda y, p, w: oracle.accuracy_score(y, p.argmax(1), sample_weight=w),
    "balanced_accuracy": lambda y, p, w: oracle.balanced_accuracy_score(
        y, p.argmax(1), sample_weight=w
    ),
    "precision": lambda y, p, w: oracle.precision_score(y, p.argmax(1), sample_weight=w),
    "recall": lambda y, p, w: oracle.recall_score(y, p.argmax(1), sample_weight=w),
    "f1": lambda y, p, w: oracle.f1_score(y, p.argmax(1), sample_weight=w),
    "brier": lambda y, p, w: oracle.brier_score_loss(y, p[:, 1], sample_weight=w),
}
CLASSES = {
    "f1_macro": lambda y, p, w: oracle.f1_score(y, p.argmax(1), average="macro", sample_weight=w),
    "accuracy": BINARY["accuracy"],
    "balanced_accuracy": BINARY["balanced_accuracy"],
    "precision_macro": lambda y, p, w: oracle.precision_score(
        y, p.argmax(1), average="macro", sample_weight=w
    ),
    "roc_auc": lambda y, p, w: oracle.roc_auc_score(
        y, p, average="macro", multi_class="ovr", sample_weight=w
    ),
    "brier": lambda y, p, w: oracle.brier_score_loss(y, p, sample_weight=w),
}
NUMBER = {
    "r2": lambda y, p, w: oracle.r2_score(y, p, sample_weight=w),
    "rmse": lambda y, p, w: oracle.root_mean_squared_error(y, p, sample_weight=w),
    "mae": lambda y, p, w: oracle.mean_absolute_error(y, p, sample_weight=w),
}


@pytest.mark.parametrize("name", SCORES["binary"])
def test_two_classes(name):
    truth, predicted, weights = _cases(2)
    expected = [BINARY[name](truth, predicted, w) for w in weights]
    assert SCORES["binary"][name](truth, predicted, weights) == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("name", SCORES["classes"])
def test_more_classes(name):
    truth, predicted, weights = _cases(4)
    expected = [CLASSES[name](truth, predicted, w) for w in weights]
    assert SCORES["classes"][name](truth, predicted, weights) == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("name", SCORES["number"])
def test_numbers(name):
    rng = np.random.default_rng(3)
    truth, (_, _, weights) = rng.normal(5, 2, 400), _cases(2)
    predicted = truth + rng.normal(0, 1, 400)
    expected = [NUMBER[name](truth, predicted, w) for w in weights]
    assert SCORES["number"][name](truth, predicted, weights) == pytest.approx(expected, **CLOSE)


def test_r2_of_times_in_microseconds():
    rng = np.random.default_rng(4)
    truth = 1.6e15 + rng.normal(0, 1e12, 300)
    predicted = truth + rng.normal(0, 5e11, 300)
    expected = oracle.r2_score(truth, predicted)
    assert SCORES["number"]["r2"](truth, predicted)[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("classes", [2, 5])
def test_confusion_and_recall_by_class(classes):
    truth, predicted, weights = _cases(classes)
    chosen = predicted.argmax(axis=1)
    for w, table in zip(weights, confusion(truth, chosen, classes, weights), strict=True):
        assert table == pytest.approx(oracle.confusion_matrix(truth, chosen, sample_weight=w))
    expected = oracle.recall_score(truth, chosen, average=None, sample_weight=weights[1])
    assert class_recall(truth, predicted, weights)[1] == pytest.approx(expected, **CLOSE)


def test_calibration_error_is_the_gap_of_the_reliability_diagram():
    truth, predicted, weights = _cases(2)
    stated = predicted[:, 1]
    true, said = calibration_curve(truth, stated, n_bins=10)
    edges = np.linspace(0, 1, 11)
    rows = np.bincount(np.searchsorted(edges[1:-1], stated), minlength=10)
    rows = rows[rows > 0]
    expected = (rows * np.abs(true - said)).sum() / rows.sum()
    assert calibration_error(truth, predicted, weights)[0] == pytest.approx(expected, **CLOSE)


def test_calibration_of_more_classes_is_of_the_likeliest_one():
    truth = np.array([0, 1, 2, 0])
    predicted = np.array([[0.8, 0.1, 0.1]] * 4)
    # Half of the rows that are given 0.8 come true.
    assert calibration_error(truth, predicted, np.ones((1, 4)))[0] == pytest.approx(0.3)


def test_what_is_undefined_is_nan_and_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = np.zeros(5, np.int64)
        certain = np.tile([0.6, 0.4], (5, 1))
        scores = {name: s(one, certain)[0] for name, s in SCORES["binary"].items()}
        constant = {name: s(np.ones(4), np.ones(4))[0] for name, s in SCORES["number"].items()}
        nothing = {name: s(np.ones(0), np.ones(0))[0] for name, s in SCORES["number"].items()}
    assert np.isnan(scores["roc_auc"]) and np.isnan(scores["recall"])
    assert scores["accuracy"] == 1 and scores["f1"] == 0 and scores["precision"] == 0
    assert np.isnan(constant["r2"]) and constant["rmse"] == 0
    assert all(np.isnan(value) for value in nothing.values())


def test_no_rows_have_no_score():
    none = np.zeros(0, np.int64)
    for kind, classes in (("binary", 2), ("classes", 3)):
        for score in SCORES[kind].values():
            value = score(none, np.zeros((0, classes)))[0]
            assert np.isnan(value) or value == 0
