"""Conditions met by rejection, for generators that draw whole rows only.

Rows are drawn as the generator draws them, and those that happen to meet a condition are kept
(von Neumann 1951): exact, at a cost that is the inverse of the condition's probability.
"""

from __future__ import annotations

import numpy as np

from synth.generators.contract import Generator
from synth.generators.weights import Weighting, matched, row_weights, taken
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
    weights: Weighting | None = None,
) -> tuple[np.ndarray, float]:
    """Rows ``(n, S)`` that have the given codes, and the share of drawn rows that meet a condition.

    ``given`` is bool ``(n, S)``, ``codes`` counts where it is true; a drawn row is kept with the
    ``weights`` of its codes. Rows of which the same sub-columns are given wait together, since a
    drawn row can serve only those of one condition among them; others have draws of their own, or
    they would lack what the first ones took. InputError, with the ``names`` of the conditions,
    where too few of the drawn rows meet one.
    """
    weights = weights or {}
    result = np.array(codes, np.int32)
    kinds = [given, *(one.pattern[:, None] for own in weights.values() for one in own)]
    firsts, which = np.unique(np.hstack(kinds), axis=0, return_index=True, return_inverse=True)[1:]
    most = min(MOST_DRAWN, MOST_DRAWN_A_ROW * len(codes)) + BATCH_ROWS * len(firsts)
    drawn, tried, met, done = 0, 0, 0.0, 0
    for place, one in enumerate(firsts):
        waiting = np.flatnonzero(which.reshape(-1) == place)
        first, pattern = True, given[one]
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
            share = _shares(weights, one, batch, given)
            kept = np.flatnonzero(rng.random(len(batch)) < share) if weights else slice(None)
            served, serving, meeting = _matched(codes[waiting] * pattern, batch[kept] * pattern)
            if first:  # while all conditions of the pattern wait
                tried, met, first = tried + len(batch), met + meeting, False
            result[waiting[served]] = batch[kept][serving]
            waiting = np.delete(waiting, served)
            done += len(served)
    return result, (met / tried or len(codes) / drawn) if drawn else 1.0


def _shares(weights: Weighting, row: int, batch: np.ndarray, given: np.ndarray) -> np.ndarray:
    """With which probability each drawn row is kept for a waiting ``row``."""
    same = np.full(len(batch), row)
    free = {place: own for place, own in weights.items() if not given[row, place]}
    return row_weights(taken(free, same), batch)


def _matched(asked: np.ndarray, offered: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Places of asked rows and of the offered ones that equal them, one each, in their order.

    Also how many of the offered rows equal any that is asked for.
    """
    _, keys = np.unique(np.vstack([asked, offered]), axis=0, return_inverse=True)
    own, others = np.split(keys.reshape(-1), [len(asked)])
    serving, served = matched(others, own)
    return served, serving, int(np.isin(others, own).sum())
