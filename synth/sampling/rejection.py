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

    ``given`` is bool ``(n, S)``, ``codes`` counts where it is true. Rows of which the same
    sub-columns are given wait together, since a drawn row can serve only those of one condition
    among them; others have draws of their own, or they would lack what the first ones took.
    InputError, with the ``names`` of the conditions, where too few of the drawn rows meet one.
    """
    result = np.array(codes, np.int32)
    patterns, which = np.unique(given, axis=0, return_inverse=True)
    most = min(MOST_DRAWN, MOST_DRAWN_A_ROW * len(codes)) + BATCH_ROWS * len(patterns)
    drawn, tried, met, done = 0, 0, 0, 0
    for place, pattern in enumerate(patterns):
        waiting = np.flatnonzero(which.reshape(-1) == place)
        first = True
        while len(waiting):
            if drawn >= most:
                raise InputError(
                    f"generator {generator.name!r} draws whole rows only, and of {drawn:,} drawn "
                    f"too few meet the condition on {names}: {len(codes) - done:,} of "
                    f"{len(codes):,} rows are still without one. Give a more frequent value, or "
                    "use a generator that draws given others, such as autoregressive"
                )
            batch = generator.sample(BATCH_ROWS, rng)
            drawn += len(batch)
            served, serving, meeting = _matched(codes[waiting] * pattern, batch * pattern)
            if first:  # while all conditions of the pattern wait
                tried, met, first = tried + len(batch), met + meeting, False
            result[waiting[served]] = batch[serving]
            waiting = np.delete(waiting, served)
            done += len(served)
    return result, (met / tried or len(codes) / drawn) if drawn else 1.0


def _matched(asked: np.ndarray, offered: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Places of asked rows and of the offered ones that equal them, one each, in their order.

    Also how many of the offered rows equal any that is asked for.
    """
    _, keys = np.unique(np.vstack([asked, offered]), axis=0, return_inverse=True)
    own, others = np.split(keys.reshape(-1), [len(asked)])
    most = len(keys)
    _, served, serving = np.intersect1d(
        own * most + _turns(own),
        others * most + _turns(others),
        assume_unique=True,
        return_indices=True,
    )
    return served, serving, int(np.isin(others, own).sum())


def _turns(keys: np.ndarray) -> np.ndarray:
    """For each key how many equal ones come before it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    turns = np.empty(len(keys), np.int64)
    turns[order] = np.arange(len(keys)) - np.searchsorted(ordered, ordered)
    return turns
