"""Curves against scikit-learn's, and curves of nothing."""

import numpy as np
import pytest
from sklearn import calibration, metrics

from synth.metrics.utility.curves import RATES, calibration_curve, roc_rates


def _binary(rows=500):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, rows)
    stated = np.round(np.clip(rng.random(rows) * 0.6 + truth * 0.3, 0, 1), 2)  # ties
    return truth, np.stack([1 - stated, stated], axis=1)


def test_the_roc_curve_is_sklearns_at_whole_per_cents():
    truth, predicted = _binary()
    curve = roc_rates(truth, predicted)
    alarms, hits, _ = metrics.roc_curve(truth, predicted[:, 1], drop_intermediate=False)
    assert len(curve["true_positive_rate"]) == RATES
    expected = np.interp(np.linspace(0, 1, RATES), alarms, hits)
    assert curve["true_positive_rate"] == pytest.approx(expected, abs=1e-5)


def test_one_class_has_no_roc_curve():
    _, predicted = _binary()
    assert roc_rates(np.zeros(500), predicted) is None
    assert roc_rates(np.ones(500), predicted) is None


def test_the_reliability_diagram_is_sklearns():
    truth, predicted = _binary()
    curve = calibration_curve(truth, predicted)
    met, stated = calibration.calibration_curve(truth, predicted[:, 1], n_bins=10)
    assert curve["met"] == pytest.approx(met) and curve["stated"] == pytest.approx(stated)
    assert sum(curve["rows"]) == 500


def test_a_bin_of_few_rows_is_not_told():
    predicted = np.array([[0.95, 0.05]] * 10 + [[0.45, 0.55]] * 9)
    curve = calibration_curve(np.zeros(19, int), predicted)
    assert curve["rows"] == [10.0] and curve["stated"] == [pytest.approx(0.05)]


def test_of_more_classes_it_is_the_likeliest_ones():
    curve = calibration_curve(np.array([0, 1, 2, 0] * 3), np.array([[0.8, 0.1, 0.1]] * 12))
    assert curve == {"stated": [pytest.approx(0.8)], "met": [0.5], "rows": [12.0]}


def test_no_rows_have_an_empty_curve():
    curve = calibration_curve(np.zeros(0, int), np.zeros((0, 2)))
    assert curve == {"stated": [], "met": [], "rows": []}
