"""Which columns a model relies on, by permutation, and whether two models rely on the same ones.

The importance of a column is what the model's score loses where the column's values are shuffled
among the test rows (L. Breiman, Random Forests, 2001; A. Fisher et al., JMLR 2019). It is alike for
every kind of model, and unlike split counts it is measured on real rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from synth.metrics.evidence import Task
from synth.metrics.features import Features, Floats
from synth.metrics.utility.models import Predict
from synth.metrics.utility.parts import Labelled
from synth.metrics.utility.scores import SCORES

ROWS = 2_000  # test rows whose columns are shuffled
LEAST_COLUMNS = 3  # of fewer no rank correlation tells anything
MOST_COLUMNS = 40  # of a wide table: each takes a prediction of all rows
IMMATERIAL = 0.01  # of the largest importance: below, the order of columns is chance


def permutation_importance(
    task: Task,
    predict: Predict,
    test: Labelled,
    weights: Floats,
    rng: np.random.Generator,
    places: Sequence[int] | None = None,
) -> Floats:
    """float64 ``(draws, places)``: the loss of the task's metric, in its own unit.

    Of the columns at these places; of all where none are given.

    Give two models generators of the same seed: they are then shown the same rows.
    """
    score = SCORES[task.kind][task.metric]
    whole = score(test.truth, predict(test.rows), weights)
    losses = []
    for place in range(len(test.rows.columns)) if places is None else places:
        values = test.rows.values.copy()
        values[:, place] = values[rng.permutation(len(values)), place]
        shuffled = Features(test.rows.columns, values)
        worse = whole - score(test.truth, predict(shuffled), weights)
        losses.append(worse if score.higher_is_better else -worse)
    return np.stack(losses, axis=1) if losses else np.zeros((len(weights), 0))


def rank_agreement(first: Floats, second: Floats) -> Floats:
    """float64 ``(draws,)``: Spearman's correlation of two importances ``(draws, columns)``.

    Ties share their mean rank, and columns of less than 1 % of the largest importance are a tie.
    NaN of fewer than three columns, and where all are equal.
    """
    if first.shape[1] < LEAST_COLUMNS:
        return np.full(len(first), np.nan)
    a, b = (rankdata(_material(each), axis=1) for each in (first, second))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    agreed = np.divide((a * b).sum(axis=1), spread, out=np.full(len(a), np.nan), where=spread > 0)
    undefined = np.isnan(first).any(axis=1) | np.isnan(second).any(axis=1)
    return np.where(undefined, np.nan, np.clip(agreed, -1, 1))


def _material(importance: Floats) -> Floats:
    """0 for what is next to nothing, or below it."""
    least = IMMATERIAL * importance.max(axis=1, keepdims=True)
    return np.where(importance > np.maximum(least, 0), importance, 0.0)
