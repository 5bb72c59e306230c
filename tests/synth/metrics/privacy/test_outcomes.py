import numpy as np
import pytest

from synth.metrics.privacy.outcomes import attack, target_sets, worst, worst_by_chance
from tests.synth.metrics.privacy.attacks.sights import setting_of, sight_of


def test_every_attack_is_tried_on_every_set() -> None:
    outcomes = attack(setting_of(), sight_of(), draws=50)
    assert len({one.label for one in outcomes}) == len(outcomes) == 20
    assert [name for name, _ in target_sets(setting_of().targets)] == ["random", "vulnerable"]


def test_the_worst_has_a_wider_interval_than_it_would_have_alone() -> None:
    outcomes = attack(setting_of(), sight_of(), draws=100)
    found = worst(outcomes, "membership_auc")
    figure = found.outcome.figures["membership_auc"]
    assert found.value == max(one.figures["membership_auc"].value for one in outcomes)
    assert found.interval[0] < figure.low and found.interval[1] > figure.high
    assert 0.5 < worst_by_chance(outcomes) < 0.6


def test_too_few_other_rows_have_no_rate_of_false_alarms() -> None:
    outcomes = attack(setting_of(), sight_of(), draws=10)  # 300 random, 75 vulnerable ones
    assert worst(outcomes, "membership_tpr_1") is None
    assert worst(outcomes, "membership_tpr_10") is not None


def test_scores_from_elsewhere_join_the_battery_and_the_ensemble() -> None:
    setting = setting_of()
    known = setting.targets.member.astype(float)
    outcomes = attack(setting, sight_of(), {"oracle": known}, draws=20)
    assert worst(outcomes, "membership_auc").outcome.attack == "oracle"
    assert worst(outcomes, "membership_auc").interval[0] > 0.8
    with pytest.raises(ValueError):
        attack(setting, sight_of(), {"wrong": np.zeros(3)}, draws=20)
