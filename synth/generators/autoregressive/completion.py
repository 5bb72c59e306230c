"""Rows of which some codes are given: conditional sampling, and filling in what is missing.

A model that knows an order that the given codes lead draws them first: exact, one draw a row. Its
own order is one, the declared ones are, and a flexible model knows all. Otherwise each row is drawn
several times, each draw weighs as much as it makes the given codes likely, and one is kept by its
weight (sampling importance resampling, Rubin 1988): exact as the draws grow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from synth.generators.autoregressive.kernel import IMPOSSIBLE, Head, complete_codes
from synth.generators.autoregressive.orders import Order, leading, order_led_by

HeadsOf = Callable[[Sequence[int] | None], tuple[Head, ...]]  # by order; None for the model's own
DRAWS = 64
BATCH_ROWS = 4096
MOST_PATTERNS = 64  # orders that are folded for one call; beyond, every row is drawn several times


def complete(
    heads_of: HeadsOf,
    orders: Sequence[Order],
    any_order: bool,
    codes: np.ndarray,
    given: np.ndarray,
    rng: np.random.Generator,
    never: Sequence[np.ndarray] | None = None,
) -> tuple[np.ndarray, float]:
    """``(codes, effective)``: int32 ``(n, S)``, and the effective number of draws of a row.

    ``effective`` is the sample size of Kish (1965), ``DRAWS`` at most; near 1 the rows follow the
    condition but little of its distribution. It is the harmonic mean over the rows: many rows that
    are easy do not hide those that are not. It is infinite where draws are exact. ``orders`` are
    those that the model knows besides its own; with ``any_order`` it knows all.
    """
    result, share = np.array(codes, np.int32), np.zeros(len(codes))
    orders_of, weighed = _orders_of(given, orders, any_order)
    for order, rows in orders_of.items():
        heads = _without(heads_of(order), never)
        for part in _cut(rows, BATCH_ROWS):
            result[part], _ = complete_codes(heads, codes[part], given[part], rng)
        share[rows] = 1 / DRAWS
    if not len(weighed):
        return result, float("inf")
    heads = _without(heads_of(None), never)
    for part in _cut(weighed, BATCH_ROWS // DRAWS):
        result[part], share[part] = _resampled(heads, codes[part], given[part], rng)
    return result, float(1 / share.mean())


def _orders_of(
    given: np.ndarray, orders: Sequence[Order], any_order: bool
) -> tuple[dict[Order | None, np.ndarray], np.ndarray]:
    """Rows by the order that their given codes lead, and the rows for which there is none."""
    patterns, which = np.unique(given, axis=0, return_inverse=True)
    found: dict[Order | None, list[int]] = {}
    others = []
    own = tuple(range(given.shape[1]))
    for place, pattern in enumerate(patterns):
        order = order_led_by(pattern, (own, *orders))
        if order is None:
            others.append(place)
        else:
            found.setdefault(None if order == own else order, []).append(place)
    if any_order and len(others) <= MOST_PATTERNS:
        found |= {leading(patterns[place]): [place] for place in others}
        others = []
    which = which.reshape(-1)
    rows_of = {order: np.flatnonzero(np.isin(which, places)) for order, places in found.items()}
    return rows_of, np.flatnonzero(np.isin(which, others))


def _without(heads: Sequence[Head], never: Sequence[np.ndarray] | None) -> tuple[Head, ...]:
    """The heads with some codes impossible."""
    if never is None:
        return tuple(heads)
    return tuple(
        replace(head, bias=np.where(never[head.sub_column], IMPOSSIBLE, head.bias))
        for head in heads
    )


def _resampled(
    heads: Sequence[Head], codes: np.ndarray, given: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Each row drawn several times, one kept; also 1 over its effective draws, ``(n,)``."""
    rows = np.arange(len(codes))
    repeated = np.repeat(rows, DRAWS)
    drawn, log_weight = complete_codes(heads, codes[repeated], given[repeated], rng)
    weight = log_weight.reshape(len(codes), DRAWS)
    weight = np.exp(weight - weight.max(1, keepdims=True))
    weight /= weight.sum(1, keepdims=True)
    kept = (weight.cumsum(1) <= rng.random(len(codes))[:, None]).sum(1)
    kept = np.minimum(kept, DRAWS - 1)
    return drawn.reshape(len(codes), DRAWS, -1)[rows, kept], (weight**2).sum(1)


def _cut(rows: np.ndarray, size: int) -> list[np.ndarray]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
