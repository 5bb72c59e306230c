import numpy as np

from synth.statistics.quantiles import WIDTH, QuantileSummary


def rank_errors(summary: QuantileSummary, values: np.ndarray) -> np.ndarray:
    items, weights = summary.items()
    ordered = np.sort(values)
    told = np.cumsum(weights) / weights.sum()
    true = np.searchsorted(ordered, items, side="right") / len(ordered)
    return np.abs(told - true)


def test_few_values_are_kept_as_they_are() -> None:
    summary = QuantileSummary()
    summary.add_sorted(np.arange(10.0))
    items, weights = summary.items()
    assert items.tolist() == list(range(10))
    assert weights.tolist() == [1] * 10


def test_the_rank_error_keeps_its_bound_and_no_weight_is_lost() -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(size=700_001)
    summary = QuantileSummary()
    for part in np.array_split(values, 23):
        summary.add_sorted(np.sort(part))
    items, weights = summary.items()
    assert weights.sum() == len(values)
    assert len(items) <= 2 * WIDTH * len(summary.levels)
    assert rank_errors(summary, values).max() <= len(summary.levels) / (2 * WIDTH)


def test_merged_parts_keep_the_same_bound() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=300_000)
    total = QuantileSummary()
    for part in np.array_split(values, 7):
        own = QuantileSummary()
        own.add_sorted(np.sort(part))
        total.merge(own)
    assert total.items()[1].sum() == len(values)
    assert rank_errors(total, values).max() <= len(total.levels) / (2 * WIDTH)


def test_the_same_values_leave_the_same_summary() -> None:
    values = np.sort(np.random.default_rng(3).normal(size=100_000))
    first, second = QuantileSummary(), QuantileSummary()
    first.add_sorted(values)
    second.add_sorted(values)
    assert first.items()[0].tobytes() == second.items()[0].tobytes()


def test_the_ends_of_64_bits_are_whole_numbers_still() -> None:
    summary = QuantileSummary()
    summary.add_sorted(np.array([-(2**63), 0, 2**63 - 1]))
    values, weights = summary.items_of(np.dtype(np.int64))
    assert values.tolist() == [-(2**63), 0, 2**63 - 1024] and weights.tolist() == [1, 1, 1]
