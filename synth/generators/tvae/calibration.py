"""Margins set after the fit: what all latents together make is what the train part showed.

NOTE[DIFF]: not in the paper.
"""

from __future__ import annotations

import numpy as np

from synth.encode.statistics import CodeStatistics
from synth.generators.dense import softmax
from synth.generators.margins import margins
from synth.generators.tvae.decoder import DECODER, parts
from synth.generators.tvae.generator import TvaeGenerator

LATENTS = 16_384  # that stand for all
ROUNDS = 6
QUANTILES = 129  # of the positions of each sub-column that has any
SEED = 0
NEVER = -1e4  # a logit of what no row has: its share is 0 in float32


def calibrated(generator: TvaeGenerator, statistics: CodeStatistics) -> TvaeGenerator:
    """The same with biases of the logits that give each first-level code its margin.

    Positions become uniform over the rows where they say something, as they are in the train part.
    """
    positions, prior = generator.positions, generator.prior
    every = margins(positions.sub_columns, statistics)
    wanted = [np.asarray(every[place], np.float64) for place in positions.first]
    rng = np.random.default_rng(SEED)
    latents = _even_latents(generator, rng)
    logits, _ = generator.decoder(latents)
    added = [
        _added(own, margin / margin.sum())
        for own, margin in zip(parts(logits, positions.cardinalities), wanted, strict=True)
    ]
    name, weights = f"{DECODER}codes.bias", dict(generator.decoder.weights)
    weights[name] = (weights[name] + np.concatenate(added)).astype(np.float32)
    moved = TvaeGenerator(positions, prior, weights)
    quantiles = _quantiles(moved, latents, rng)
    return TvaeGenerator(positions, prior, weights, quantiles)


def _even_latents(generator: TvaeGenerator, rng: np.random.Generator) -> np.ndarray:
    """float32 ``(LATENTS, L)``: each component as often as it is likely, its noise in pairs.

    Stratified and antithetic draws (Owen 2013, chapters 8 and 10) stand for all more closely.
    """
    uniform = (np.arange(LATENTS) + 0.5) / LATENTS
    half = rng.standard_normal((LATENTS // 2, generator.prior.means.shape[1]))
    return generator.prior.draw(uniform, np.stack([half, -half], 1).reshape(LATENTS, -1))


def _quantiles(
    generator: TvaeGenerator, latents: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """float64 ``(P, QUANTILES)``: of the positions that say something, and the ends 0 and 1."""
    first, drawn = generator.decoded(latents, rng)
    at = np.linspace(0, 1, QUANTILES)
    found = np.tile(at, (drawn.shape[1], 1))
    for place, moves in enumerate(generator.positions.moving(first).T):
        if moves.sum() >= QUANTILES:
            found[place, 1:-1] = np.quantile(drawn[moves, place], at[1:-1])
    return found


def _added(logits: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """float64 ``(K,)``: what to add to one sub-column's logits ``(n, K)``.

    Each round adds the logarithm of how much more often a code is wanted than it comes.
    """
    with np.errstate(divide="ignore"):
        target = np.maximum(np.log(wanted), NEVER)
    never, found = wanted <= 0, np.zeros(len(wanted))
    found[never] = NEVER
    for _ in range(ROUNDS):
        now = softmax((logits + found).astype(np.float32)).mean(0, dtype=np.float64)
        step = target - np.log(np.maximum(now, np.finfo(np.float32).tiny))
        found[~never] += step[~never]
    return found
