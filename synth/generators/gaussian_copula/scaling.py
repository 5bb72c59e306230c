"""In which order a column's codes lie along its latent variable.

Codes of numbers lie in the order of their values. Names have none: they get the order in which they
differ most in all other columns, by optimal scaling (alternating least squares; Gifi 1990, Young,
de Leeuw & Takane 1976). NOTE[DIFF]: the usual Gaussian copula orders them by their frequency or
their name, which loses most of what they tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from synth.table.sub_column import SubColumn

ROUNDS = 12  # of the alternation; orders stand still after a few
Orders = tuple[np.ndarray, ...]  # int64 (K,) for each sub-column: its codes from low to high


def code_orders(codes: np.ndarray, sub_columns: Sequence[SubColumn]) -> Orders:
    """The orders of int codes ``(n, F)`` of an even level, read off these rows."""
    sizes = [sub.cardinality for sub in sub_columns]
    ranks = [_ranks(sub) for sub in sub_columns]
    shares = [np.bincount(own, minlength=k) for own, k in zip(codes.T, sizes, strict=True)]
    orders = [
        np.argsort(np.where(np.isnan(rank), -share, rank), kind="stable")
        for rank, share in zip(ranks, shares, strict=True)
    ]
    values = [normal_scores(order, share) for order, share in zip(orders, shares, strict=True)]
    scored = np.stack([own[column] for own, column in zip(values, codes.T, strict=True)], 1)
    for _ in range(ROUNDS):
        before = orders
        orders = list(orders)
        for place, (rank, share) in enumerate(zip(ranks, shares, strict=True)):
            if not np.isnan(rank).any():
                continue
            found = _scaled(codes[:, place], scored, place, share)
            orders[place] = _merged(rank, found, share)
            scored[:, place] = normal_scores(orders[place], share)[codes[:, place]]
        if all(np.array_equal(old, new) for old, new in zip(before, orders, strict=True)):
            break
    return tuple(orders)


def normal_scores(order: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """float64 ``(K,)``: the normal quantile of the middle of each code's share, in its order."""
    ordered = (counts[order] + 0.5) / (counts.sum() + 0.5 * len(counts))
    found = np.empty(len(order))
    found[order] = ndtri(np.cumsum(ordered) - ordered / 2)
    return found


def _ranks(sub: SubColumn) -> np.ndarray:
    """float64 ``(K,)``: the place of each code among the values, NaN where it has none."""
    if sub.ranks is None:
        return np.full(sub.cardinality, np.nan)
    return np.array([np.nan if rank is None else rank for rank in sub.ranks])


def _scaled(codes: np.ndarray, scored: np.ndarray, place: int, counts: np.ndarray) -> np.ndarray:
    """float64 ``(K,)``: values of the codes that correlate most with the other columns' scores.

    The sum of their squared correlations is largest along the first singular vector of the codes'
    mean scores, weighted by their counts.
    """
    if scored.shape[1] == 1:
        return np.zeros(len(counts))
    others = np.delete(scored, place, axis=1)
    others = others - others.mean(0)
    sums = np.stack([np.bincount(codes, column, len(counts)) for column in others.T], 1)
    means = sums / np.maximum(counts, 1)[:, None]
    _, _, directions = np.linalg.svd(np.sqrt(counts)[:, None] * means, full_matrices=False)
    towards = directions[0] * (1 if directions[0][np.argmax(np.abs(directions[0]))] > 0 else -1)
    found: np.ndarray = means @ towards
    return found


def _merged(rank: np.ndarray, found: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The codes by ``found``; those that have ranks keep their order among each other.

    One without a rank stands before or after all that have one: a null between two numbers would
    tear them apart.
    """
    named = np.isnan(rank)
    if named.all():
        return np.argsort(found, kind="stable")
    ranked = np.flatnonzero(~named)[np.argsort(rank[~named], kind="stable")]
    weights = counts[ranked] + 1e-9
    places = np.arange(len(ranked)) - np.average(np.arange(len(ranked)), weights=weights)
    middle = np.average(found[ranked], weights=weights)
    rises = np.sum(weights * places * (found[ranked] - middle)) >= 0
    away = (found - middle) * (1 if rises else -1)
    low = np.flatnonzero(named & (away < 0))
    high = np.flatnonzero(named & (away >= 0))
    parts = [low[np.argsort(away[low], kind="stable")], ranked]
    return np.concatenate([*parts, high[np.argsort(away[high], kind="stable")]])
