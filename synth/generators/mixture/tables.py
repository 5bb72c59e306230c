"""What a mixture of products is: shares of the classes, and of each code in each class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.table.sub_column import SubColumn, groups_of

ROWS_AT_A_TIME = 8192  # whose probabilities in all classes are held at once


@dataclass(frozen=True)
class MixtureTables:
    """Shares of the classes, float64 ``(components,)``, and of the codes, by sub-column.

    ``codes`` are float32 ``(components, K)`` of the first level and ``(groups, K)`` of the second:
    a place in a group depends on the group alone, whatever the class. Every row is of one together.
    """

    sub_columns: tuple[SubColumn, ...]
    shares: np.ndarray
    codes: tuple[np.ndarray, ...]

    def of_classes(self, kept: np.ndarray) -> MixtureTables:
        """The classes at these places alone."""
        codes = tuple(
            own[kept] if group is None else own
            for own, group in zip(self.codes, self.groups, strict=True)
        )
        shares = self.shares[kept]
        return MixtureTables(self.sub_columns, shares / shares.sum(), codes)

    @cached_property
    def groups(self) -> tuple[int | None, ...]:
        """For each sub-column the place of the one whose code is its group."""
        return groups_of(self.sub_columns)

    @cached_property
    def logarithms(self) -> tuple[np.ndarray, ...]:
        """float32 of the tables, a code's in one piece: ``(K, components)``, ``(groups, K)``."""
        with np.errstate(divide="ignore"):
            return tuple(
                np.ascontiguousarray(np.log(own.T if group is None else own))
                for own, group in zip(self.codes, self.groups, strict=True)
            )

    def log_joint(self, codes: np.ndarray, given: np.ndarray | None = None) -> np.ndarray:
        """float32 ``(n, components)``: logarithms of class and first-level codes together.

        Codes that are not ``given`` (bool, their shape; None for all) do not count.
        """
        with np.errstate(divide="ignore"):
            total = np.tile(np.log(self.shares).astype(np.float32), (len(codes), 1))
        for place, table in enumerate(self.logarithms):
            if self.groups[place] is not None:
                continue
            if given is None:
                total += table[codes[:, place]]
            else:
                rows = np.flatnonzero(given[:, place])
                total[rows] += table[codes[rows, place]]
        return total

    def log_places(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``: logarithms of all places, given their groups."""
        total = np.zeros(len(codes))
        for place, group in enumerate(self.groups):
            if group is not None:
                total += self.logarithms[place][codes[:, group], codes[:, place]]
        return total


def normal(logarithms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of the classes ``(n, components)``, and float64 ``(n,)``: log of their sum.

    A row that no class can have has -inf there, and all classes alike.
    """
    most = logarithms.max(1, keepdims=True)
    most = np.where(np.isfinite(most), most, 0)
    found = np.exp(logarithms - most)
    total = found.sum(1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_total = (most + np.log(total)).astype(np.float64)[:, 0]
    nothing = total[:, 0] == 0
    if nothing.any():
        found[nothing], total[nothing] = 1, found.shape[1]
    return found / total, log_total
