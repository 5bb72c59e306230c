"""Rows of a Gaussian copula given some of their codes.

Given codes are intervals of their normals. Those are drawn first, one after the other, each within
its interval as the ones before it make likely (the GHK simulator: Geweke 1989, Hajivassiliou &
McFadden 1998, Keane 1994), many candidates for a row, of which one is picked by the product of its
intervals' probabilities; the normals of all other codes follow in closed form. Codes that have
weights, or that are never to be drawn, are treated as given ones whose interval is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.draws import drawn_each
from synth.generators.gaussian_copula.held import Drawn, Limits, Part
from synth.generators.gaussian_copula.tables import CopulaTables
from synth.generators.weights import Weighting, taken

CANDIDATES = 64  # for a row of which more than one code is held
CELLS_AT_A_TIME = 4_000_000  # shares of codes


def complete(
    tables: CopulaTables,
    codes: np.ndarray,
    given: np.ndarray,
    rng: np.random.Generator,
    never: Sequence[np.ndarray] | None,
    weights: Weighting | None,
) -> tuple[np.ndarray, float]:
    """The contract's ``complete``: exact where one code is given, else by candidates.

    A given place whose group is not given stays, and tells nothing.
    """
    done, limits = np.array(codes, np.int32), Limits(tables, never)
    held = limits.held(done, given, weights or {})
    draws = np.full(len(done), np.inf)
    kinds, which = np.unique(held, axis=0, return_inverse=True)
    largest = max(sub.cardinality for sub in tables.positions.sub_columns)
    for number, kind in enumerate(kinds):
        own = np.flatnonzero(kind)
        rows = np.flatnonzero(which.reshape(-1) == number)
        candidates = CANDIDATES if len(own) and not _is_exact(limits, given[rows], own) else 1
        step = max(CELLS_AT_A_TIME // (candidates * largest), 1)
        for start in range(0, len(rows), step):
            at = rows[start : start + step]
            part = Part(limits, done[at], given[at], taken(weights or {}, at))
            done[at], effective = _completed(part, own, candidates, rng)
            if candidates > 1:
                draws[at] = effective
    known = draws[np.isfinite(draws)]
    return done, float(known.mean()) if len(known) else float("inf")


def _is_exact(limits: Limits, given: np.ndarray, held: np.ndarray) -> bool:
    """Whether one draw is as good as many: the first normal that is held, and no place in it."""
    return len(held) == 1 and held[0] not in limits.fine


def _completed(
    part: Part, held: np.ndarray, candidates: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Codes of rows whose normals ``held`` are not free, and the effective draws behind each."""
    tables, rows = part.limits.tables, len(part.codes)
    width = len(tables.orders)
    order = [*held, *(place for place in range(width) if place not in set(held))]
    factor = tables.factor_in(order)
    normals = np.zeros((rows, candidates, len(held)))  # uncorrelated, in this order
    found, logarithms = list[Drawn](), np.zeros((rows, candidates))
    for at, place in enumerate(held):
        mean = normals[:, :, :at] @ factor[at, :at]
        found.append(part.draw(place, mean, factor[at, at], rng))
        normals[:, :, at] = found[-1].normals
        logarithms += found[-1].weights
    shares = np.exp(logarithms - logarithms.max(1, keepdims=True))
    pick, every = drawn_each(shares, rng.random(rows)), np.arange(rows)
    free = rng.standard_normal((rows, width - len(held)))
    latent = np.empty((rows, width))
    latent[:, order] = np.concatenate([normals[every, pick], free], 1) @ factor.T
    codes = tables.codes(latent)
    for place, drawn in zip(held, found, strict=True):
        codes[:, tables.positions.first[place]] = drawn.codes[every, pick]
        if place in part.limits.fine:
            own = drawn.places[every, pick]
            fine = part.limits.fine[place]
            codes[:, fine] = np.where(own < 0, codes[:, fine], own)
    effective: np.ndarray = shares.sum(1) ** 2 / (shares**2).sum(1)
    return np.where(part.given, part.codes, codes), effective
