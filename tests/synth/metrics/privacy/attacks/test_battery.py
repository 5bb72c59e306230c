from synth.metrics.privacy.attacks.battery import BATTERY
from tests.synth.metrics.privacy.attacks.sights import sight_of


def test_there_are_nine_attacks_of_different_names() -> None:
    assert len({attack.name for attack in BATTERY}) == len(BATTERY) == 9


def test_attacks_say_the_same_twice() -> None:
    for attack in BATTERY:
        assert (attack.score(sight_of()) == attack.score(sight_of())).all()
