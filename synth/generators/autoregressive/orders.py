"""Orders in which a model learns to draw besides its own: declared conditions lead.

Rows given a condition are exact where its codes are drawn first, see
:mod:`synth.generators.autoregressive.completion`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.table.errors import InputError
from synth.table.sub_column import SubColumn

Order = tuple[int, ...]  # of all sub-columns


def declared_orders(
    sub_columns: Sequence[SubColumn], conditions: Sequence[Sequence[str]]
) -> tuple[Order, ...]:
    """For each condition, given by its columns, the order that draws these first.

    The model's own order holds among those columns, and among all others; a condition that leads
    it needs no other. InputError for a condition of no columns, or of one that is not drawn.
    """
    names = [sub.column for sub in sub_columns]
    for condition in conditions:
        for name in condition:
            if name not in names:
                drawn = ", ".join(map(repr, dict.fromkeys(names)))
                raise InputError(
                    f"conditions names {name!r}, which is not drawn: it is unknown, not learned, "
                    f"or follows from others. Drawn are {drawn}"
                )
        if not condition:
            raise InputError("conditions has one of no columns: name some, or leave it out")
    orders = (leading(np.array([name in condition for name in names])) for condition in conditions)
    own = tuple(range(len(names)))
    return tuple(order for order in dict.fromkeys(orders) if order != own)


def leading(first: np.ndarray) -> Order:
    """The order that draws the sub-columns of a bool ``(S,)`` before all others."""
    return (*np.flatnonzero(first).tolist(), *np.flatnonzero(~first).tolist())


def order_led_by(pattern: np.ndarray, orders: Sequence[Order]) -> Order | None:
    """The first order that starts with the sub-columns of a bool ``(S,)``; None if none does."""
    count = int(pattern.sum())
    return next((order for order in orders if pattern[list(order[:count])].all()), None)
