"""Rows of which some codes are given: conditional sampling, and filling in what is missing.

A model that knows an order that the given codes lead draws them first: exact, one draw a row. Its
own order is one, the declared ones are, and a flexible model knows all. Otherwise each row is drawn
several times, each draw weighs as much as it makes the given codes likely, and one is kept by its
weight (sampling importance resampling, Rubin 1988): exact as the draws grow.

Weights of codes are met by rejection (von Neumann 1951): a draw is kept with the share of the mass
that its weights leave, but for what is the same for all draws of a row. That is exact; only rows of
which none is kept within a bounded number of draws are resampled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth.generators.autoregressive.kernel import IMPOSSIBLE, Head, complete_codes
from synth.generators.autoregressive.orders import Order, leading, order_led_by
from synth.generators.weights import Weighting, bound, matched, taken

HeadsOf = Callable[[Sequence[int] | None], tuple[Head, ...]]  # by order; None for the model's own
DRAWS = 64
MOST_DRAWS = 256  # of a row whose weights are met by rejection: then it is resampled
FIRST_DRAWS = 16  # of a row: they tell whether so many can be enough
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
    weights: Weighting | None = None,
) -> tuple[np.ndarray, float]:
    """``(codes, effective)``: int32 ``(n, S)``, and the effective number of draws of a row.

    ``effective`` is the sample size of Kish (1965), ``DRAWS`` at most; near 1 the rows follow the
    condition but little of its distribution. It is the harmonic mean over the rows: many rows that
    are easy do not hide those that are not. It is infinite where draws are exact. ``orders`` are
    those that the model knows besides its own; with ``any_order`` it knows all.
    """
    weights = weights or {}
    result, share = np.array(codes, np.int32), np.zeros(len(codes))
    weighed = bound(weights, len(codes), codes.shape[1]) & ~given
    orders_of, others = _orders_of(given | weighed, orders, any_order)
    exact = True
    for order, rows in orders_of.items():
        heads = _without(heads_of(order), never)
        plain = ~weighed[rows].any(1)
        for part in _cut(rows[plain], BATCH_ROWS):
            result[part], _ = complete_codes(heads, codes[part], given[part], rng)
        share[rows] = 1 / DRAWS
        for part in _cut(rows[~plain], BATCH_ROWS):
            task = _Task(heads, codes[part], given[part], weighed[part], taken(weights, part))
            result[part], share[part] = _led(task, rng)
            exact &= bool((share[part] <= 1 / DRAWS).all())
    if not len(others):
        return result, float("inf") if exact else float(1 / share.mean())
    heads = _without(heads_of(None), never)
    bare, kept = others[~weighed[others].any(1)], others[weighed[others].any(1)]
    for part in _cut(bare, BATCH_ROWS // DRAWS):
        result[part], share[part] = _resampled(heads, codes[part], given[part], rng)
    for part in _cut(kept, BATCH_ROWS):
        task = _Task(heads, codes[part], given[part], weighed[part], taken(weights, part))
        result[part], share[part] = _accepted(task, rng)
        exact &= bool((share[part] <= 1 / DRAWS).all())
    if exact and not len(bare):
        return result, float("inf")
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
    repeated = np.repeat(np.arange(len(codes)), DRAWS)
    drawn, log_weight = complete_codes(heads, codes[repeated], given[repeated], rng)
    return _kept(drawn, log_weight, rng)


def _kept(
    drawn: np.ndarray, log_weight: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One of ``DRAWS`` draws of each row by its weight; also 1 over its effective draws."""
    weight = log_weight.reshape(-1, DRAWS)
    most = weight.max(1, keepdims=True)
    weight = np.exp(weight - np.where(np.isfinite(most), most, 0.0))
    weight = np.where(np.isfinite(most), weight, 1.0)  # impossible: any is as good
    weight /= weight.sum(1, keepdims=True)
    kept = (weight.cumsum(1) <= rng.random(len(weight))[:, None]).sum(1)
    kept = np.minimum(kept, DRAWS - 1)
    rows = np.arange(len(weight))
    return drawn.reshape(len(weight), DRAWS, -1)[rows, kept], (weight**2).sum(1)


@dataclass(frozen=True)
class _Task:
    """Rows to be drawn under weights; ``weighed`` is bool ``(n, S)``: where weights bind."""

    heads: tuple[Head, ...]
    codes: np.ndarray
    given: np.ndarray
    weighed: np.ndarray
    weights: Weighting

    def of(self, rows: np.ndarray) -> _Task:
        """The task of some of the rows, each as often as it is named."""
        codes, given, weighed = self.codes[rows], self.given[rows], self.weighed[rows]
        return _Task(self.heads, codes, given, weighed, taken(self.weights, rows))


def _led(task: _Task, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose given and weighed codes lead the order: these first, then the rest.

    Also the share ``(n,)`` of :func:`complete`.
    """
    wanted = (task.given | task.weighed)[:, [head.sub_column for head in task.heads]]
    count = int(np.flatnonzero(wanted.any(0)).max()) + 1
    beginning = replace(task, heads=task.heads[:count])
    codes, share = _accepted(beginning, rng)
    begun = [head.sub_column for head in beginning.heads]
    given = task.given.copy()
    given[:, begun] = True
    if count == len(task.heads):
        return codes, share
    return complete_codes(task.heads, codes, given, rng)[0], share


def _accepted(task: _Task, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the task's heads: each row's first accepted draw, or one of all by its weight.

    Rows of one condition share their draws: one that a row does not need serves the next.
    """
    result, share = task.codes.copy(), np.full(len(task.codes), 1 / DRAWS)
    classes, certain = _classes(task), _certain(task)
    waiting, drawn = np.arange(len(result)), 0
    while len(waiting) and drawn < MOST_DRAWS:
        rounds = int(np.clip(BATCH_ROWS // len(waiting), 1, DRAWS))
        rows = np.repeat(waiting, rounds)
        made, left = _draw(task.of(rows), rng)
        accepted = np.flatnonzero(np.log1p(-rng.random(len(rows))) <= left - certain[rows])
        serving, served = matched(classes[rows[accepted]], classes[waiting])
        result[waiting[served]] = made[accepted[serving]]
        waiting = np.delete(waiting, served)
        drawn += rounds
        hope = (len(result) - len(waiting)) * MOST_DRAWS / drawn
        if drawn >= FIRST_DRAWS and hope < len(result) / 2:
            break  # too rare: most would wait in vain
    for part in _cut(waiting, max(BATCH_ROWS // DRAWS, 1)):
        repeated = np.repeat(part, DRAWS)
        made, left = _draw(task.of(repeated), rng)
        result[part], share[part] = _kept(made, left - certain[repeated], rng)
    return result, share


def _draw(task: _Task, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return complete_codes(task.heads, task.codes, task.given, rng, task.weights)


def _certain(task: _Task) -> np.ndarray:
    """The part ``(n,)`` of the log weight that no draw changes: of what leads each row.

    Given codes that lead, and the first weighed one after them, depend on nothing that is drawn.
    """
    places = [head.sub_column for head in task.heads]
    given, weighed = task.given[:, places], task.weighed[:, places]
    is_free = ~given  # the first of them is drawn: what stands before it, and its mass, is certain
    first = np.where(is_free.any(1), is_free.argmax(1), len(places))
    found = np.zeros(len(given))
    for count in np.unique(first):
        rows = np.flatnonzero(first == count)
        heads = task.heads[: min(int(count) + 1, len(places))]
        if not given[rows, : len(heads)].any() and not weighed[rows, len(heads) - 1].any():
            continue
        own = replace(task.of(rows), heads=heads)
        found[rows] = _draw(own, np.random.default_rng(0))[1]  # what is drawn is not looked at
    return found


def _classes(task: _Task) -> np.ndarray:
    """Whole numbers ``(n,)``: rows of one class have the same given codes and the same weights."""
    parts = [task.given, np.where(task.given, task.codes, 0)]
    parts += [one.pattern[:, None] for own in task.weights.values() for one in own]
    keys = np.concatenate(parts, axis=1)
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)


def _cut(rows: np.ndarray, size: int) -> list[np.ndarray]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
