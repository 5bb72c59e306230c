"""Training regimes, pairs of real models, and the relative loss by hand."""

import numpy as np
import pytest

from synth.metrics.evidence import Task
from synth.metrics.utility.models import Learner
from synth.metrics.utility.parts import prepare_parts
from synth.metrics.utility.regimes import (
    IN_WORDS,
    REGIMES,
    real_pairs,
    relative_loss,
    train_regimes,
)
from synth.metrics.utility.scores import roc_auc
from tests.synth.metrics.utility.tables import evidence, people, shuffled


def _parts(synthetic):
    given = evidence(people(400), people(300, seed=1), synthetic, "bought")
    return prepare_parts(given, given.task)


def test_a_synthetic_table_without_dependence_teaches_nothing():
    parts = _parts(shuffled(people(400)))
    trained = train_regimes(parts, Learner("linear", 2, 0))
    assert tuple(trained) == REGIMES == tuple(IN_WORDS)
    once = np.ones((1, len(parts.test)))
    auc = {name: roc_auc(parts.test.truth, t.predicted, once)[0] for name, t in trained.items()}
    assert auc["real"] > 0.93 and auc["synthetic"] < 0.75
    assert auc["tenth"] > auc["augmented"]


def test_a_model_answers_as_its_predictions_say():
    parts = _parts(people(400, seed=2))
    for trained in train_regimes(parts, Learner("lightgbm", 2, 0)).values():
        assert (trained.predict(parts.test.rows) == trained.predicted).all()


def test_pairs_share_no_rows_and_are_both_good():
    parts = _parts(people(400, seed=2))
    pairs = real_pairs(parts, Learner("linear", 2, 0))
    assert [len(pair.test) for pair in pairs] == [150, 150]
    rows = [{tuple(row) for row in np.nan_to_num(pair.test.rows.values)} for pair in pairs]
    assert not rows[0] & rows[1]
    for pair in pairs:
        once = np.ones((1, len(pair.test)))
        for predict in (pair.first, pair.second):
            assert roc_auc(pair.test.truth, predict(pair.test.rows), once)[0] > 0.9


TRUTH = np.array([0, 0, 1, 1])
GOOD = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
HALF = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.8, 0.2]])


def test_the_loss_of_a_score_and_of_an_error():
    task = Task("y", "binary", "accuracy", 1)
    assert relative_loss(task, TRUTH, GOOD, HALF)[0] == pytest.approx(0.5)
    assert relative_loss(task, TRUTH, HALF, GOOD)[0] == pytest.approx(-1.0)
    number = Task("y", "number", "mae")
    truth, one, two = np.zeros(3), np.full(3, 1.0), np.full(3, 1.5)
    assert relative_loss(number, truth, one, two)[0] == pytest.approx(0.5)


def test_r2_is_judged_by_its_rmse():
    truth = np.array([0.0, 2.0, 4.0])
    task = Task("y", "number", "r2")
    assert relative_loss(task, truth, truth + 1, truth + 1.25)[0] == pytest.approx(0.25)


def test_models_that_do_not_err_are_alike_and_a_loss_of_nothing_is_undefined():
    task, truth = Task("y", "number", "rmse"), np.arange(3.0)
    assert relative_loss(task, truth, truth, truth)[0] == 0
    assert np.isnan(relative_loss(task, truth, truth, truth + 1)[0])
    one_class = np.zeros(4, np.int64)
    assert np.isnan(relative_loss(Task("y", "binary", "roc_auc", 1), one_class, GOOD, HALF)[0])
