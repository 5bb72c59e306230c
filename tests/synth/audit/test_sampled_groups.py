import numpy as np
import pytest

from synth.audit.sampled_groups import Estimate, SampledGroups
from synth.statistics.counted_hashes import CountedHashes
from synth.statistics.distinct import hash_numbers


def test_all_groups_are_counted_by_hand() -> None:
    groups = SampledGroups(10, np.array([1, 1, 3, 5]))
    assert groups.is_exact
    assert groups.distinct == Estimate(4.0)
    assert groups.share(1, 1) == Estimate(0.2)
    assert groups.share(1, 4) == Estimate(0.5)
    assert groups.alike == pytest.approx((3 * 2 + 5 * 4) / (10 * 9))


def test_a_sample_of_groups_is_counted_by_hand() -> None:
    groups = SampledGroups(100, np.array([1, 1, 2]), inclusion=0.1)
    assert groups.distinct.value == pytest.approx(30)
    assert groups.distinct.standard_error == pytest.approx(np.sqrt(3 * 0.9) / 0.1)
    share = groups.share(1, 2)
    assert share.value == pytest.approx(0.4)
    assert share.standard_error == pytest.approx(np.sqrt((6 + 4) * 0.9) / 0.1 / 100)


def test_without_rows_there_is_no_share() -> None:
    assert SampledGroups(0, np.zeros(0, np.int64)).share(1, 1) == Estimate(0.0)


def test_no_sampled_group_is_no_certainty() -> None:
    assert SampledGroups(1000, np.array([50, 50]), inclusion=0.1).share(1, 1).standard_error > 0


def test_standard_errors_are_those_that_repeated_samples_have() -> None:
    rng = np.random.default_rng(2)
    # 3,000 groups; one of them holds a third of all rows, which no sample of groups may hinge on.
    sizes = np.append(rng.geometric(0.3, 2999), 5_000)
    rows = int(sizes.sum())
    scores = []
    for _ in range(300):
        state = CountedHashes(200)
        hashes = hash_numbers(rng.integers(0, 2**62, len(sizes)))
        state.add(np.repeat(hashes, sizes))
        groups = SampledGroups.of(state, rows)
        own = [groups.distinct, groups.share(1, 1), groups.share(1, 10)]
        true = [len(sizes)] + [sizes[sizes <= most].sum() / rows for most in (1, 10)]
        scores.append([(o.value - t) / o.standard_error for o, t in zip(own, true, strict=True)])
    deviations = np.array(scores)
    assert np.abs(deviations.mean(axis=0)).max() < 4 / np.sqrt(300)  # unbiased
    assert np.abs(deviations.std(axis=0) - 1).max() < 0.2
