import numpy as np

from synth.metrics.privacy.attacks.sight import NEIGHBOURS
from tests.synth.metrics.privacy.attacks.sights import setting_of, sight_of


def test_an_attacker_sees_neighbours_in_both_tables() -> None:
    sight = sight_of(1.0)
    shape = len(sight.targets), NEIGHBOURS
    assert sight.near_synthetic.distances.shape == sight.near_reference.distances.shape == shape
    member = setting_of().targets.member
    assert (sight.near_synthetic.distances[member, 0] == 0).all()
    gaps = sight.synthetic.points[sight.near_synthetic.places[:, 3]] - sight.targets.points
    assert np.allclose(np.linalg.norm(gaps, axis=1), sight.near_synthetic.distances[:, 3])
