import numpy as np
import pytest

from synth.metrics.privacy.epsilon import epsilon_lower_bound


def test_a_copy_is_far_from_private() -> None:
    rng = np.random.default_rng(0)
    assert epsilon_lower_bound(rng.random(1000) + 1, rng.random(1000), 20) > 4


def test_nothing_is_proved_where_nothing_is_told_apart() -> None:
    rng = np.random.default_rng(0)
    bounds = [epsilon_lower_bound(rng.random(500), rng.random(500)) for _ in range(40)]
    assert sum(bound > 0 for bound in bounds) <= 4


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0])
def test_randomised_response_is_bounded_from_below_and_never_overstated(epsilon: float) -> None:
    # Each answers truly with probability e^eps / (1 + e^eps): exactly epsilon-private.
    rng = np.random.default_rng(1)
    truth = np.exp(epsilon) / (1 + np.exp(epsilon))
    members, others = rng.random(50_000) < truth, rng.random(50_000) >= truth
    bound = epsilon_lower_bound(members.astype(float), others.astype(float))
    assert 0.85 * epsilon < bound <= epsilon


def test_more_attacks_prove_less() -> None:
    rng = np.random.default_rng(0)
    members, others = rng.normal(1, size=500), rng.normal(size=500)
    assert epsilon_lower_bound(members, others, 50) < epsilon_lower_bound(members, others, 1)
    assert epsilon_lower_bound(np.zeros(3), np.zeros(3)) == 0
