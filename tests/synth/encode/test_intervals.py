"""Intervals by hand: equal mass, enough rows, fitted ends where there are bounds for them."""

import numpy as np

from synth.encode.intervals import Bounds, intervals
from synth.encode.settings import EncoderSettings

SETTINGS = EncoderSettings(min_entities=10)
FREE = Bounds(-1e9, 1e9, np.zeros(0), 0.0, 1.0)


def test_without_bounds_the_outmost_edges_are_shared() -> None:
    values = np.arange(100.0)
    found = intervals(values, np.ones(100, np.int64), SETTINGS, type_name="double")
    assert 9 <= found.lower[0] <= 14 and 85 <= found.upper[-1] <= np.nextafter(90.0, 91)
    assert not np.isin(np.r_[found.lower, found.upper], values).any()
    assert found.rows.sum() == 100 and found.rows.min() >= 10
    assert not found.tails.side.any()


def test_with_bounds_the_outmost_cells_follow_a_law() -> None:
    values = np.sort(np.random.default_rng(0).normal(size=1000))
    found = intervals(values, np.ones(1000, np.int64), SETTINGS, type_name="double", bounds=FREE)
    assert np.flatnonzero(found.tails.side).tolist() == [0, len(found.rows) - 1]
    assert found.lower[0] < values[5] and found.upper[-1] > values[-5]
    assert found.rows.sum() == 1000


def test_an_atom_and_a_gap_end_a_piece() -> None:
    values = np.r_[np.linspace(5, 10, 200), np.linspace(1000, 1010, 200)]
    bounds = Bounds(-1e9, 1e9, np.array([4.99, 1010.5]), 0.01, 1.0).beside(values, 0, 200)
    assert (bounds.low, bounds.high) == (5.0, 400.0)
    bounds = Bounds(-1e9, 1e9, np.array([4.99, 1010.5]), 0.01, 1.0).beside(values, 200, 400)
    assert (bounds.low, bounds.high) == (600.0, 1010.49)


def test_so_few_rows_have_no_interval() -> None:
    assert not len(
        intervals(np.arange(9.0), np.ones(9, np.int64), SETTINGS, type_name="double").rows
    )
