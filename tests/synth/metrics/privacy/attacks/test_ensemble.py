import numpy as np
import pytest

from synth.metrics.privacy.attacks.battery import BATTERY
from synth.metrics.privacy.attacks.ensemble import mean_rank
from tests.synth.metrics.privacy.attacks.sights import area_of, sight_of


def test_ranks_checked_by_hand() -> None:
    found = mean_rank([np.array([1.0, 2.0, 3.0, 3.0]), np.array([-5.0, 70.0, 0.0, 1.0])])
    assert found == pytest.approx(np.array([1, 3, 2.75, 3.25]) / 4)


def test_the_ensemble_finds_what_most_attacks_find() -> None:
    assert area_of(mean_rank([one.score(sight_of(1.0)) for one in BATTERY])) > 0.9
