"""What a Gaussian copula is: the intervals of each code, and the correlation of the normals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from synth.generators.positions import Positions

TINY = 1e-300


@dataclass(frozen=True)
class CopulaTables:
    """``orders`` has the codes of each of F sub-columns along its normal, int32 ``(K,)``.

    ``shares`` has their shares, float64 ``(K,)`` by code; ``correlation`` is float64 ``(F, F)``.
    """

    positions: Positions
    orders: tuple[np.ndarray, ...]
    shares: tuple[np.ndarray, ...]
    correlation: np.ndarray

    @cached_property
    def reach(self) -> tuple[np.ndarray, ...]:
        """For each sub-column the shares up to and with each place of its order; the last is 1."""
        found = [np.cumsum(own[order]) for own, order in zip(self.shares, self.orders, strict=True)]
        return tuple(own / own[-1] for own in found)

    @cached_property
    def ends(self) -> tuple[np.ndarray, ...]:
        """The same as values of the normal, float64 ``(K + 1,)``: from -inf to inf."""
        return tuple(
            np.concatenate([[-np.inf], ndtri(np.minimum(own[:-1], 1)), [np.inf]])
            for own in self.reach
        )

    @cached_property
    def places(self) -> tuple[np.ndarray, ...]:
        """For each sub-column the place of each code in its order, int64 ``(K,)``."""
        return tuple(np.argsort(order, kind="stable") for order in self.orders)

    @cached_property
    def factor(self) -> np.ndarray:
        """float64 ``(F, F)``: the Cholesky factor, lower."""
        found: np.ndarray = np.linalg.cholesky(self.correlation)
        return found

    def factor_in(self, order: Sequence[int]) -> np.ndarray:
        """The factor where the sub-columns are drawn in another order."""
        found: np.ndarray = np.linalg.cholesky(self.correlation[np.ix_(order, order)])
        return found

    def codes(self, normals: np.ndarray) -> np.ndarray:
        """int32 codes ``(n, S)`` of normals ``(n, F)``; a place is where in its code one lies."""
        first = np.empty(normals.shape, np.int32)
        for at, (order, ends) in enumerate(zip(self.orders, self.ends, strict=True)):
            first[:, at] = order[np.searchsorted(ends[1:-1], normals[:, at], side="right")]
        leads = self.positions.leads
        inside = np.zeros((len(normals), len(leads)))
        for fine, lead in enumerate(leads):
            code = first[:, lead]
            above = self.reach[lead][self.places[lead][code]] - ndtr(normals[:, lead])
            inside[:, fine] = 1 - above / np.maximum(self.shares[lead][code], TINY)
        return self.positions.codes(first, inside)
