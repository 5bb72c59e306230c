"""The figures of one model under all regimes, each with its interval and its reference."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth.metrics.copies import binomial_interval
from synth.metrics.evidence import Task
from synth.metrics.features import Floats
from synth.metrics.metric import Metric
from synth.metrics.utility.importance import (
    MOST_COLUMNS,
    ROWS,
    permutation_importance,
    rank_agreement,
)
from synth.metrics.utility.parts import Parts
from synth.metrics.utility.regimes import IN_WORDS, RealPair, Regime, Trained, relative_loss
from synth.metrics.utility.resampling import interval_of
from synth.metrics.utility.scores import SCORES, calibration_error, class_recall

_SHUFFLE = 430  # stream of randomness
MOST_RANKED_CLASSES = 10  # of more the mean AUC over all of them says little, and takes long


@dataclass(frozen=True)
class Judged:
    """One model: its answers under each regime, and those of models of real rows alone.

    ``weights`` float64 ``(draws, test rows)``: first all ones, then bootstrap counts.
    """

    model: str
    task: Task
    parts: Parts
    trained: dict[Regime, Trained]
    pairs: list[RealPair]
    weights: Floats
    seed: int

    def loss(self, better: Regime, worse: Regime) -> Floats:
        """float64 ``(draws,)``: the relative loss of one regime against another."""
        first, second = self.trained[better].predicted, self.trained[worse].predicted
        return relative_loss(self.task, self.parts.test.truth, first, second, self.weights)

    def real_score(self) -> float:
        """The task's metric of the real-trained model, turned so that higher is better."""
        score = SCORES[self.task.kind][self.task.metric]
        value = float(score(self.parts.test.truth, self.trained["real"].predicted)[0])
        return value if score.higher_is_better else -value


def loss_metric(judged: Judged, *, best: bool) -> Metric | None:
    """The utility loss; None where it is undefined (a test part of one class)."""
    drawn = judged.loss("real", "synthetic")
    references = [
        float(
            relative_loss(
                judged.task,
                pair.test.truth,
                pair.first(pair.test.rows),
                pair.second(pair.test.rows),
            )[0]
        )
        for pair in judged.pairs
    ]
    name = "utility_loss" if best else "model_utility_loss"
    return _metric(name, drawn, judged.model, reference=_known_mean(references), higher=False)


def score_metrics(judged: Judged) -> list[Metric]:
    """Every score of the task's kind under every regime."""
    metrics = []
    truth, weights = judged.parts.test.truth, judged.weights
    classes = judged.parts.classes
    for score in SCORES[judged.task.kind].values():
        many = classes is not None and len(classes) > MOST_RANKED_CLASSES
        if many and score.name == "roc_auc" != judged.task.metric:
            continue
        name = "task_score" if score.higher_is_better else "task_error"
        real = score(truth, judged.trained["real"].predicted)[0]
        for regime, trained in judged.trained.items():
            metrics.append(
                _metric(
                    name,
                    score(truth, trained.predicted, weights),
                    f"{judged.model}, {IN_WORDS[regime]}, {score.name}",
                    reference=_known(real) if regime == "synthetic" else None,
                    higher=score.higher_is_better,
                )
            )
    return [metric for metric in metrics if metric is not None]


def calibration_metrics(judged: Judged) -> list[Metric]:
    """The expected calibration error under every regime; none for a number."""
    if judged.parts.classes is None:
        return []
    truth = judged.parts.test.truth
    real = calibration_error(truth, judged.trained["real"].predicted, judged.weights[:1])[0]
    metrics = [
        _metric(
            "calibration_error",
            calibration_error(truth, trained.predicted, judged.weights),
            f"{judged.model}, {IN_WORDS[regime]}",
            reference=_known(real) if regime == "synthetic" else None,
            higher=False,
        )
        for regime, trained in judged.trained.items()
    ]
    return [metric for metric in metrics if metric is not None]


def class_metrics(judged: Judged) -> list[Metric]:
    """The recall of each class, and of the rarest once more; none for a number.

    The interval is the wider one of the bootstrap's and the exact one: where every row of a class
    is missed, a bootstrap sees no chance at all.
    """
    classes = judged.parts.classes
    if classes is None:
        return []
    truth = judged.parts.test.truth
    drawn = class_recall(truth, judged.trained["synthetic"].predicted, judged.weights)
    real = class_recall(truth, judged.trained["real"].predicted, judged.weights[:1])[0]
    counts = np.bincount(judged.parts.train.truth, minlength=len(classes))
    rarest = int(np.argmin(np.where(counts > 0, counts, np.iinfo(np.int64).max)))
    rows = np.bincount(truth, minlength=len(classes))
    metrics = []
    for place in np.flatnonzero(rows):
        hits, seen = round(drawn[0, place] * rows[place]), int(rows[place])
        recall = Metric(
            "class_recall",
            "table",
            hits / seen,
            interval=_hull(binomial_interval(hits, seen), interval_of(drawn[:, place])),
            reference=_known(real[place]),
            counts=(hits, seen),
            reference_counts=(round(real[place] * seen), seen),
            detail=judged.model,
            slice=f"{judged.task.target} = {classes.names[place]}",
        )
        metrics += [recall, *([replace(recall, name="minority_recall")] if place == rarest else [])]
    return metrics


def augmentation_metrics(judged: Judged) -> list[Metric]:
    """What synthetic rows add to few real rows, and to all of them."""
    gains: tuple[tuple[str, Regime, Regime], ...] = (
        ("10 % of the real rows", "tenth", "augmented"),
        ("all real rows", "real", "both"),
    )
    metrics = [
        _metric(
            "augmentation_gain",
            -judged.loss(without, added),
            f"{judged.model}, {rows}",
            reference=None,
            higher=True,
        )
        for rows, without, added in gains
    ]
    return [metric for metric in metrics if metric is not None]


@dataclass(frozen=True)
class Importance:
    """The agreement (None where undefined), and the importance of each of ``columns``, by regime.

    ``of`` is the number of columns that there are.
    """

    agreement: Metric | None
    columns: list[str]
    real: list[float]
    synthetic: list[float]
    of: int

    def facts(self) -> dict[str, list[str] | list[float]]:
        """For pictures."""
        return {"columns": self.columns, "real": self.real, "synthetic": self.synthetic}


def importance_of(judged: Judged) -> Importance:
    """How far the real and the synthetic importances agree, of at most 40 columns."""
    seed, test = [judged.seed, _SHUFFLE], judged.parts.test
    rng, names = np.random.default_rng(seed), test.rows.names
    places = np.sort(rng.permutation(len(test))[:ROWS])
    columns = [int(place) for place in np.sort(rng.permutation(len(names))[:MOST_COLUMNS])]
    shown, weights = test.take(places), judged.weights[:, places]
    real, synthetic = (
        permutation_importance(
            judged.task,
            judged.trained[regime].predict,
            shown,
            weights,
            np.random.default_rng(seed),
            columns,
        )
        for regime in ("real", "synthetic")
    )
    references = [_pair_agreement(judged.task, pair, seed, columns) for pair in judged.pairs]
    metric = _metric(
        "importance_agreement",
        rank_agreement(real, synthetic),
        judged.model,
        reference=_known_mean(references),
        higher=True,
    )
    losses = [[_finite(value) for value in each[0]] for each in (real, synthetic)]
    return Importance(metric, [names[k] for k in columns], losses[0], losses[1], len(names))


def _pair_agreement(task: Task, pair: RealPair, seed: list[int], columns: list[int]) -> float:
    places = np.arange(min(len(pair.test), ROWS))
    shown, once = pair.test.take(places), np.ones((1, len(places)))
    first, second = (
        permutation_importance(task, predict, shown, once, np.random.default_rng(seed), columns)
        for predict in (pair.first, pair.second)
    )
    return float(rank_agreement(first, second)[0])


def _metric(
    name: str,
    drawn: Floats,
    detail: str,
    *,
    reference: float | None,
    higher: bool,
) -> Metric | None:
    """Of the first draw, with the interval of the others; None where it is undefined."""
    if np.isnan(drawn[0]):
        return None
    return Metric(
        name,
        "table",
        float(drawn[0]),
        interval=interval_of(drawn),
        reference=reference,
        higher_is_better=higher,
        detail=detail,
    )


def _hull(first: tuple[float, float], second: tuple[float, float] | None) -> tuple[float, float]:
    """The interval that holds both."""
    return first if second is None else (min(first[0], second[0]), max(first[1], second[1]))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _known_mean(values: list[float]) -> float | None:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None


def _finite(value: float) -> float:
    return 0.0 if np.isnan(value) else float(value)
