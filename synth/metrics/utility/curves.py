"""Curves of predictions for pictures: the ROC curve, and the reliability diagram."""

from __future__ import annotations

import numpy as np

from synth.metrics.delong import roc_curve
from synth.metrics.features import Floats
from synth.metrics.utility.scores import (
    CALIBRATION_BINS,
    Truth,
    calibration_bins,
    stated_and_met,
)

RATES = 101  # points of a curve, whatever the rows: no point is one row's
LEAST_ROWS = 10  # of a bin: the share of fewer is chance, and nearly tells what single rows are


def roc_rates(truth: Truth, predicted: Floats) -> dict[str, list[float]] | None:
    """The true positive rate at 0, 1, ... 100 % false positives; None where a class is missing.

    ``truth`` is 0 or 1, ``predicted`` float64 ``(rows, 2)``.
    """
    positive = truth == 1
    if positive.all() or not positive.any():
        return None
    rates, hits = roc_curve(predicted[positive, 1], predicted[~positive, 1], RATES)
    return {
        "false_positive_rate": [round(float(rate), 4) for rate in rates],
        "true_positive_rate": [round(float(hit), 6) for hit in hits],
    }


def calibration_curve(truth: Truth, predicted: Floats) -> dict[str, list[float]]:
    """For each bin of ten rows or more: the mean stated probability, the share that came true.

    Of two classes of the positive one's probability, of more of the likeliest one's.
    """
    stated, met = stated_and_met(truth, predicted)
    bins = calibration_bins(stated)
    rows = np.bincount(bins, minlength=CALIBRATION_BINS)
    filled = rows >= LEAST_ROWS
    sums = [np.bincount(bins, each, minlength=CALIBRATION_BINS)[filled] for each in (stated, met)]
    said, came_true = (total / rows[filled] for total in sums)
    return {
        "stated": [float(value) for value in said],
        "met": [float(value) for value in came_true],
        "rows": [float(value) for value in rows[filled]],
    }
