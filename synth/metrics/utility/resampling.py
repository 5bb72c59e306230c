"""Which rows are drawn: parts of a table that split no entity, and the bootstrap of test rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Features

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

DRAWS = 200  # the ends of a 95 % interval then move by about a tenth of its width
LEAST_DRAWS = 0.5  # of the draws: an interval of fewer that are defined says nothing


def random_part(features: Features, share: float, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """The places of about that share of the rows, and of all others; entities stay whole."""
    units = _units(features)
    drawn = rng.permutation(int(units.max(initial=-1)) + 1)
    taken = np.zeros(len(drawn), bool)
    taken[drawn[: round(share * len(drawn))]] = True
    inside = taken[units]
    return np.flatnonzero(inside), np.flatnonzero(~inside)


def at_most(features: Features, rows: int, rng: np.random.Generator) -> Features:
    """So many rows at random, in their order; all where there are no more."""
    if len(features) <= rows:
        return features
    return features.take(np.sort(rng.permutation(len(features))[:rows]))


def bootstrap_weights(features: Features, rng: np.random.Generator, draws: int = DRAWS) -> Floats:
    """float64 ``(1 + draws, rows)``: how often each row counts; first each row once.

    Entities are drawn whole (a cluster bootstrap): rows of one person are no independent evidence.
    """
    units = _units(features)
    number = int(units.max(initial=-1)) + 1
    if not number:
        return np.ones((1 + draws, 0))
    counts = rng.multinomial(number, np.full(number, 1 / number), size=draws)
    return np.concatenate([np.ones((1, len(units))), counts[:, units]])


def interval_of(drawn: Floats) -> tuple[float, float] | None:
    """The 95 % percentile interval of draws, of which the first is the value; it holds the value.

    None where half of the draws are undefined, or the value is.
    """
    value, rest = drawn[0], drawn[1:][~np.isnan(drawn[1:])]
    if np.isnan(value) or len(rest) < max(1, LEAST_DRAWS * (len(drawn) - 1)):
        return None
    low, high = np.quantile(rest, [0.025, 0.975])
    return min(float(low), float(value)), max(float(high), float(value))


def bootstrap_interval(
    values: Floats, statistic: Callable[[Floats], float], rng: np.random.Generator
) -> tuple[float, float] | None:
    """The 95 % interval of a statistic of values drawn at random; None of fewer than two."""
    if len(values) < 2:
        return None
    drawn = [statistic(values)]
    drawn += [statistic(rng.choice(values, len(values))) for _ in range(DRAWS)]
    return interval_of(np.asarray(drawn))


def _units(features: Features) -> Rows:
    """int64 ``(rows,)``: the entities by number; each row is its own where none is known."""
    if features.entities is None:
        return np.arange(len(features))
    return np.asarray(np.unique(features.entities, return_inverse=True)[1], np.int64)
