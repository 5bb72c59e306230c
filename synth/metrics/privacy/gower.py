"""Nearest rows by Gower's distance: the sum over columns of how far two values are apart.

Labels are 0 or 1 apart, numbers by their share of the column's range; two nulls are not apart, a
null and a value are 1 (J. C. Gower, A general coefficient of similarity and some of its
properties, Biometrics 1971). Giomi et al. 2023 attack with the same distance.
NOTE[DIFF]: anonymeter takes two nulls for 1 apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features, Floats

Singles = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

IN_ONE_GO = 400_000  # distances: so many fit a processor's cache beside their sum


def nearest(
    queries: Features,
    candidates: Features,
    views: Sequence[Sequence[int]],
    neighbours: int,
    rng: np.random.Generator,
) -> Places:
    """int64 ``(views, queries, neighbours)``: places of the nearest candidates, nearest first.

    A view is the places of the columns that count. Among equally near ones chance decides, in each
    view anew. ``neighbours`` is at most the number of candidates; ValueError where it is more.
    """
    if not 0 < neighbours <= len(candidates):
        raise ValueError(f"{neighbours=} of {len(candidates)} candidates")
    order = rng.permutation(len(candidates))
    lows, scales = _ranges(queries.values, candidates.values)
    known, shuffled = (
        np.clip((values - lows) / scales, -1, 2)  # infinite numbers are one range away
        for values in (queries.values, candidates.values[order])
    )
    nominal = np.zeros(len(scales), bool)
    nominal[queries.nominal] = True
    found = np.zeros((len(views), len(queries), neighbours), np.int64)
    step = max(1, IN_ONE_GO // len(candidates))
    starts = [0] + [int(rng.integers(len(candidates))) for _ in views[1:]]
    for first in range(0, len(queries), step):
        block = known[first : first + step]
        sums = np.zeros((len(views), len(block), len(candidates)), np.float32)
        for place in sorted({place for view in views for place in view}):
            apart = _apart(block[:, place], shuffled[:, place], nominal[place])
            for total, view in zip(sums, views, strict=True):
                if place in view:
                    total += apart
        for number, (total, start) in enumerate(zip(sums, starts, strict=True)):
            # Each view looks at the candidates in another order, which decides among equal ones.
            turned = np.roll(total, -start, axis=1) if start else total
            places = (_smallest(turned, neighbours) + start) % len(candidates)
            found[number, first : first + len(block)] = places
    return order[found]


def _smallest(distances: Singles, count: int) -> Places:
    """Places of each row's smallest values, in order."""
    if count == 1:
        return np.asarray(distances.argmin(axis=1)[:, None], np.int64)
    if count == distances.shape[1]:
        return np.asarray(distances.argsort(axis=1, kind="stable"), np.int64)
    some = np.argpartition(distances, count, axis=1)[:, :count]
    inner = np.take_along_axis(distances, some, axis=1).argsort(axis=1, kind="stable")
    return np.asarray(np.take_along_axis(some, inner, axis=1), np.int64)


def _apart(queries: Floats, candidates: Floats, nominal: bool) -> Singles:
    """float32 ``(queries, candidates)`` of one column."""
    ours, others = queries.astype(np.float32), candidates.astype(np.float32)
    if nominal:  # null is a label of its own, which no other one's place in [0, 1] is
        ours, others = np.nan_to_num(ours, nan=-1), np.nan_to_num(others, nan=-1)
        return np.asarray(ours[:, None] != others[None, :], np.float32)
    apart = np.abs(ours[:, None] - others[None, :])
    no_query, no_candidate = np.isnan(ours), np.isnan(others)
    if no_query.any() or no_candidate.any():
        apart[no_query] = 1
        apart[:, no_candidate] = 1
        apart[np.ix_(no_query, no_candidate)] = 0
    return np.asarray(apart)


def _ranges(*parts: Floats) -> tuple[Floats, Floats]:
    """Each column's lowest value, and the highest less that; 0 and 1 where there is no range."""
    values = np.concatenate(parts)
    present = np.isfinite(values)
    high = np.where(present, values, -np.inf).max(axis=0)
    low = np.where(present, values, np.inf).min(axis=0)
    wide = np.isfinite(high) & np.isfinite(low) & (high > low)
    scale = np.subtract(high, low, out=np.ones_like(high), where=wide)
    return np.where(np.isfinite(low), low, 0.0), scale
