"""What a model is trained on: real rows, synthetic ones, both, or a few real ones with their help.

"Train on synthetic, test on real" (TSTR) against "train on real, test on real" (TRTR): C. Esteban
et al., Real-valued (medical) time series generation with recurrent conditional GANs, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from synth.metrics.evidence import Task
from synth.metrics.features import Floats
from synth.metrics.utility.models import Learner, Predict
from synth.metrics.utility.parts import Labelled, Parts
from synth.metrics.utility.resampling import random_part
from synth.metrics.utility.scores import SCORES, Truth

Regime = Literal["real", "synthetic", "both", "tenth", "augmented"]
REGIMES: tuple[Regime, ...] = get_args(Regime)
IN_WORDS: dict[Regime, str] = {
    "real": "trained on real rows",
    "synthetic": "trained on synthetic rows",
    "both": "trained on real and synthetic rows",
    "tenth": "trained on 10 % of the real rows",
    "augmented": "trained on 10 % of the real rows and the synthetic rows",
}
FEW = 0.1  # of the real rows: who has so few hopes most that synthetic rows help
_FEW, _HALVES = 420, 421  # streams of randomness


@dataclass(frozen=True)
class Trained:
    """A model of one regime: what it answers for the test rows."""

    predict: Predict
    predicted: Floats


def train_regimes(parts: Parts, learner: Learner) -> dict[Regime, Trained]:
    """One model for each regime, all of the same settings."""
    rng = np.random.default_rng([learner.seed, _FEW])
    few = parts.train.take(random_part(parts.train.rows, FEW, rng)[0])
    if not len(few):
        few = parts.train
    given: dict[Regime, Labelled] = {
        "real": parts.train,
        "synthetic": parts.synthetic,
        "both": parts.train + parts.synthetic,
        "tenth": few,
        "augmented": few + parts.synthetic,
    }
    trained = {}
    for regime in REGIMES:
        predict = learner.fit(given[regime].rows, given[regime].truth)
        trained[regime] = Trained(predict, predict(parts.test.rows))
    return trained


@dataclass(frozen=True)
class RealPair:
    """Two models of as many real rows each, none of them shared, and rows that test both."""

    test: Labelled
    first: Predict
    second: Predict


def real_pairs(parts: Parts, learner: Learner) -> list[RealPair]:
    """Half of the test rows train a model, so many train rows another; the other half tests both.

    Twice, with the halves exchanged: what a perfect synthetic table of that size would reach.
    """
    rng = np.random.default_rng([learner.seed, _HALVES])
    halves = random_part(parts.test.rows, 0.5, rng)
    pairs = []
    for other, judged in (halves, halves[::-1]):
        if not len(other) or not len(judged):
            continue
        unseen = parts.test.take(other)
        places = rng.permutation(len(parts.train))[: len(unseen)]
        same = parts.train.take(np.sort(places))
        models = [learner.fit(part.rows, part.truth) for part in (same, unseen)]
        pairs.append(RealPair(parts.test.take(judged), models[0], models[1]))
    return pairs


def relative_loss(
    task: Task, truth: Truth, first: Floats, second: Floats, weights: Floats | None = None
) -> Floats:
    """float64 ``(draws,)``: how much worse the second answers are, as a share of the first's score.

    ``(first - second) / first`` of a score, ``(second - first) / first`` of an error. R2 is judged
    by its root mean squared error: a share of an R2 near 0 would be boundless. NaN where the first
    score is not above 0; 0 where neither model errs.
    """
    score = SCORES[task.kind]["rmse" if task.metric == "r2" else task.metric]
    a, b = score(truth, first, weights), score(truth, second, weights)
    worse = a - b if score.higher_is_better else b - a
    loss = np.divide(worse, a, out=np.full(len(a), np.nan), where=a > 0)
    return np.where((a == b) & (a == 0), 0.0, loss)
