from synth.metrics.privacy.attacks.gen_lra import ATTACK
from tests.synth.metrics.privacy.attacks.sights import area


def test_members_of_a_copied_table_score_higher_and_of_a_fresh_one_they_do_not() -> None:
    assert area(ATTACK, copied=1.0) > 0.7
    assert 0.42 < area(ATTACK, copied=0.0) < 0.58
