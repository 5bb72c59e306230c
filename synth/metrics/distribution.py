"""The finite values of an ordered column with their weights, read off its mergeable state.

Exact up to 8,192 distinct values, or up to as many rows; beyond it is the quantile summary, whose
error of rank ``synth.statistics.quantiles`` states. Decimals stand unscaled: what is read off must
not depend on the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.statistics.column_state import NumberState

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
ROUNDING = 1e-12  # of a share of the rows: 0.07 * 100 is 7.000000000000001 in floats


@dataclass(frozen=True)
class Distribution:
    """``values`` float64, ascending, and the ``rows`` at each, int64; both ``(n,)``.

    ``deviation`` is that of all finite values, inf where their squares overflow.
    """

    values: Floats
    weights: Counts
    deviation: float
    exact: bool

    @classmethod
    def of(cls, state: NumberState) -> Distribution:
        """That of a column; exact counts where the state has them, else its quantile summary."""
        frequent = state.frequent
        if frequent.is_exact:
            finite = np.isfinite(frequent.values)
            values, weights = frequent.values[finite].astype(np.float64), frequent.counts[finite]
        else:
            values, weights = state.quantiles.items()
        exact = frequent.is_exact or len(state.quantiles.levels) == 1
        return cls(values, weights.astype(np.int64), state.deviation, exact)

    @property
    def rows(self) -> int:
        """Rows that have a finite value."""
        return int(self.weights.sum())

    def quantile(self, share: float) -> float:
        """The least value that at least this share of the rows does not exceed.

        ValueError without rows.
        """
        if not self.rows:
            raise ValueError("a column without a value has no quantile")
        reached = np.cumsum(self.weights)
        place = np.searchsorted(reached, share * self.rows * (1 - ROUNDING))
        return float(self.values[min(int(place), len(self.values) - 1)])

    def rows_below(self, value: float) -> int:
        """Rows with a smaller value."""
        return int(self.weights[self.values < value].sum())

    def rows_above(self, value: float) -> int:
        """Rows with a larger value."""
        return int(self.weights[self.values > value].sum())
