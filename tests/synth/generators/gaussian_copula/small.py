"""A small copula, and the rows of it that some codes leave."""

from __future__ import annotations

from functools import cache

import numpy as np

from synth.generators.gaussian_copula.tables import CopulaTables
from synth.generators.positions import Positions
from synth.table.sub_column import SubColumn

SUBS = (SubColumn("a", 0, 3), SubColumn("b", 0, 2), SubColumn("b", 1, 3), SubColumn("c", 0, 4))
PLACES = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]], np.float32)
TABLES = CopulaTables(
    Positions(SUBS, (PLACES,)),
    (np.array([2, 0, 1], np.int32), np.array([0, 1], np.int32), np.array([3, 1, 0, 2], np.int32)),
    (np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4]), np.array([0.4, 0.3, 0.2, 0.1])),
    np.array([[1, 0.7, -0.5], [0.7, 1, -0.2], [-0.5, -0.2, 1]]),
)
SIZES = tuple(sub.cardinality for sub in SUBS)


@cache
def rows() -> np.ndarray:
    """Many rows of the copula."""
    normals = np.random.default_rng(9).standard_normal((1_000_000, 3)) @ TABLES.factor.T
    return TABLES.codes(normals)


def shares_of(codes: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """How often each row that there can be is among the codes."""
    places = np.ravel_multi_index(tuple(codes.T), SIZES)
    found = np.bincount(places, weights, minlength=int(np.prod(SIZES)))
    shares: np.ndarray = found / found.sum()
    return shares
