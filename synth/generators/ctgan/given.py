"""The codes that rows are given to begin with: a column, and one of its codes by its weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.draws import CLOSEST


def given_columns(cardinalities: Sequence[int]) -> np.ndarray:
    """int64: which of F sub-columns a code may be given of, those with more than one; else all."""
    found = np.flatnonzero(np.asarray(cardinalities) > 1)
    return found if len(found) else np.arange(len(cardinalities))


def reach_of(weights: Sequence[np.ndarray]) -> np.ndarray:
    """float64 ``(K,)``: sums of each sub-column's shares up to each code, after its own number.

    One search among all of them then draws codes of many sub-columns at once.
    """
    even = [own if own.any() else np.ones(len(own)) for own in weights]
    return np.concatenate([at + np.cumsum(own) / own.sum() for at, own in enumerate(even)])


def given_codes(reach: np.ndarray, column: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """int64 ``(n,)``: a code of each row's column, among all K."""
    found: np.ndarray = np.searchsorted(reach, column + np.minimum(uniform, CLOSEST), side="right")
    return found
