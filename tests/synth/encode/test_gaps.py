"""Gaps by hand: empty stretches beside dense ones, and none where values thin out."""

import numpy as np
import pytest

from synth.encode.gaps import pieces


def starts_of(values: np.ndarray, *, least: int = 10, grid: float = 0.0) -> list[int]:
    return pieces(values, np.ones(len(values), np.int64), least, grid)[2].tolist()


def test_a_stretch_as_wide_as_many_neighbours_is_a_gap() -> None:
    assert starts_of(np.r_[0.0:20.0, 60.0:80.0]) == [0, 20]
    assert starts_of(np.r_[0.0:20.0, 25.0:45.0]) == [0]


def test_one_dense_side_is_enough() -> None:
    assert starts_of(np.r_[np.arange(30) / 1000, 1.0:200.0:5]) == [0, 30]


@pytest.mark.parametrize("law", ["normal", "exponential", "lognormal", "uniform", "cauchy"])
def test_values_that_thin_out_have_no_gap(law: str) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        values = {
            "normal": rng.normal,
            "exponential": rng.exponential,
            "lognormal": rng.lognormal,
            "uniform": rng.random,
            "cauchy": rng.standard_cauchy,
        }[law](size=3000)
        assert starts_of(np.sort(values)) == [0]


def test_neighbours_on_a_grid_are_as_far_apart_as_it_is() -> None:
    values = np.unique(np.random.default_rng(0).zipf(1.6, 3000).clip(max=2000)).astype(np.float64)
    assert starts_of(values, grid=1.0) == [0]


def test_rows_of_a_small_piece_count_to_the_nearest_value() -> None:
    values = np.r_[0.0:20.0, 60.0, 1000.0:1020.0]
    weights = np.ones(len(values), np.int64)
    weights[20] = 5
    kept, rows, starts = pieces(values, weights, 10, 0.0)
    assert kept.tolist() == [*np.arange(20.0), *np.arange(1000.0, 1020.0)]
    assert rows[19] == 6 and rows.sum() == weights.sum() and starts.tolist() == [0, 20]


def test_without_a_piece_of_enough_rows_all_is_one() -> None:
    values = np.r_[0.0:20.0, 1000.0:1020.0]
    kept, rows, starts = pieces(values, np.ones(40, np.int64), 30, 0.0)
    assert (kept == values).all() and starts.tolist() == [0] and rows.sum() == 40
