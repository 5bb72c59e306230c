"""How strongly any two columns go together, read off the counts of one scan.

The coefficient of each pair of kinds is that of :mod:`synth.metrics.association`: Spearman's, the
bias-corrected Cramer's V, the correlation ratio. Beside it Pearson's for two numbers, from exact
sums of products, and mutual information.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synth.metrics.association import correlation
from synth.metrics.coarse_bins import pair_order
from synth.metrics.gram import GramState
from synth.metrics.histograms import CodeHistograms

KINDS = {(True, True): "Spearman", (False, False): "Cramer's V"}  # else the correlation ratio


@dataclass(frozen=True)
class Association:
    """``value`` of the coefficient ``kind``; only Spearman's has a sign.

    ``information``: mutual information by the smaller of both entropies, in [0, 1]. ``tells``: the
    share of the second column's entropy that the first one takes away, and the other way round
    (Theil's U). ``rows`` have a value in both where the coefficient needs an order.
    """

    columns: tuple[str, str]
    kind: str
    value: float
    pearson: float | None
    information: float
    tells: tuple[float, float]
    rows: int

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def associations(counts: CodeHistograms, products: GramState) -> tuple[Association, ...]:
    """Of every pair of binned columns, the strongest first by the size of the coefficient."""
    linear = _linear(products)
    orders = [pair_order(bins) if bins.ordinal else None for bins in counts.bins]
    found = []
    for first in range(len(counts.bins)):
        for second in range(first + 1, len(counts.bins)):
            names = counts.bins[first].name, counts.bins[second].name
            table = counts.pair(first, second)
            ranked = _ordered(table, orders[first], orders[second])
            ordinal = orders[first] is not None, orders[second] is not None
            value = correlation(ranked, rows_ordinal=ordinal[0], columns_ordinal=ordinal[1])
            information, tells = shared_information(table)
            found.append(
                Association(
                    names,
                    KINDS.get(ordinal, "correlation ratio"),
                    round(float(value), 6),
                    linear.get(names),
                    round(information, 6),
                    (round(tells[0], 6), round(tells[1], 6)),
                    int(ranked.sum()),
                )
            )
    return tuple(sorted(found, key=lambda pair: -abs(pair.value)))


def shared_information(table: npt.NDArray[Any]) -> tuple[float, tuple[float, float]]:
    """``(information, tells)`` of a contingency table, as :class:`Association` has them.

    The mutual information is freed of its bias (Miller 1955): without that, columns of many values
    that have nothing to do with each other would seem to share something.
    """
    rows = float(table.sum())
    if rows == 0:
        return 0.0, (0.0, 0.0)
    first, second = table.sum(axis=1), table.sum(axis=0)
    cells = [np.count_nonzero(part) for part in (first, second, table)]
    entropy = [_entropy(part, rows) for part in (first, second, table)]
    excess = (cells[2] - cells[0] - cells[1] + 1) / (2 * rows)
    mutual = max(0.0, entropy[0] + entropy[1] - entropy[2] - excess)
    if min(entropy[:2]) <= 0:
        return 0.0, (0.0, 0.0)
    tells = float(min(1.0, mutual / entropy[1])), float(min(1.0, mutual / entropy[0]))
    return max(tells), tells


def _entropy(counts: npt.NDArray[Any], rows: float) -> float:
    shares = counts[counts > 0] / rows
    return float(-(shares * np.log(shares)).sum())


def _ordered(
    table: npt.NDArray[Any], first: Sequence[int] | None, second: Sequence[int] | None
) -> npt.NDArray[Any]:
    """Ordinal sides in the order of their values, without the bins that have no place in it."""
    if first is not None:
        table = table[list(first)]
    return table if second is None else table[:, list(second)]


def _linear(products: GramState) -> dict[tuple[str, str], float]:
    """Pearson's correlation by both names, where the columns vary."""
    names = [column.name for column in products.standard.columns]
    matrix = products.correlations()
    return {
        (one, other): round(float(matrix[i, j]), 6)
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if not np.isnan(matrix[i, j])
    }
