"""The decoder in numpy, and what is drawn of what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.generators.dense import Weights, linear, tower

DECODER = "decoder."
LARGEST_LOG_SCALE = 4.0  # of a position: beyond, it is as good as at one end


@dataclass(frozen=True)
class Decoder:
    """:class:`synth.generators.tvae.network.Decoder` in numpy, by its weights."""

    weights: Weights

    def __call__(self, latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits ``(n, sum of cardinalities)``, and places ``(n, 2 P)``, all float32."""
        values = linear(self.weights, f"{DECODER}into", latents)
        values = tower(self.weights, f"{DECODER}tower", values)
        logits = linear(self.weights, f"{DECODER}codes", values)
        if f"{DECODER}places.weight" not in self.weights:
            return logits, np.zeros((len(latents), 0), np.float32)
        return logits, linear(self.weights, f"{DECODER}places", values)


def parts(values: np.ndarray, cardinalities: Sequence[int]) -> Iterator[np.ndarray]:
    """Each sub-column's own part ``(n, K)`` of values of all codes."""
    yield from np.split(values, np.cumsum(cardinalities)[:-1], axis=1)


def positions_of(places: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Positions on [0, 1] ``(n, P)`` of the decoder's places: quantiles of their densities."""
    location, log_scale = np.split(places.astype(np.float64), 2, axis=1)
    with np.errstate(divide="ignore"):
        noise = np.log(uniform) - np.log1p(-uniform)
    scale = np.exp(np.clip(log_scale, -LARGEST_LOG_SCALE, LARGEST_LOG_SCALE))
    found: np.ndarray = 0.5 + 0.5 * np.tanh(0.5 * (location + scale * noise))
    return found


def levelled(quantiles: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Positions ``(n, P)`` as shares of the ``quantiles`` ``(P, Q)`` below them."""
    shares = np.linspace(0, 1, quantiles.shape[1])
    found = np.empty_like(positions)
    for place, own in enumerate(quantiles):
        found[:, place] = np.interp(positions[:, place], own, shares)
    return found
