"""How much of one column's uncertainty another removes, on coarse bins: cheap, and for any kind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats

Codes = npt.NDArray[np.int64]
BINS = 20  # of a number, by quantiles; of labels the most frequent ones


def coarse_codes(features: Features, place: int, bins: int = BINS) -> tuple[Codes, int]:
    """``(codes, number of codes)`` of a column: int64 ``(rows,)``; null is a code of its own."""
    column, values = features.columns[place], features.values[:, place]
    known = ~np.isnan(values)
    if column.ordinal:
        edges = quantile_edges(values, bins)
        codes = np.searchsorted(edges, values, side="right")
        most = len(edges) + 1
    else:
        most = min(len(column.labels) + 1, bins + 1)
        codes = np.minimum(np.where(known, values, 0), most - 1).astype(np.int64)
    return np.asarray(np.where(known, codes, most), np.int64), most + 1


def quantile_edges(values: Floats, bins: int) -> Floats:
    """At most ``bins - 1`` inner edges with about as many rows between them; a bin ends before it.

    Numbers of no more than ``bins`` values have a bin for each.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(0)
    distinct = np.unique(known)
    if len(distinct) <= bins:
        return np.asarray(distinct[1:], np.float64)
    levels = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(known, levels, method="higher"))
    return np.asarray(edges[edges > known.min()], np.float64)


def uncertainty_coefficient(
    target: tuple[Codes, int], other: tuple[Codes, int]
) -> tuple[float, float]:
    """Mutual information as a share of the target's entropy, plain and less its bias, in [0, 1].

    H. Theil, On the estimation of relationships involving qualitative variables, 1970. The bias of
    independent columns, ``(r - 1)(c - 1) / 2n``, is that of Miller (1955). 0 for a constant target.
    """
    width = other[1]
    joint = np.bincount(target[0] * width + other[0], minlength=target[1] * width)
    table = joint.reshape(target[1], width).astype(np.float64)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows = table.sum()
    if rows == 0 or len(table) < 2:
        return 0.0, 0.0
    own = _entropy(table.sum(axis=1) / rows)
    information = own + _entropy(table.sum(axis=0) / rows) - _entropy(table.ravel() / rows)
    bias = (table.shape[0] - 1) * (table.shape[1] - 1) / (2 * rows)
    return tuple(float(np.clip(share / own, 0, 1)) for share in (information, information - bias))  # type: ignore[return-value]


def _entropy(shares: Floats) -> float:
    """In nats."""
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
