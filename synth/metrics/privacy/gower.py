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

Units = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

FINEST = 2**22  # units to a column's range: more labels than that are not told apart
MOST = 2**29  # units to the distance of two rows, so that sums stay within 32 bits
NULL = -(2**30)
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
    unit = min(FINEST, MOST // max(1, len(scales)))
    ours, others = (
        _in_units((values - lows) / scales, unit)
        for values in (queries.values, candidates.values[order])
    )
    nominal = np.zeros(len(scales), bool)
    nominal[queries.nominal] = True
    found = np.zeros((len(views), len(queries), neighbours), np.int64)
    step = max(1, IN_ONE_GO // len(candidates))
    starts = [0] + [int(rng.integers(len(candidates))) for _ in views[1:]]
    for first in range(0, len(queries), step):
        rows = slice(first, first + step)
        sums = _distances(ours[rows], others, nominal, views, unit)
        for number, (total, start) in enumerate(zip(sums, starts, strict=True)):
            # Each view looks at the candidates in another order, which decides among equal ones.
            turned = np.roll(total, -start, axis=1) if start else total
            places = (_smallest(turned, neighbours) + start) % len(candidates)
            found[number, rows] = places
    return order[found]


def _distances(
    queries: Units, candidates: Units, nominal: Mask, views: Sequence[Sequence[int]], unit: int
) -> Units:
    """int32 ``(views, queries, candidates)``: sums over the columns of each view.

    Of a view of most columns the others are taken from the sum of all: whole numbers make that
    exact, where rounding would tell of the very column that is left out.
    """
    columns = queries.shape[1]
    wide = [2 * len(view) > columns for view in views]
    shape = (len(queries), len(candidates))
    sums, every = np.zeros((len(views), *shape), np.int32), np.zeros(shape, np.int32)
    for place in range(columns):
        signs = [(place in view) - is_wide for view, is_wide in zip(views, wide, strict=True)]
        if not any(wide) and not any(signs):
            continue
        apart = _apart(queries[:, place], candidates[:, place], bool(nominal[place]), unit)
        every += apart
        for total, sign in zip(sums, signs, strict=True):
            if sign > 0:
                total += apart
            elif sign < 0:
                total -= apart
    sums[wide] += every
    return sums


def _smallest(distances: Units, count: int) -> Places:
    """Places of each row's smallest values, in order."""
    if count == 1:
        return np.asarray(distances.argmin(axis=1)[:, None], np.int64)
    if count == distances.shape[1]:
        return np.asarray(distances.argsort(axis=1, kind="stable"), np.int64)
    some = np.argpartition(distances, count, axis=1)[:, :count]
    inner = np.take_along_axis(distances, some, axis=1).argsort(axis=1, kind="stable")
    return np.asarray(np.take_along_axis(some, inner, axis=1), np.int64)


def _apart(queries: Units, candidates: Units, nominal: bool, unit: int) -> Units:
    """int32 ``(queries, candidates)`` of one column."""
    if nominal:  # null is a label of its own
        return np.asarray((queries[:, None] != candidates[None, :]) * np.int32(unit))
    apart = np.abs(queries[:, None] - candidates[None, :])
    no_query, no_candidate = queries == NULL, candidates == NULL
    if no_query.any() or no_candidate.any():
        apart[no_query] = unit
        apart[:, no_candidate] = unit
        apart[np.ix_(no_query, no_candidate)] = 0
    return np.asarray(apart)


def _in_units(shares: Floats, unit: int) -> Units:
    """Whole numbers of units; infinite values are one range away from the finite ones."""
    whole = np.round(np.clip(shares, -1, 2) * unit)
    return np.asarray(np.where(np.isnan(shares), NULL, whole), np.int32)


def _ranges(*parts: Floats) -> tuple[Floats, Floats]:
    """Each column's lowest value, and the highest less that; 0 and 1 where there is no range."""
    values = np.concatenate(parts)
    present = np.isfinite(values)
    high = np.where(present, values, -np.inf).max(axis=0)
    low = np.where(present, values, np.inf).min(axis=0)
    wide = np.isfinite(high) & np.isfinite(low) & (high > low)
    scale = np.subtract(high, low, out=np.ones_like(high), where=wide)
    return np.where(np.isfinite(low), low, 0.0), scale
