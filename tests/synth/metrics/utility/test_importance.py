"""Permutation importance finds the columns that matter; agreement is Spearman's correlation."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from synth.metrics.utility.importance import permutation_importance, rank_agreement
from synth.metrics.utility.models import Learner
from synth.metrics.utility.parts import prepare_parts
from tests.synth.metrics.utility.tables import evidence, people


@pytest.mark.parametrize(("target", "metric"), [("bought", "roc_auc"), ("income", "rmse")])
def test_the_columns_that_matter_stand_first(target, metric):
    given = evidence(people(500), people(300, seed=1), people(500), target, metric=metric)
    parts = prepare_parts(given, given.task)
    learner = Learner("lightgbm", 2 if parts.classes else 0, 0)
    predict = learner.fit(parts.train.rows, parts.train.truth)
    once = np.ones((1, len(parts.test)))
    losses = permutation_importance(
        given.task, predict, parts.test, once, np.random.default_rng(0)
    )[0]
    ranked = dict(zip(parts.test.rows.names, losses, strict=True))
    assert ranked["one"] == ranked["none"] == ranked["void"] == 0
    assert ranked["age"] > ranked["city" if target == "bought" else "job"] > 0.01 * ranked["age"]
    few = permutation_importance(
        given.task, predict, parts.test, once, np.random.default_rng(0), [0]
    )
    assert few.shape == (1, 1) and few[0, 0] == ranked["age"]


def test_agreement_is_spearmans():
    rng = np.random.default_rng(0)
    a = rng.integers(1, 5, (5, 8)).astype(float)
    b = a + rng.random(a.shape) * 3
    expected = [spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)]
    assert rank_agreement(a, b) == pytest.approx(expected)


def test_columns_that_do_not_matter_are_a_tie():
    a = np.array([[5.0, 3.0, 0.001, -0.002, 0.0]])
    b = np.array([[9.0, 4.0, -0.001, 0.002, 0.001]])
    assert rank_agreement(a, b)[0] == pytest.approx(1)


def test_what_cannot_be_ranked_is_undefined():
    same = np.ones((2, 4))
    assert np.isnan(rank_agreement(same, np.arange(8.0).reshape(2, 4))).all()
    assert np.isnan(rank_agreement(np.ones((2, 2)), np.ones((2, 2)))).all()
    hole = np.array([[1.0, np.nan, 2.0]])
    assert np.isnan(rank_agreement(hole, np.array([[1.0, 2.0, 3.0]]))).all()
