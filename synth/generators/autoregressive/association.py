"""How strongly codes are associated: what column order and network wiring go by.

Mutual information in nats over a bounded sample of codes, each sub-column cut into few bins, so
that hundreds of sub-columns cost one matrix product. Corrected for its bias (Miller 1955): without
it, sub-columns of many codes would look related to everything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 12  # finer bins would ask for more rows than the sample holds


def association(codes: np.ndarray, cardinalities: Sequence[int]) -> np.ndarray:
    """float64 ``(S, S)``, symmetric, zero on the diagonal, from int codes ``(rows, S)``."""
    rows, width = len(codes), len(cardinalities)
    if rows == 0:
        return np.zeros((width, width))
    binned = [coarse(codes[:, i], k) for i, k in enumerate(cardinalities)]
    sizes = [int(column.max()) + 1 for column in binned]
    starts = np.cumsum([0, *sizes])
    one_hot = np.zeros((rows, starts[-1]), np.float32)
    for start, column in zip(starts[:-1], binned, strict=True):
        one_hot[np.arange(rows), start + column] = 1
    joint = (one_hot.T @ one_hot).astype(np.float64) / rows
    share = np.diag(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = joint * (np.log(joint) - np.log(share)[:, None] - np.log(share)[None, :])
    summed = np.add.reduceat(np.nan_to_num(terms, nan=0.0, neginf=0.0), starts[:-1], axis=0)
    information = np.add.reduceat(summed, starts[:-1], axis=1)
    freedom = np.array(sizes) - 1
    information -= np.outer(freedom, freedom) / (2 * rows)
    np.fill_diagonal(information, 0.0)
    clipped: np.ndarray = np.maximum(information, 0.0)
    return clipped


def coarse(column: np.ndarray, cardinality: int, most: int = BINS) -> np.ndarray:
    """The codes cut into at most ``most`` bins of neighbours with about equal mass.

    Codes stand in the order of their values, or of falling frequency: neighbours belong together.
    """
    counts = np.bincount(column, minlength=cardinality)
    if cardinality <= most:
        return column
    middle = (np.cumsum(counts) - counts / 2) / len(column)
    bins = np.minimum((middle * most).astype(np.int64), most - 1)
    _, dense = np.unique(bins[counts > 0], return_inverse=True)
    table = np.zeros(cardinality, np.int64)
    table[counts > 0] = dense
    binned: np.ndarray = table[column]
    return binned
