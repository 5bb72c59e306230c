import numpy as np

from synth.statistics.frequent import FrequentNumbers, FrequentTexts


def numbers(values: list[int], capacity: int = 100) -> FrequentNumbers:
    state = FrequentNumbers(np.zeros(0, np.int64), capacity=capacity)
    unique, counts = np.unique(np.array(values, np.int64), return_counts=True)
    state.add(unique, counts)
    return state


def test_counts_are_exact_while_the_values_fit() -> None:
    a, b = numbers([1, 1, 2, 5]), numbers([2, 7])
    a.merge(b)
    assert a.is_exact
    assert dict(zip(a.values.tolist(), a.counts.tolist(), strict=True)) == {1: 2, 2: 2, 5: 1, 7: 1}


def test_merging_commutes_exactly_while_the_values_fit() -> None:
    left, right = numbers([1, 1, 2]), numbers([2, 3])
    left.merge(numbers([2, 3]))
    right.merge(numbers([1, 1, 2]))
    assert left.values.tolist() == right.values.tolist()
    assert left.counts.tolist() == right.counts.tolist()


def test_beyond_the_capacity_the_true_count_lies_within_the_error() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([np.full(3000, 7), rng.integers(1000, 100_000, 7000)])
    state = numbers([], capacity=64)
    for part in np.array_split(rng.permutation(values), 20):
        unique, counts = np.unique(part, return_counts=True)
        state.add(unique, counts)
    held = dict(zip(state.values.tolist(), state.counts.tolist(), strict=True))
    assert len(held) <= 64
    assert 0 < state.error <= len(values) / 65
    assert held[7] <= 3000 <= held[7] + state.error


def test_texts_keep_the_same_law() -> None:
    state = FrequentTexts(capacity=8)
    truth = {f"v{i}": 1 for i in range(100)} | {"often": 500}
    for value, count in truth.items():
        state.add([value], [count])
    assert len(state.counts) <= 8
    assert state.error <= 600 / 9
    assert state.counts["often"] <= 500 <= state.counts["often"] + state.error
    assert state.ranked()[0][0] == "often"
