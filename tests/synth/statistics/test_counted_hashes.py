from collections import Counter

import numpy as np
import pytest

from synth.statistics.counted_hashes import CountedHashes
from synth.statistics.distinct import hash_numbers

KEPT = 50
RNG = np.random.default_rng(5)
# Groups of very different sizes, in an order in which large ones come late and early.
HASHES = hash_numbers(np.minimum(RNG.geometric(0.002, 20_000), RNG.integers(1, 3000, 20_000)))


def counted(*parts: np.ndarray) -> CountedHashes:
    state = CountedHashes(KEPT)
    for part in parts:
        state.add(part)
    return state


def pairs(state: CountedHashes) -> list[tuple[int, int]]:
    return list(zip(state.hashes.tolist(), state.counts.tolist(), strict=True))


def test_the_smallest_hashes_are_kept_with_all_their_rows() -> None:
    expected = sorted(Counter(HASHES.tolist()).items())[:KEPT]
    assert pairs(counted(HASHES)) == expected
    # However late the rows come, and however few at a time.
    assert pairs(counted(*np.array_split(HASHES, 700))) == expected
    assert pairs(counted(np.sort(HASHES)[::-1])) == expected


def test_merging_is_exactly_the_state_of_all() -> None:
    whole = counted(HASHES)
    parts = [counted(part) for part in np.array_split(HASHES, 7)]
    forwards, backwards = counted(), counted()
    for part in parts:
        forwards.merge(part)
    for part in reversed(parts):
        backwards.merge(part)
    assert pairs(forwards) == pairs(backwards) == pairs(whole)
    assert len(parts[0].hashes) == KEPT and pairs(parts[0]) != pairs(whole)  # parts are untouched


def test_few_groups_are_all_there() -> None:
    state = counted(np.array([3, 1, 3, 3], np.uint64), np.zeros(0, np.uint64))
    assert pairs(state) == [(1, 1), (3, 3)] and not state.is_full


def test_states_that_keep_different_numbers_do_not_add() -> None:
    with pytest.raises(ValueError, match="do not add"):
        CountedHashes(3).merge(CountedHashes(4))
