"""The law of the histograms: they add, exactly."""

import itertools

import numpy as np
import pytest

from synth.metrics.histograms import CodeHistograms
from tests.synth.metrics.columns import categories, numbers

BINS = (numbers("age", 40, coarse=7), categories("sex", "f", "m"), numbers("hours", 5))
WITH_SECOND_CHUNK = 40_000


def _rows(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(0, len(bins), n) for bins in BINS], axis=1).astype(np.int32)


def _counted(*tables: np.ndarray) -> CodeHistograms:
    histograms = CodeHistograms(BINS)
    for table in tables:
        histograms.update_bins(table)
    return histograms


def _merged(*tables: np.ndarray) -> CodeHistograms:
    total = CodeHistograms(BINS)
    for table in tables:
        total.merge(_counted(table))
    return total


def test_counts_by_hand():
    histograms = _counted(np.array([[0, 1, 2], [8, 1, 2], [40, 0, 5]]))
    assert histograms.rows == 3
    assert histograms.column(1).tolist() == [1, 2]
    assert histograms.column(2).tolist() == [0, 0, 2, 0, 0, 1]
    # ages 0 and 8 fall in pair bins 0 and 1; the null age is the last of 7
    assert histograms.pair(0, 1).tolist() == [[0, 1], [0, 1], *[[0, 0]] * 4, [1, 0]]


@pytest.mark.parametrize("n", [0, 1, 1000, WITH_SECOND_CHUNK])
def test_every_pair_equals_a_plain_count(n):
    rows = _rows(n)
    histograms = _counted(rows)
    for i, j in itertools.permutations(range(len(BINS)), 2):
        expected = np.zeros((BINS[i].n_pair_bins, BINS[j].n_pair_bins), np.int64)
        first = np.array(BINS[i].pair_bins)[rows[:, i]]
        second = np.array(BINS[j].pair_bins)[rows[:, j]]
        np.add.at(expected, (first, second), 1)
        np.testing.assert_array_equal(histograms.pair(i, j), expected)
    for index in range(len(BINS)):
        assert histograms.column(index).sum() == n


def test_merge_is_union_commutative_and_associative():
    a, b, c = _rows(70, 1), _rows(200, 2), _rows(3, 3)
    union = _counted(np.concatenate([a, b, c])).to_bytes()
    assert _counted(a, b, c).to_bytes() == union
    assert _merged(a, b, c).to_bytes() == union
    assert _merged(c, b, a).to_bytes() == union
    right = _merged(b, c)
    right.merge(_counted(a))
    assert right.to_bytes() == union


def test_bytes_round_trip():
    histograms = _counted(_rows(500))
    back = CodeHistograms.from_bytes(histograms.to_bytes(), BINS)
    assert back.rows == 500
    assert back.to_bytes() == histograms.to_bytes()
    back.update_bins(_rows(1))  # a state that came back still counts
    assert back.rows == 501


def test_size_does_not_grow_with_rows():
    small, large = _counted(_rows(10)), _counted(_rows(WITH_SECOND_CHUNK))
    assert small._pairs.nbytes == large._pairs.nbytes
    assert small._pairs.size == 7 * 2 + 7 * 6 + 2 * 6


def test_one_column_has_no_pairs():
    histograms = CodeHistograms(BINS[:1])
    histograms.update_bins(np.array([[3]]))
    assert histograms.column(0)[3] == 1
    assert CodeHistograms.from_bytes(histograms.to_bytes(), BINS[:1]).rows == 1


def test_other_bins_are_refused():
    other = CodeHistograms((BINS[0], categories("sex", "f", "x"), BINS[2]))
    with pytest.raises(ValueError, match="different bins"):
        _counted().merge(other)
    with pytest.raises(ValueError, match="other bins"):
        CodeHistograms.from_bytes(other.to_bytes(), BINS)


@pytest.mark.parametrize("bad", [-1, 2])
def test_a_bin_that_the_column_lacks_is_refused_by_name(bad):
    with pytest.raises(ValueError, match="'sex' has bins 0 to 1"):
        _counted(np.array([[0, bad, 0]]))


def test_a_matrix_of_another_width_is_refused():
    with pytest.raises(ValueError, match=r"\(rows, 3\)"):
        _counted(np.zeros((4, 2), np.int64))


def test_pairing_a_column_with_itself_is_refused():
    with pytest.raises(ValueError, match="two columns"):
        _counted().pair(1, 1)
