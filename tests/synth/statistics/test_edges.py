"""Edges of intervals: round, nobody's own, and enough rows between two of them."""

import numpy as np
import pytest

from synth.statistics.edges import Piece

KINDS = ("double", "bigint", "timestamp", "date")


def random_values(kind: str, rows: int, seed: int = 0) -> np.ndarray:
    """Ascending distinct values, none of them round."""
    rng = np.random.default_rng(seed)
    if kind == "double":
        return np.sort(rng.lognormal(3, 1, rows))
    spread = {"bigint": 10**9, "timestamp": 10**15, "date": 40_000}[kind]
    return np.unique(rng.integers(0, spread, rows) * 2 + 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [12, 21, 22, 60, 3000])
def test_no_edge_is_a_value(kind: str, rows: int) -> None:
    values = random_values(kind, rows)
    piece = Piece.of(values, np.ones(len(values), np.int64), 11, kind)
    edges = piece.edges(len(values) // 11)
    every = np.r_[piece.start(edges), edges, piece.stop(edges)]
    assert not np.isin(every, values).any()
    assert (np.diff(every) > 0).all()
    counts = np.diff(np.r_[0, piece.places(edges), len(values)])
    assert counts.min() >= 11 and counts.sum() == len(values)


@pytest.mark.parametrize("kind", KINDS)
def test_edges_follow_from_the_middle_of_enough_rows(kind: str) -> None:
    """What the outmost rows are is not seen, and a single row's value moves no edge of its own."""
    values = random_values(kind, 3000)
    weights = np.ones(len(values), np.int64)
    piece = Piece.of(values, weights, 11, kind)
    edges = piece.edges(200)
    assert len(edges) > 150
    moved = values.copy()
    moved[-10:] = values[-11] + (values[-11] - values[-12]) * 0 + np.arange(1, 11) * 10**6
    other = Piece.of(moved, weights, 11, kind)
    assert (other.edges(200) == edges).all()
    assert (other.start(edges), other.stop(edges)) == (piece.start(edges), piece.stop(edges))


def test_edges_are_round() -> None:
    values = random_values("bigint", 2000)
    edges = Piece.of(values, np.ones(len(values), np.int64), 11, "bigint").edges(100)
    assert (edges % 10**6 == 0).mean() > 0.9  # of values of nine or ten digits
    days = Piece.of(
        random_values("timestamp", 2000), np.ones(2000, np.int64), 11, "timestamp"
    ).edges(100)
    assert (days % 86_400_000_000 == 0).mean() > 0.9


def test_the_ends_of_64_bits_overflow_nowhere() -> None:
    ends = np.array([-(2**63), 0, 2**63 - 1])
    piece = Piece.of(ends, np.array([5, 5, 5]), 11, "bigint")
    assert piece.start(np.zeros(0, int)) < piece.stop(np.zeros(0, int))
    assert isinstance(piece.near(1), np.int64)


def test_a_value_of_many_rows_is_an_edge_where_nothing_else_lies() -> None:
    piece = Piece.of(np.array([7]), np.array([40]), 11, "int")
    assert (piece.start(np.zeros(0, int)), piece.stop(np.zeros(0, int))) == (7, 8)
    pair = Piece.of(np.array([7, 8]), np.array([40, 40]), 11, "int")
    assert pair.edges(2).tolist() == [8]
