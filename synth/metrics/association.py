"""How strongly two columns go together, read off their contingency table.

One standard coefficient for each pair of kinds, all of them free of units and of the values' scale:

- two ordinal columns: Spearman's rank correlation with mid-ranks for ties, in [-1, 1];
- two nominal columns: Cramer's V with Bergsma's bias correction, in [0, 1];
- one of each: the correlation ratio of the mid-ranks over the categories (the root of Kelley's
  epsilon squared, which is the rank eta squared freed of its bias), in [0, 1].

The two corrections matter here: without them independent columns score above zero, and the more so
the fewer rows a table has, so that tables of different sizes would differ by size alone.

W. Bergsma, A bias-correction for Cramer's V and Tschuprow's T, J. Korean Statistical Society 2013;
T. Kelley, An unbiased correlation ratio measure, PNAS 1935.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[Any]


def correlation(pair: Table, *, rows_ordinal: bool, columns_ordinal: bool) -> float:
    """The coefficient of a contingency table; 0 where one of the columns does not vary.

    An ordinal side is given in the order of its values, without the bins that have no place in it.
    """
    if rows_ordinal and columns_ordinal:
        return spearman(pair)
    if rows_ordinal:
        return correlation_ratio(pair.T)
    if columns_ordinal:
        return correlation_ratio(pair)
    return cramers_v(pair)


def spearman(pair: Table) -> float:
    """Pearson's correlation of the mid-ranks, in [-1, 1].

    >>> spearman(np.eye(3))
    1.0
    """
    n = pair.sum()
    if n == 0:
        return 0.0
    row, column = pair.sum(axis=1), pair.sum(axis=0)
    x, y = _centred_midranks(row), _centred_midranks(column)
    spread = float(row @ x**2) * float(column @ y**2)
    if spread <= 0:
        return 0.0
    return float(np.clip((x @ pair @ y) / np.sqrt(spread), -1.0, 1.0))


def correlation_ratio(pair: Table) -> float:
    """Root of the share of rank variance that lies between the categories (rows), in [0, 1].

    >>> correlation_ratio(np.eye(2) * 50)
    1.0
    """
    pair = pair[pair.sum(axis=1) > 0]
    n, groups = float(pair.sum()), len(pair)
    column = pair.sum(axis=0)
    ranks = _centred_midranks(column)
    spread = float(column @ ranks**2)
    if spread <= 0 or groups < 2 or n <= groups:
        return 0.0
    between = float(((pair @ ranks) ** 2 / pair.sum(axis=1)).sum())
    unbiased = 1.0 - (1.0 - between / spread) * (n - 1) / (n - groups)
    return float(np.sqrt(np.clip(unbiased, 0.0, 1.0)))


def cramers_v(pair: Table) -> float:
    """Cramer's V, bias corrected, in [0, 1]; empty rows and columns do not count.

    >>> cramers_v(np.eye(2) * 50)
    1.0
    """
    pair = pair[pair.sum(axis=1) > 0][:, pair.sum(axis=0) > 0]
    n = float(pair.sum())
    r, c = pair.shape
    if n < 2 or r < 2 or c < 2:
        return 0.0
    expected = np.outer(pair.sum(axis=1), pair.sum(axis=0)) / n
    phi_squared = float(((pair - expected) ** 2 / expected).sum()) / n
    unbiased = max(0.0, phi_squared - (r - 1) * (c - 1) / (n - 1))
    degrees = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return float(np.sqrt(min(unbiased / degrees, 1.0))) if degrees > 0 else 0.0


def _centred_midranks(margin: Table) -> Floats:
    """The mid-rank of each bin, less the mean rank; bins hold ``margin`` rows each."""
    ranks = np.cumsum(margin) - margin / 2
    return np.asarray(ranks - (margin @ ranks) / max(margin.sum(), 1), np.float64)
