"""Points of a grid: numbered, drawn between edges, told apart as far as a float can."""

from __future__ import annotations

import numpy as np
import pytest

from synth.encode.grid import Grid
from synth.statistics.column_state import FULL_PRECISION

WHOLE = Grid(is_whole=True, step=25, decimals=0, clock=False)
CENTS = Grid(is_whole=False, step=1, decimals=2, clock=False)
FIVES = Grid(is_whole=False, step=5, decimals=2, clock=False)
CLOCK = Grid(is_whole=True, step=15, decimals=0, clock=True)
CLOCK_AS_FLOAT = Grid(is_whole=False, step=15, decimals=0, clock=True)
DENSE = Grid(is_whole=False, step=1, decimals=FULL_PRECISION, clock=False)


@pytest.mark.parametrize(
    ("grid", "lower", "upper", "values"),
    [
        (WHOLE, 30, 101, [50, 75, 100]),
        (WHOLE, -60, 25, [-50, -25, 0]),
        (CENTS, 0.985, 1.02, [0.99, 1.0, 1.01]),
        (CENTS, -0.02, 0.01, [-0.02, -0.01, 0.0]),
        (FIVES, 0.98, 1.16, [1.0, 1.05, 1.1, 1.15]),
        (CLOCK, 645, 731, [645, 700, 715, 730]),
        (CLOCK, 2330, 2400, [2330, 2345]),
        (CLOCK_AS_FLOAT, 5.5, 60.0, [15.0, 30.0, 45.0]),
    ],
)
def test_each_point_between_the_edges_is_as_likely(
    grid: Grid, lower: float, upper: float, values: list[float]
) -> None:
    kind = np.int64 if grid.is_whole else np.float64
    uniform = (np.arange(12 * len(values)) + 0.5) / (12 * len(values))
    rows = len(uniform)
    drawn = grid.between(np.full(rows, lower, kind), np.full(rows, upper, kind), uniform)
    assert drawn.dtype == kind
    assert np.unique(drawn).tolist() == values
    assert np.unique(drawn, return_counts=True)[1].tolist() == [12] * len(values)


def test_points_are_told_by_their_numbers_and_back() -> None:
    for grid, values in (
        (WHOLE, np.array([-25, 0, 75])),
        (CENTS, np.array([-0.01, 0.29, 1.15])),
        (FIVES, np.array([0.05, 0.15, 1e6])),
        (CLOCK, np.array([0, 645, 2345])),
    ):
        assert grid.at(grid.first(values)).tolist() == values.tolist()


def test_floats_without_decimals_lie_anywhere() -> None:
    assert DENSE.is_dense and not any(grid.is_dense for grid in (WHOLE, CENTS, CLOCK_AS_FLOAT))
    uniform = np.linspace(0, 1, 9, endpoint=False)
    drawn = DENSE.between(np.zeros(9), np.full(9, np.pi), uniform)
    assert drawn.tolist() == (uniform * np.pi).tolist()


def test_where_floats_lie_wider_than_the_grid_values_are_rounded() -> None:
    lower, upper = np.array([1e17, 0.0]), np.array([2e17, 1.0])
    assert CENTS.is_exact(lower).tolist() == [False, True]
    drawn = CENTS.between(lower, upper, np.array([0.5, 0.5]))
    assert drawn.tolist() == [1.5e17, 0.5]


def test_an_infinite_edge_neither_warns_nor_harms_others() -> None:
    with np.errstate(all="raise"):
        drawn = CENTS.between(np.array([np.inf, 1.0]), np.array([np.inf, 1.01]), np.zeros(2))
    assert drawn[1] == 1.0
