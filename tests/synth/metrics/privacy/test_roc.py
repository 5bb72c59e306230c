import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from synth.metrics.privacy.roc import Roc, estimate, resamples, roc, rocs


def scores(seed: int, shift: float = 0.5, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    members, others = rng.normal(shift, size=300), rng.normal(size=200)
    return (members.round(0), others.round(0)) if ties else (members, others)


@pytest.mark.parametrize("ties", [False, True])
def test_the_area_is_that_of_scikit_learn(ties: bool) -> None:
    members, others = scores(0, ties=ties)
    truth = np.repeat([1, 0], [300, 200])
    expected = roc_auc_score(truth, np.concatenate([members, others]))
    assert float(roc(members, others).area()) == pytest.approx(expected)


def test_rates_checked_by_hand() -> None:
    curve = roc(np.array([4.0, 3.0, 1.0, 0.0]), np.array([2.0, 1.0, -1.0, -2.0]))
    assert float(curve.true_positives_at(0.0)) == 0.5
    assert float(curve.true_positives_at(0.25)) == 0.5
    assert float(curve.true_positives_at(0.375)) == pytest.approx(0.625)  # half way into a tie
    assert float(curve.true_positives_at(1.0)) == 1.0


def test_equal_scores_say_nothing() -> None:
    curve = roc(np.zeros(10), np.zeros(20))
    assert float(curve.area()) == 0.5 and float(curve.true_positives_at(0.1)) == pytest.approx(0.1)


def test_a_perfect_attack() -> None:
    curve = roc(np.ones(10), np.zeros(20))
    assert float(curve.area()) == 1 and float(curve.true_positives_at(0.01)) == 1


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, held = 0.6382, 0  # of two normal variables half a standard deviation apart
    for seed in range(60):
        members, others = scores(seed)
        drawn = resamples(300, 200, 200, np.random.default_rng(seed))
        area = estimate(rocs(members, others, drawn).area())
        assert area.value == pytest.approx(float(roc(members, others).area()))
        held += area.low <= truth <= area.high
    assert held >= 52  # 57 are expected


def test_a_thinned_curve_keeps_its_ends() -> None:
    line = np.linspace(0, 1, 5000)
    points = Roc(line, line**0.5).points()
    assert len(points["fpr"]) <= 200
    assert (points["fpr"][0], points["tpr"][0], points["fpr"][-1]) == (0.0, 0.0, 1.0)
    assert points["fpr"][20] < 0.02
