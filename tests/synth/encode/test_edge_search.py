"""The last edge below a value is the one that a search finds, whatever the edges are."""

from __future__ import annotations

import numpy as np
import pytest

from synth.encode.edge_search import FEWEST, EdgeSearch

INT64 = np.iinfo(np.int64)
MOST = np.finfo(np.float64).max
RNG = np.random.default_rng(11)
SPREAD = np.unique(RNG.integers(-(2**40), 2**40, 900))
EDGES = {
    "spread": SPREAD,
    "spread floats": SPREAD / 7,
    "heaps": np.unique(np.r_[SPREAD, np.arange(40), 10**6 + np.arange(7)]),
    "most in one stride": np.r_[np.arange(500), 2**50],
    "skewed": np.unique(np.exp(RNG.normal(0, 3, 700))),
    "beside one another": np.nextafter(1.0, 2) + np.arange(30) * np.finfo(float).eps,
    "above 2**53": 2**60 + np.unique(RNG.integers(0, 2**20, 300)),
    "all whole numbers": np.array([INT64.min, INT64.min + 1, -1, 0, 1, INT64.max - 1, INT64.max]),
    "all floats": np.array([-np.inf, -MOST, -1.5, 0.0, 5e-324, 1.5, MOST, np.inf]),
    "endless": np.array([-np.inf, 0.0, 1.0, np.inf]),
    "one": np.array([4.0]),
    "infinities alone": np.array([-np.inf, np.inf]),
    "none": np.zeros(0),
}


def looked_up(edges: np.ndarray) -> np.ndarray:
    """Values at the edges, just beside them, between and far beyond."""
    if edges.dtype == np.int64:
        beside = np.r_[np.maximum(edges, INT64.min + 1) - 1, np.minimum(edges, INT64.max - 1) + 1]
        far = np.array([INT64.min, -1, 0, 1, INT64.max])
        between = RNG.integers(edges.min(), edges.max(), 2 * FEWEST, endpoint=True)
    else:
        finite = np.r_[edges[np.isfinite(edges)], -1.0, 1.0]
        with np.errstate(over="ignore"):  # beside the largest is infinity
            beside = np.r_[np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)]
        far = np.array([-np.inf, -MOST, -0.0, 0.0, 5e-324, MOST, np.inf])
        between = RNG.choice(finite, 2 * FEWEST) * RNG.random(2 * FEWEST)
    return np.r_[edges, beside, far, between]


@pytest.mark.parametrize("name", EDGES)
def test_the_grid_and_the_search_agree(name: str) -> None:
    edges = EDGES[name]
    values = looked_up(edges)
    expected = np.searchsorted(edges, values, side="right") - 1
    np.testing.assert_array_equal(EdgeSearch(edges).last_below(values), expected)
    np.testing.assert_array_equal(EdgeSearch(edges).last_below(values[:50]), expected[:50])


def test_a_grid_is_made_where_it_pays() -> None:
    with_grid = {name for name, edges in EDGES.items() if EdgeSearch(edges)._grid is not None}
    assert {"spread", "spread floats", "heaps", "above 2**53"} <= with_grid
    assert not with_grid & {"most in one stride", "one", "none", "infinities alone"}
    few = EdgeSearch(SPREAD)
    few.last_below(SPREAD[:100])
    assert "_grid" not in few.__dict__
