import numpy as np

from synth.statistics.distinct import DistinctValues, hash_numbers, hash_texts


def sketch(values: np.ndarray) -> DistinctValues:
    state = DistinctValues()
    state.add_hashes(hash_numbers(values))
    return state


def test_few_values_are_counted_exactly() -> None:
    assert sketch(np.array([3, 3, 4, 9])).estimate() == 3


def test_many_values_are_estimated_within_three_deviations() -> None:
    assert abs(sketch(np.arange(200_000)).estimate() / 200_000 - 1) < 3 * 0.022


def test_merging_is_exactly_the_sketch_of_all() -> None:
    values = np.arange(50_000)
    parts = [sketch(part) for part in np.array_split(values, 3)]
    backwards, total = DistinctValues(), DistinctValues()
    for part in parts:
        total.merge(part)
    for part in reversed(parts):
        backwards.merge(part)
    assert total.smallest.tobytes() == sketch(values).smallest.tobytes()
    assert total.smallest.tobytes() == backwards.smallest.tobytes()


def test_hashes_of_texts_are_the_same_in_every_process() -> None:
    assert hash_texts(["a", ""]).tolist() == [13950350942979735504, 1760245841805064774]


def test_a_hash_that_comes_again_counts_once() -> None:
    found = DistinctValues()
    for hashes in ([3, 1, 3], [1, 2], []):
        found.add_hashes(np.array(hashes, np.uint64))
    assert found.smallest.tolist() == [1, 2, 3]
