"""Conditions met by rejection, for generators that draw whole rows only.

Rows are drawn as the generator draws them, and those that happen to meet a condition are kept
(von Neumann 1951): exact, at a cost that is the inverse of the condition's probability.
"""

from __future__ import annotations

import numpy as np

from synth.generators.contract import Generator
from synth.table.errors import InputError

BATCH_ROWS = 16_384
MOST_DRAWN = 2**22  # rows for one call, besides
MOST_DRAWN_A_ROW = 1_000  # for each that is asked for: beyond, a condition is too rare


def complete_by_rejection(
    generator: Generator,
    codes: np.ndarray,
    given: np.ndarray,
    names: str,
    rng: np.random.Generator,
) -> tuple[np.ndarray, float]:
    """Rows ``(n, S)`` that have the given codes, and the share of drawn rows that meet a condition.

    ``given`` is bool ``(n, S)``, ``codes`` counts where it is true. Rows that are given alike wait
    together, and a drawn row serves one of them. InputError, with the ``names`` of the conditions,
    where too few of the drawn rows meet one.
    """
    result = np.array(codes, np.int32)
    waiting = _alike(codes, given)
    drawn, met, most = 0, 0, min(MOST_DRAWN, MOST_DRAWN_A_ROW * len(codes) + BATCH_ROWS)
    while waiting:
        if drawn >= most:
            left = sum(len(rows) for rows in waiting)
            raise InputError(
                f"generator {generator.name!r} draws whole rows only, and of {drawn:,} drawn too "
                f"few meet the condition on {names}: {left:,} of {len(codes):,} rows are still "
                "without one. Give a more frequent value, or use a generator that draws given "
                "others, such as autoregressive"
            )
        batch = generator.sample(BATCH_ROWS, rng)
        drawn += len(batch)
        free = np.ones(len(batch), bool)
        left_over = []
        for rows in waiting:
            where = given[rows[0]]
            meets = free & (batch[:, where] == codes[rows[0], where]).all(1)
            met += int(meets.sum()) if drawn == len(batch) else 0  # while all conditions wait
            found = np.flatnonzero(meets)[: len(rows)]
            result[rows[: len(found)]] = batch[found]
            free[found] = False
            if len(found) < len(rows):
                left_over.append(rows[len(found) :])
        waiting = left_over
    return result, (met / BATCH_ROWS or len(codes) / drawn) if drawn else 1.0


def _alike(codes: np.ndarray, given: np.ndarray) -> list[np.ndarray]:
    """The places of rows that are given alike, one array for each way of being given."""
    asked = np.where(given, codes, -1)
    _, which = np.unique(asked, axis=0, return_inverse=True)
    which = which.reshape(-1)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=1))
    return [part for part in np.split(order, ends) if len(part)]
