"""Does a model that learned from the synthetic table do as well on real rows as one of real rows?

Every model is trained on real rows, on synthetic ones, on both, and on a tenth of the real rows
with and without the synthetic ones; all of them answer for the same rows of the holdout. The
intervals are of these test rows (a bootstrap, paired between models); each model is trained once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.metrics.evidence import Evidence, Measured, Task
from synth.metrics.metric import Metric
from synth.metrics.utility.curves import calibration_curve, roc_rates
from synth.metrics.utility.models import Learner
from synth.metrics.utility.parts import Parts, prepare_parts
from synth.metrics.utility.prediction_kinds import KINDS
from synth.metrics.utility.prediction_metrics import (
    Judged,
    augmentation_metrics,
    calibration_metrics,
    class_metrics,
    importance_of,
    loss_metric,
    score_metrics,
)
from synth.metrics.utility.regimes import real_pairs, train_regimes
from synth.metrics.utility.resampling import DRAWS, bootstrap_weights

__all__ = ["KINDS", "measure"]

_TEST = 400  # stream of randomness


def measure(evidence: Evidence) -> Measured:
    """All figures of the evidence's task; a note that says why where there is none.

    ``facts["train_on_synthetic"]``: the task, the number of rows, and for each model its curves and
    the importance of each column.
    """
    task = evidence.task
    if task is None:
        return Measured(
            notes=[
                "the utility for a prediction was not measured: no target is named, and none could "
                "be proposed from the data"
            ]
        )
    parts = prepare_parts(evidence, task)
    if parts.problem is not None:
        return Measured(
            notes=[
                f"the utility for predicting {task.target!r} was not measured: {parts.problem}",
                *parts.notes,
            ]
        )
    judged = _judge_all(evidence, task, parts)
    best = max(judged, key=_rank).model
    measured = Measured(notes=[*_task_notes(task, best), *parts.notes])
    facts: dict[str, Any] = {}
    for model in judged:
        metrics, notes, facts[model.model] = _figures(model, best=model.model == best)
        measured = measured + Measured(metrics, notes)
    return measured + Measured(facts={"train_on_synthetic": _facts(task, parts, best, facts)})


def _judge_all(evidence: Evidence, task: Task, parts: Parts) -> list[Judged]:
    rng = np.random.default_rng([evidence.seed, _TEST])
    weights = bootstrap_weights(parts.test.rows, rng)
    judged = []
    for model in task.models:
        evidence.follow(f"training {model} to predict {task.target!r}")
        classes = 0 if parts.classes is None else len(parts.classes)
        learner = Learner(model, classes, evidence.seed)
        trained, pairs = train_regimes(parts, learner), real_pairs(parts, learner)
        judged.append(Judged(model, task, parts, trained, pairs, weights, evidence.seed))
    return judged


def _rank(judged: Judged) -> float:
    score = judged.real_score()
    return -np.inf if np.isnan(score) else score


def _figures(judged: Judged, *, best: bool) -> tuple[list[Metric], list[str], dict[str, Any]]:
    """One model's metrics, what is to be said of them, and its curves."""
    notes = []
    loss = loss_metric(judged, best=best)
    if loss is None:
        notes.append(
            f"the utility loss of {judged.model} was not measured: on {len(judged.parts.test):,} "
            f"test rows the {judged.task.metric} of its predictions of {judged.task.target!r} is "
            "undefined or 0"
        )
    importance = importance_of(judged)
    if len(importance.columns) < importance.of:
        notes.append(
            f"the importance of {len(importance.columns)} of {importance.of} columns to "
            f"{judged.model} was measured, drawn at random"
        )
    if importance.agreement is None:
        notes.append(
            f"whether {judged.model} relies on the same columns was not measured: there are fewer "
            "than three columns, or none of them matters to its predictions"
        )
    metrics = [
        *([] if loss is None else [loss]),
        *score_metrics(judged),
        *calibration_metrics(judged),
        *class_metrics(judged),
        *augmentation_metrics(judged),
        *([] if importance.agreement is None else [importance.agreement]),
    ]
    return metrics, notes, {**_curves(judged), "importance": importance.facts()}


def _curves(judged: Judged) -> dict[str, Any]:
    """By regime; ROC curves of two classes only."""
    truth, classes = judged.parts.test.truth, judged.parts.classes
    if classes is None:
        return {}
    answers = {regime: trained.predicted for regime, trained in judged.trained.items()}
    curves: dict[str, Any] = {
        "calibration": {regime: calibration_curve(truth, p) for regime, p in answers.items()}
    }
    if len(classes) == 2:
        curves["roc"] = {regime: roc_rates(truth, p) for regime, p in answers.items()}
    return curves


def _task_notes(task: Task, best: str) -> list[str]:
    notes = []
    if task.proposed:
        notes.append(
            f"no target was named: {task.target!r} was proposed from the data; name the target "
            "that matters where it is another one"
        )
    if len(task.models) > 1:
        notes.append(
            f"the utility loss is that of {best}, which predicts {task.target!r} best when it is "
            "trained on real rows"
        )
    notes.append(
        f"the intervals of predictions are of the test rows ({DRAWS} bootstrap draws); each model "
        "was trained once, so that the chance in training is not in them"
    )
    return notes


def _facts(task: Task, parts: Parts, best: str, models: dict[str, Any]) -> dict[str, Any]:
    return {
        "target": task.target,
        "kind": task.kind,
        "metric": task.metric,
        "proposed": task.proposed,
        "classes": [] if parts.classes is None else list(parts.classes.names),
        "rows": {
            "train": len(parts.train),
            "synthetic": len(parts.synthetic),
            "test": len(parts.test),
        },
        "best": best,
        "models": models,
    }
