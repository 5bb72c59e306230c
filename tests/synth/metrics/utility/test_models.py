"""Models: they learn what there is, give the same answers twice, and take tables of any kind."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from synth.metrics.utility import models
from synth.metrics.utility.models import Learner, TreeSize
from tests.synth.metrics.utility.tables import features, people

MODELS = ["lightgbm", "linear"]


def _split(target, rows=600):
    both = features(people(rows), people(400, seed=1))
    given = [part.without([target]) for part in both]
    return given, [part.column(target) for part in both]


@pytest.mark.parametrize("model", MODELS)
def test_a_label_is_learned(model):
    (train, test), (y, y_test) = _split("bought")
    predict = Learner(model, 2, 0).fit(train, y.astype(int))
    answer = predict(test)
    assert answer.shape == (400, 2) and answer.sum(axis=1) == pytest.approx(1)
    assert roc_auc_score(y_test, answer[:, 1]) > 0.9


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("offset", [0.0, 1.6e15])
def test_a_number_of_any_size_is_learned(model, offset):
    (train, test), (y, y_test) = _split("income")
    answer = Learner(model, 0, 0).fit(train, y + offset)(test)
    assert r2_score(y_test + offset, answer) > 0.85


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("classes", [3, 5])
def test_classes_that_no_row_has_are_never_predicted(model, classes):
    (train, test), (y, y_test) = _split("group")
    place = np.array([0, classes - 2, classes - 1])
    answer = Learner(model, classes, 0).fit(train, place[y.astype(int)])(test)
    assert answer.shape == (400, classes) and answer.sum(axis=1) == pytest.approx(1)
    assert (place[y_test.astype(int)] == answer.argmax(axis=1)).mean() > 0.75
    if classes == 5:
        assert (answer[:, [1, 2]] == 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_same_rows_give_the_same_model(model):
    (train, test), (y, _) = _split("bought")
    answers = [Learner(model, 2, 7).fit(train, y.astype(int))(test) for _ in range(2)]
    assert (answers[0] == answers[1]).all()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("rows", [2, 5, 50])
def test_few_rows_warn_of_nothing(model, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for target, classes in (("bought", 2), ("group", 3), ("income", 0)):
            (train, test), (y, _) = _split(target, rows)
            answer = Learner(model, classes, 0).fit(train, y.astype(int) if classes else y)(test)
            assert np.isfinite(answer).all() and len(answer) == 400


@pytest.mark.parametrize("model", MODELS)
def test_without_columns_or_with_one_class_the_answer_is_the_share(model):
    (train, test), (y, _) = _split("bought")
    bare = train.take(np.arange(4)).without(train.names)
    answer = Learner(model, 2, 0).fit(bare, np.array([0, 0, 0, 1]))(test)
    assert answer.tolist() == [[0.75, 0.25]] * 400
    assert (Learner(model, 2, 0).fit(train, 0 * y.astype(int))(test) == [1, 0]).all()
    assert (Learner(model, 0, 0).fit(train, 0 * y + 3.5)(test) == 3.5).all()


def test_balanced_training_finds_more_of_the_rarer_class():
    (train, test), (y, y_test) = _split("bought")
    rare = np.flatnonzero(y == y.max())[:40]
    kept = np.sort(np.concatenate([np.flatnonzero(y == 0), rare]))
    found = {}
    for balanced in (False, True):
        learner = Learner("linear", 2, 0, balanced=balanced)
        answer = learner.fit(train.take(kept), y[kept].astype(int))(test)
        found[balanced] = (answer[y_test == 1, 1] > 0.5).mean()
    assert found[True] > found[False] + 0.05


def test_more_classes_have_fewer_rounds():
    size = TreeSize(trees=300, most_rounds=100, least_rounds=10)
    assert [size.rounds(classes) for classes in (0, 2, 3, 6, 50)] == [100, 100, 100, 50, 10]


def test_no_rows_are_refused():
    (train, _), (y, _) = _split("bought")
    with pytest.raises(ValueError, match="no rows"):
        Learner("linear", 2, 0).fit(train.take(np.arange(0)), y[:0])


def test_a_library_that_is_missing_is_named_with_the_way_to_get_it():
    with pytest.raises(ImportError, match=r"no_such_library: pip install 'lakesynth\[") as caught:
        models._optional("no_such_library")
    assert caught.value.name == "no_such_library"
