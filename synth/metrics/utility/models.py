"""The downstream models: boosted trees (LightGBM) and linear ones (logistic, ridge regression).

Both are deterministic, and of a size that a data scientist would begin with. Features and target
are learned as they are: no model is tuned to the rows that it is tested on.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.learning.threads import one_thread
from synth.metrics.features import Features, Floats
from synth.metrics.utility.designs import LinearDesign, TreeDesign
from synth.metrics.utility.scores import Truth

Predict = Callable[[Features], Floats]

EXTRA = "lakesynth[judge]"
# Boosting's threads wait for each other at every split: with two of them on cores that others use
# a fit took 5 s instead of 0.1 s, and on idle ones they gain less than half.
THREADS = 1
ITERATIONS = 100  # of the logistic regression's solver; standardised columns need some dozens
TOLERANCE = 1e-3  # of its gradient: the last digits change no answer, and take most of the time
PENALTY = 1.0  # of ridge regression, and the inverse one of logistic regression: sklearn's own


@dataclass(frozen=True)
class TreeSize:
    """How far boosting goes. ``trees`` in all: more classes have fewer rounds, each a tree."""

    trees: int = 300
    most_rounds: int = 100
    least_rounds: int = 10
    leaves: int = 31
    bins: int = 63

    def rounds(self, classes: int) -> int:
        """The rounds for so many classes; one tree a round for a number and for two classes."""
        per_round = classes if classes > 2 else 1
        return max(self.least_rounds, min(self.most_rounds, self.trees // per_round))


@dataclass(frozen=True)
class Learner:
    """What is learned: ``classes`` is 0 for a number."""

    model: str
    classes: int
    seed: int
    size: TreeSize = TreeSize()
    balanced: bool = False  # every class has the same weight in training

    def fit(self, rows: Features, truth: Truth) -> Predict:
        """A model of these rows: ``predict(rows)`` gives probabilities, or numbers.

        ``rows`` are without the target; ``truth`` is int64 or float64 ``(rows,)``. A class that no
        row has gets the probability 0. ValueError where there is no row.
        """
        if not len(rows):
            raise ValueError("there are no rows to learn from")
        if not self.classes:
            return self._fit_number(rows, truth)
        known, places = np.unique(truth, return_inverse=True)
        if len(known) == 1 or not rows.columns:
            return _constant(np.bincount(truth, minlength=self.classes) / len(truth))
        fit = _fit_trees if self.model == "lightgbm" else _fit_logistic
        predict = fit(self, rows, places, len(known))

        def spread(tested: Features) -> Floats:
            """Probabilities of all classes from those of the classes that were seen."""
            every = np.zeros((len(tested), self.classes))
            every[:, known] = predict(tested)
            return every

        return spread

    def _fit_number(self, rows: Features, truth: Truth) -> Predict:
        """Learns the standardised number: LightGBM holds it in 32 bits."""
        mean, scale = float(truth.mean()), float(truth.std())
        if scale == 0 or not rows.columns:
            return _constant(np.array([mean]))
        fit = _fit_trees if self.model == "lightgbm" else _fit_ridge
        predict = fit(self, rows, (truth - mean) / scale, 1)
        return lambda tested: predict(tested) * scale + mean


def _constant(answer: Floats) -> Predict:
    if len(answer) == 1:
        return lambda tested: np.full(len(tested), answer[0])
    return lambda tested: np.tile(answer, (len(tested), 1))


def _fit_trees(learner: Learner, rows: Features, truth: Truth, classes: int) -> Predict:
    lightgbm = _optional("lightgbm")
    design = TreeDesign(rows.columns)
    objective = "regression" if not learner.classes else "binary" if classes == 2 else "multiclass"
    parameters: dict[str, Any] = {
        "objective": objective,
        "learning_rate": 0.1,
        "num_leaves": learner.size.leaves,
        "max_bin": learner.size.bins,
        "min_data_in_leaf": min(20, max(2, len(rows) // 20)),  # a tiny table splits as well
        "seed": learner.seed % 2**31,
        "num_threads": THREADS,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    if objective == "multiclass":
        parameters["num_class"] = classes
    data = lightgbm.Dataset(
        design.matrix(rows),
        truth,
        weight=_balanced_weights(truth) if learner.balanced and learner.classes else None,
        categorical_feature=design.categorical,
        params={"max_bin": learner.size.bins, "verbose": -1},
    )
    booster = lightgbm.train(parameters, data, num_boost_round=learner.size.rounds(classes))

    def predict(tested: Features) -> Floats:
        answer = np.asarray(booster.predict(design.matrix(tested), num_threads=THREADS), np.float64)
        return np.stack([1 - answer, answer], axis=1) if objective == "binary" else answer

    return predict


def _fit_logistic(learner: Learner, rows: Features, truth: Truth, classes: int) -> Predict:
    design = LinearDesign.fit(rows)
    weight = "balanced" if learner.balanced else None
    model = _optional("sklearn.linear_model").LogisticRegression(
        C=PENALTY, max_iter=ITERATIONS, tol=TOLERANCE, class_weight=weight
    )
    _fit_quietly(model, design.matrix(rows), truth)
    return lambda tested: np.asarray(model.predict_proba(design.matrix(tested)), np.float64)


def _fit_ridge(learner: Learner, rows: Features, truth: Truth, classes: int) -> Predict:
    design = LinearDesign.fit(rows)
    model = _optional("sklearn.linear_model").Ridge(alpha=PENALTY)
    _fit_quietly(model, design.matrix(rows), truth)
    return lambda tested: np.asarray(model.predict(design.matrix(tested)), np.float64)


def _fit_quietly(model: Any, matrix: Floats, truth: Truth) -> None:
    """A solver that stops at its last iteration is judged by what it predicts, like any model."""
    ignored = _optional("sklearn.exceptions").ConvergenceWarning
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore", ignored)
        model.fit(matrix, truth)


def _optional(module: str) -> Any:
    """A module of the optional extra; ImportError says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"the utility of a table is measured with {error.name}: pip install '{EXTRA}'",
            name=error.name,
        ) from error


def _balanced_weights(truth: Truth) -> Floats:
    """float64 ``(rows,)``: every class weighs the same in all, and a row 1 on average."""
    _, places, counts = np.unique(truth, return_inverse=True, return_counts=True)
    return np.asarray(len(truth) / (len(counts) * counts[places]), np.float64)
