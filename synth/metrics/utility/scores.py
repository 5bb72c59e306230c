"""How well predictions meet the truth, for many weightings of the rows at once.

A weighting is one row of ``weights``, float64 ``(draws, rows)``: how often each row counts. With
all ones it is the plain figure, with the counts of a bootstrap sample one draw of its distribution.
Every score gives float64 ``(draws,)``, NaN where a weighting leaves it undefined.

Truth is the class of each row, int64 ``(rows,)``, and predictions are probabilities, float64
``(rows, classes)``, where of two classes the second is the positive one; of a number both are
float64 ``(rows,)``. The figures equal those of scikit-learn for the same weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from synth.metrics.evidence import TaskKind

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[Any]

CALIBRATION_BINS = 10  # of equal width, as reliability diagrams have them


@dataclass(frozen=True)
class Score:
    """One way to judge predictions."""

    name: str
    measure: Callable[[Truth, Floats, Floats], Floats]
    higher_is_better: bool = True

    def __call__(self, truth: Truth, predicted: Floats, weights: Floats | None = None) -> Floats:
        """float64 ``(draws,)``; one draw in which each row counts once where no weights are."""
        weights = np.ones((1, len(truth))) if weights is None else weights
        return self.measure(truth, predicted, weights)


def confusion(truth: Truth, chosen: Truth, classes: int, weights: Floats) -> Floats:
    """float64 ``(draws, classes, classes)``: the weight of each true class (first), as chosen."""
    rows = np.arange(len(truth))
    shape = (classes * classes, len(truth))
    cells = sparse.csr_array((np.ones(len(truth)), (truth * classes + chosen, rows)), shape=shape)
    return np.asarray((cells @ weights.T).T.reshape(len(weights), classes, classes))


def class_recall(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """float64 ``(draws, classes)``: the share of each class that is recognised; NaN where none."""
    table = _confusion(truth, predicted, weights)
    return _ratio(_diagonal(table), table.sum(axis=2))


def accuracy(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The share of rows whose likeliest class is the true one."""
    right = (np.argmax(predicted, axis=1) == truth).astype(np.float64)
    return _ratio(weights @ right, weights.sum(axis=1))


def balanced_accuracy(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The mean recall of the classes that there are."""
    return _mean(class_recall(truth, predicted, weights))


def precision(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """Of the rows taken for positive, the share that is; 0 where none is taken."""
    return _class_precision(_confusion(truth, predicted, weights))[:, 1]


def recall(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """Of the positive rows, the share that is recognised."""
    return class_recall(truth, predicted, weights)[:, 1]


def f1(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The harmonic mean of the precision and the recall of the positive class."""
    return _class_f1(_confusion(truth, predicted, weights))[:, 1]


def precision_macro(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The mean precision of the classes that are true or predicted somewhere."""
    table = _confusion(truth, predicted, weights)
    return _mean(np.where(_occurs(table), _class_precision(table), np.nan))


def f1_macro(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The mean F1 of the classes that are true or predicted somewhere."""
    table = _confusion(truth, predicted, weights)
    return _mean(np.where(_occurs(table), _class_f1(table), np.nan))


def roc_auc(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The chance that a positive row is rated above another one (Hanley & McNeil 1982).

    Of more than two classes the mean over the classes, each against all others.
    """
    if predicted.shape[1] == 2:
        return _auc(truth == 1, predicted[:, 1], weights)
    each = [_auc(truth == k, predicted[:, k], weights) for k in range(predicted.shape[1])]
    return _mean(np.stack(each, axis=1))


def brier(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The mean squared error of the probabilities (Brier 1950): of the positive class, or of all.

    With two classes it lies in [0, 1], with more in [0, 2].
    """
    if predicted.shape[1] == 2:
        error = (predicted[:, 1] - (truth == 1)) ** 2
    else:
        hits = truth[:, None] == np.arange(predicted.shape[1])
        error = ((predicted - hits) ** 2).sum(axis=1)
    return _ratio(weights @ error, weights.sum(axis=1))


def calibration_error(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The expected calibration error over ten bins of equal width (Guo et al. 2017).

    Of two classes the positive one's probability is judged, of more the likeliest one's.
    """
    stated, met = stated_and_met(truth, predicted)
    member = calibration_bins(stated)[:, None] == np.arange(CALIBRATION_BINS)
    gap = np.abs(weights @ (member * (stated - met)[:, None]))
    return _ratio(gap.sum(axis=1), weights.sum(axis=1))


def stated_and_met(truth: Truth, predicted: Floats) -> tuple[Floats, Floats]:
    """The probability that is judged, and whether what it is stated of came true (0.0 or 1.0)."""
    if predicted.shape[1] == 2:
        return predicted[:, 1], (truth == 1).astype(np.float64)
    return predicted.max(axis=1), (np.argmax(predicted, axis=1) == truth).astype(np.float64)


def calibration_bins(stated: Floats) -> npt.NDArray[np.int64]:
    """int64 ``(rows,)``: the bin of each probability; an edge belongs to the bin below it."""
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)[1:-1]
    return np.asarray(np.searchsorted(edges, stated), np.int64)


def rmse(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The root of the mean squared error, in the column's own unit."""
    return np.asarray(np.sqrt(_ratio(weights @ (truth - predicted) ** 2, weights.sum(axis=1))))


def mae(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The mean absolute error, in the column's own unit."""
    return _ratio(weights @ np.abs(truth - predicted), weights.sum(axis=1))


def r2(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    """The share of the variance that is explained; below 0 the mean would do better."""
    total = weights.sum(axis=1)
    centred = truth - truth.mean() if len(truth) else truth  # squares of dates would lose digits
    spread = weights @ centred**2 - _ratio((weights @ centred) ** 2, total)
    explained = 1 - _ratio(weights @ (truth - predicted) ** 2, spread)
    return np.asarray(explained, np.float64)


def _scores(*scores: Score) -> dict[str, Score]:
    return {score.name: score for score in scores}


SCORES: dict[TaskKind, dict[str, Score]] = {
    "binary": _scores(
        Score("roc_auc", roc_auc),
        Score("accuracy", accuracy),
        Score("balanced_accuracy", balanced_accuracy),
        Score("precision", precision),
        Score("recall", recall),
        Score("f1", f1),
        Score("brier", brier, higher_is_better=False),
    ),
    "classes": _scores(
        Score("f1_macro", f1_macro),
        Score("accuracy", accuracy),
        Score("balanced_accuracy", balanced_accuracy),
        Score("precision_macro", precision_macro),
        Score("roc_auc", roc_auc),
        Score("brier", brier, higher_is_better=False),
    ),
    "number": _scores(
        Score("r2", r2),
        Score("rmse", rmse, higher_is_better=False),
        Score("mae", mae, higher_is_better=False),
    ),
}


def _auc(positive: npt.NDArray[np.bool_], rated: Floats, weights: Floats) -> Floats:
    if not len(rated):
        return np.full(len(weights), np.nan)
    order = np.argsort(rated, kind="stable")
    starts = np.flatnonzero(np.diff(rated[order], prepend=-np.inf))
    hits, misses = order[positive[order]], order[~positive[order]]
    tie = np.empty(len(rated), np.int64)
    tie[order] = np.searchsorted(starts, np.arange(len(order)), side="right") - 1
    below = np.zeros((len(weights), len(starts) + 1))
    if len(misses):
        first = np.flatnonzero(np.diff(tie[misses], prepend=-1))
        sums = np.add.reduceat(weights[:, misses], first, axis=1)
        below[:, tie[misses][first] + 1] = sums
    below = np.cumsum(below, axis=1)  # (draws, ties + 1): negatives rated below each tie
    middle = (below[:, :-1] + below[:, 1:]) / 2
    won = np.einsum("dh,dh->d", weights[:, hits], middle[:, tie[hits]])
    return _ratio(won, weights[:, hits].sum(axis=1) * below[:, -1])


def _confusion(truth: Truth, predicted: Floats, weights: Floats) -> Floats:
    return confusion(truth, np.argmax(predicted, axis=1), predicted.shape[1], weights)


def _class_precision(table: Floats) -> Floats:
    return np.nan_to_num(_ratio(_diagonal(table), table.sum(axis=1)))


def _class_f1(table: Floats) -> Floats:
    both = table.sum(axis=1) + table.sum(axis=2)
    return np.nan_to_num(_ratio(2 * _diagonal(table), both))


def _occurs(table: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(table.sum(axis=1) + table.sum(axis=2) > 0)


def _diagonal(table: Floats) -> Floats:
    return np.asarray(np.diagonal(table, axis1=1, axis2=2))


def _mean(values: Floats) -> Floats:
    """Over the classes that have a value; NaN where none has."""
    known = ~np.isnan(values)
    return _ratio(np.where(known, values, 0).sum(axis=1), known.sum(axis=1))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing to divide by."""
    empty = np.full(np.shape(part), np.nan)
    return np.asarray(np.divide(part, whole, out=empty, where=whole > 0), np.float64)
