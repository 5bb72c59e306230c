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

from synth.generators.kernel import IMPOSSIBLE, Head, complete_codes
from synth.generators.orders import Order, leading, order_led_by

HeadsOf = Callable[[Sequence[int] | None], tuple[Head, ...]]  # by order; None for the model's own
DRAWS = 64
FEW_DRAWS = 4.0  # effective draws; with fewer, rows given alike come out too much alike
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
    those that the model knows, its own first; with ``any_order`` it knows all others too.
    """
    patterns, which = np.unique(given, axis=0, return_inverse=True)
    which = which.reshape(-1)
    found = [order_led_by(pattern, orders) for pattern in patterns]
    exact = any_order or None not in found
    if not exact or len(patterns) > MOST_PATTERNS:
        return _resampled(_without(heads_of(None), never), codes, given, rng)
    result = np.array(codes, np.int32)
    for place, (pattern, order) in enumerate(zip(patterns, found, strict=True)):
        rows = np.flatnonzero(which == place)
        heads = _without(heads_of(order or leading(pattern)), never)
        for part in _cut(rows, BATCH_ROWS):
            result[part], _ = complete_codes(heads, codes[part], given[part], rng)
    return result, float("inf")


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
) -> tuple[np.ndarray, float]:
    result, share = np.array(codes, np.int32), np.zeros(len(codes))
    for part in _cut(np.arange(len(codes)), BATCH_ROWS // DRAWS):
        repeated = np.repeat(part, DRAWS)
        drawn, log_weight = complete_codes(heads, codes[repeated], given[repeated], rng)
        weight = log_weight.reshape(len(part), DRAWS)
        weight = np.exp(weight - weight.max(1, keepdims=True))
        weight /= weight.sum(1, keepdims=True)
        kept = (weight.cumsum(1) <= rng.random(len(part))[:, None]).sum(1)
        kept = np.minimum(kept, DRAWS - 1)
        result[part] = drawn.reshape(len(part), DRAWS, -1)[np.arange(len(part)), kept]
        share[part] = (weight**2).sum(1)
    return result, float(1 / share.mean()) if len(codes) else float("inf")


def _cut(rows: np.ndarray, size: int) -> list[np.ndarray]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
