"""How many predicates would single out a row in a control of another size.

The more rows, the more predicates match exactly one of them, so that a holdout smaller than the
train part would make an attack look like a leak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, xlogy

from synth.metrics.features import Floats

Counts = npt.NDArray[np.int64]

# Mean matches of a predicate in the control, besides none at all. Coarse, and with few steps below:
# stopping early is what keeps the estimate from following chance. Tried on Adult and on made-up
# matches, at four times the rows: off by 0.04 at most, and mostly by 0.02.
MEANS = np.concatenate([[0.0], np.geomspace(0.1, 60, 12)])
STEPS = 200  # of expectation and maximisation
MOST = 100  # matches: more are as far from a single one as this
RESAMPLES = 100


@dataclass(frozen=True)
class Singled:
    """How many predicates single out a row, and the standard deviation of that estimate."""

    count: float
    spread: float


def singled_out(matches: Counts, rows: int, wanted: int, rng: np.random.Generator) -> Singled:
    """How many of the predicates would match exactly one of ``wanted`` rows like these ``rows``.

    ``matches`` int64 ``(predicates,)``: how many rows of the control each one matches. Of fewer
    rows it is the mean over all subsets, exactly (hypergeometric). Of more rows it is extrapolated:
    the matches are Poisson with a mean of each predicate's own, and the distribution of the means
    is estimated by expectation and maximisation (Laird 1978; Efron & Thisted 1976 for the like
    question of how many words of Shakespeare's a new text would hold); the deviation is that of a
    Poisson bootstrap of the predicates.
    NOTE[DIFF]: anonymeter fits a curve of two parameters, which on Adult was 0.03 to 0.06 too low
    at four times the rows, so that real rows would have passed for a leak.
    """
    if wanted <= rows:
        return Singled(float(_in_subset(matches, rows, wanted).sum()), 0.0)
    counts = np.bincount(np.minimum(matches, MOST), minlength=MOST + 1).astype(np.float64)
    draws = rng.poisson(counts, (RESAMPLES, len(counts))).astype(np.float64)
    wider = MEANS * wanted / rows
    found = _weights(np.vstack([counts, draws])) @ (wider * np.exp(-wider))
    return Singled(len(matches) * float(found[0]), len(matches) * float(found[1:].std()))


def _in_subset(matches: Counts, rows: int, wanted: int) -> Floats:
    """The chance that a subset of ``wanted`` rows holds exactly one of the matches."""
    possible = (matches >= 1) & (rows - matches >= wanted - 1)
    hits = matches[possible].astype(np.float64)
    logs = np.log(hits) + _log_choose(rows - hits, wanted - 1) - _log_choose(rows, wanted)
    chances = np.zeros(len(matches))
    chances[possible] = np.exp(logs)
    return chances


def _weights(counts: Floats) -> Floats:
    """float64 ``(draws, means)``: the share of predicates of each mean.

    ``counts`` ``(draws, matches)``: how many predicates match so often.
    """
    often = np.arange(counts.shape[1])[:, None]
    likely = np.exp(xlogy(often, MEANS) - MEANS - gammaln(often + 1))  # (matches, means)
    weights = np.full((len(counts), len(MEANS)), 1 / len(MEANS))
    for _ in range(STEPS):
        density = np.maximum(weights @ likely.T, np.finfo(np.float64).tiny)  # (draws, matches)
        weights = weights * ((counts / density) @ likely)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return weights


def _log_choose(n: Floats | float, k: float) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), np.float64)
