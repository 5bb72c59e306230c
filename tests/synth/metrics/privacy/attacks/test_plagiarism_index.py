from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.privacy.attacks.plagiarism_index import ATTACK, score
from synth.metrics.privacy.nearest import Neighbours
from tests.synth.metrics.privacy.attacks.sights import area, sight_of


def test_members_of_a_copied_table_score_higher_and_of_a_fresh_one_they_do_not() -> None:
    assert area(ATTACK, copied=1.0) > 0.53
    assert 0.42 < area(ATTACK, copied=0.0) < 0.58


def test_shares_checked_by_hand() -> None:
    sight = sight_of()
    near = Neighbours(np.array([[0.0, 0.1, 9.0]]), np.zeros((1, 3), np.int64))
    far = Neighbours(np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 3), np.int64))
    both = replace(sight, near_synthetic=near, near_reference=far)
    assert score(both) == pytest.approx([3 / 6])  # fewer than twenty: all of them
    many = Neighbours(np.linspace(0, 1, 19)[None], np.zeros((1, 19), np.int64))
    both = replace(sight, near_synthetic=many, near_reference=far)
    assert score(both) == pytest.approx([19 / 20])
