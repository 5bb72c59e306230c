import itertools

import numpy as np
import pytest

from synth.metrics.privacy.control_size import singled_out

RNG = np.random.default_rng(0)


def test_of_fewer_rows_it_is_the_mean_over_all_subsets() -> None:
    matches = np.array([0, 1, 2, 3, 5])
    for wanted in (1, 2, 3, 5):
        subsets = list(itertools.combinations(range(5), wanted))
        expected = sum(
            sum(place < hits for place in subset) == 1 for hits in matches for subset in subsets
        )
        found = singled_out(matches, 5, wanted, RNG)
        assert found.count == pytest.approx(expected / len(subsets)) and found.spread == 0


def test_at_its_own_size_it_is_what_was_counted() -> None:
    matches = np.array([0, 1, 1, 2, 9])
    assert singled_out(matches, 20, 20, RNG).count == pytest.approx(2)


MEANS = {
    "alike": lambda rng: np.full(1000, 0.3),
    "log": lambda rng: rng.lognormal(-1.5, 1.5, 1000),
    "rare": lambda rng: np.where(rng.random(1000) < 0.7, 0.0, rng.exponential(0.4, 1000)),
}


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("kind", MEANS)
def test_of_more_rows_it_is_near_what_more_rows_show(factor: int, kind: str) -> None:
    errors, spreads = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        means = MEANS[kind](rng)
        found = singled_out(rng.poisson(means), 1000, factor * 1000, rng)
        truth = float((factor * means * np.exp(-factor * means)).sum())
        errors.append((found.count - truth) / 1000)
        spreads.append(found.spread / 1000)
    assert abs(np.mean(errors)) < 0.05
    assert np.mean(spreads) == pytest.approx(np.std(errors), rel=0.5)


def test_many_matches_and_none_do_not_single_out() -> None:
    assert singled_out(np.full(50, 400), 1000, 4000, RNG).count < 0.01
    assert singled_out(np.zeros(500, np.int64), 1000, 4000, RNG).count < 0.01
