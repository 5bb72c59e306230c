"""After learning: each first-level column gets the margin of the train part.

A network that is learned by stochastic steps is a little off in every margin. Rows are drawn from
the model itself, and the logit of each code moves by the logarithm of how far its mean share is
from the wanted one (iterative proportional fitting, Deming & Stephan 1940), as far as both are
known: what is drawn is noisy, and so is what few rows show. NOTE[DIFF]: not in the papers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.dense import Weights
from synth.generators.diffusion.noise import Noise
from synth.generators.diffusion.unmasking import Unmasking
from synth.generators.margins import Margin
from synth.generators.positions import Positions

ROWS = 8192  # drawn in a round
CODES = 2**18  # rows times columns of a round, at most
ROUNDS = 2  # the second one finds what the first one moved
USUAL_ERROR = 0.05  # of a share, that a network has by itself
BIAS = "masked.heads.bias"


def calibrated(
    weights: Weights,
    places: Positions,
    wanted: Sequence[Margin],
    steps: int,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """The weights with other biases; ``wanted`` has how many rows each sub-column's codes have."""
    found = dict(weights)
    margins = [np.asarray(wanted[place], np.float64) for place in places.first]
    rows = max(min(ROWS, CODES // len(margins)), 1)
    for _ in range(ROUNDS):
        unmasking = Unmasking(found, places.cardinalities, steps)
        means, variances = _own_shares(unmasking, Noise.drawn(rows, places, rng))
        moves = [_move(*own) for own in zip(margins, means, variances, strict=True)]
        found[BIAS] = found[BIAS] + np.concatenate(moves).astype(np.float32)
    return found


def _own_shares(unmasking: Unmasking, noise: Noise) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each column the mean of its shares ``(K,)`` where rows draw it, and its variance.

    Shares are less noisy than the codes that are drawn by them.
    """
    rows = len(noise.order)
    sums = [np.zeros((2, size)) for size in unmasking.cardinalities]

    def read(column: int, _: np.ndarray, shares: np.ndarray) -> np.ndarray:
        own = shares.astype(np.float64)
        sums[column] += own.sum(0), (own * own).sum(0)
        return shares

    unmasking.draw(np.tile(unmasking.masks, (rows, 1)), noise.order, noise.uniform, read)
    means = [own[0] / rows for own in sums]
    spread = [(own[1] / rows - mean**2) / rows for own, mean in zip(sums, means, strict=True)]
    return means, spread


def _move(margin: np.ndarray, own: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """float64 ``(K,)``: what to add to the logits, less where little is known."""
    rows = max(margin.sum(), 1.0)
    wanted = margin / rows
    error = (USUAL_ERROR * own) ** 2
    noise = variance + own / rows
    kept = error / np.maximum(error + noise, np.finfo(float).tiny)
    moved = own + kept * (wanted - own)
    least = 0.5 / rows
    found: np.ndarray = np.log(np.maximum(moved, least) / np.maximum(own, least))
    return found
