"""What may be kept: only what enough rows share."""

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.protected import (
    few_values,
    fills,
    lengths_of,
    prefix_length,
    ranges,
    sequence_start,
    shared_values,
)
from synth.forms.texts import code_points

RNG = np.random.default_rng(0)


def test_values_of_few_rows_are_not_kept() -> None:
    shared = shared_values(pa.array(["a"] * 12 + ["b"] * 10 + ["c"] * 9), 10)
    assert (shared.values, shared.counts, shared.rest) == (("a", "b"), (12, 10), 9)
    assert shared.covered == pytest.approx(22 / 31)


def test_few_values_are_those_that_tell_something() -> None:
    years = pa.array(RNG.choice(["2023", "2024"], 500))
    assert few_values(years, (13.3, 1.0), 10) is not None
    digits = pa.array([str(n) for n in RNG.integers(0, 10, 500)])
    assert few_values(digits, (3.32, 3.32), 10) is None
    assert few_values(digits, (3.32, 3.32), 10, evenly=64) is not None
    names = pa.array([f"n{n}" for n in range(500)])
    assert few_values(names, (99.0, 99.0), 10) is None


def test_a_prefix_ends_where_characters_are_free() -> None:
    codes = [f"{RNG.integers(2019, 2025)}{RNG.integers(10**6):06d}" for _ in range(600)]
    assert prefix_length(code_points(pa.array(codes), 10), np.log2(10), 10) == 4
    free = [f"{n:06d}" for n in RNG.integers(0, 10**6, 600)]
    assert prefix_length(code_points(pa.array(free), 6), np.log2(10), 10) == 0


def test_lengths_that_few_rows_have_are_not_kept() -> None:
    texts = pa.array(["a" * 3] * 20 + ["b" * 40] * 3)
    assert lengths_of(texts, 10) == ((3,), (20,))
    assert lengths_of(pa.array(["a" * n for n in range(1, 6)]), 10) == ((3,), (5,))


@pytest.mark.parametrize("by_length", [False, True])
def test_ranges_hold_enough_rows_and_end_before_the_last_ones(by_length: bool) -> None:
    numbers = RNG.integers(0, 5000, 2000)
    bins = ranges(numbers, 10, by_length=by_length)
    assert all(rows >= 10 and low <= high for low, high, rows in bins)
    assert (numbers <= bins[0][0]).sum() >= (0 if by_length else 10)
    assert (numbers >= bins[-1][1]).sum() >= 10
    if by_length:
        assert all(len(str(low)) == len(str(high)) for low, high, _ in bins)


def test_ranges_of_one_value_and_of_too_few_rows() -> None:
    assert ranges(np.full(50, 7), 10, by_length=False) == [(7, 7, 50)]
    assert ranges(np.arange(15), 10, by_length=False) == []
    few = np.array([*range(1, 13), *range(200, 205)])
    assert ranges(few, 10, by_length=True) == []
    assert ranges(np.r_[few, np.arange(1000, 1012)], 10, by_length=True) == [(1000, 9999, 12)]


def test_a_sequence_is_known_by_its_density_or_its_beginning() -> None:
    assert sequence_start(np.arange(1, 501), 6, 10) == 1
    assert sequence_start(np.arange(100_001, 100_501), 6, 10) == 100_001
    sampled = RNG.choice(np.arange(1, 200_001), 5000, replace=False)
    assert sequence_start(sampled, 6, 10) == 1
    assert sequence_start(RNG.choice(10**6, 500, replace=False), 6, 10) is None
    assert sequence_start(RNG.integers(0, 256, 2000), 0, 10) is None


def test_numbers_that_fill_all_their_digits() -> None:
    assert fills(RNG.integers(0, 10**6, 1000), 6)
    assert not fills(RNG.integers(0, 10**5, 1000), 6)
