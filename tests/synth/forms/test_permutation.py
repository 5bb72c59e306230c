"""A permutation that looks like chance."""

import numpy as np
import pytest

from synth.forms.permutation import MOST, permuted


@pytest.mark.parametrize("size", [1, 2, 3, 10, 255, 256, 257, 1000, 65_537])
def test_every_number_is_hit_once(size: int) -> None:
    assert sorted(permuted(np.arange(size), size, 1)) == list(range(size))


def test_parts_of_a_large_range_do_not_meet() -> None:
    for size in (10**9 + 7, MOST):
        blocks = [permuted(np.arange(n, n + 1000), size, 3) for n in (0, 1000, 10**9 - 1000)]
        found = np.concatenate(blocks)
        assert len(set(found.tolist())) == 3000
        assert found.min() >= 0
        assert found.max() < size


def test_neighbours_lie_apart_and_evenly() -> None:
    found = permuted(np.arange(10_000), 10**6, 0)
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.05
    assert np.abs(np.histogram(found, 10, (0, 10**6))[0] - 1000).max() < 150


def test_the_same_numbers_come_each_time() -> None:
    assert permuted(np.arange(4), 1000, 0).tolist() == permuted(np.arange(4), 1000, 0).tolist()
    assert permuted(np.arange(4), 1000, 0).tolist() != permuted(np.arange(4), 1000, 1).tolist()
    with pytest.raises(ValueError, match="at most"):
        permuted(np.arange(4), MOST + 1, 0)
