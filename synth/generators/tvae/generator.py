"""The fitted autoencoder: latents are drawn and decoded, in numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.generators.contract import Saved
from synth.generators.dense import Weights, linear, softmax, tower
from synth.generators.draws import drawn_each
from synth.generators.positions import Positions
from synth.generators.tvae.prior import GaussianMixture
from synth.table.sub_column import SubColumn

ROWS_AT_A_TIME = 4096  # whose probabilities of all codes are held at once
DECODER, QUANTILES = "decoder.", "quantiles"
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


class TvaeGenerator:
    """Latents of a mixture of Gaussians, and rows as the decoder has them given these."""

    name = "tvae"

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        positions: Positions,
        prior: GaussianMixture,
        weights: Weights,
        quantiles: np.ndarray | None = None,
    ):
        """``weights`` are those of the decoder, by the names of the whole network.

        ``quantiles`` ``(P, Q)`` are of the positions that the decoder makes, at equal distances:
        those that are drawn are uniform by them, over all rows. None leaves them as they are.
        """
        self.positions, self.prior = positions, prior
        as_they_are = np.tile(np.linspace(0, 1, 2), (len(positions.fine), 1))
        self.quantiles = as_they_are if quantiles is None else quantiles
        self.decoder = Decoder(weights)
        self._sub_columns = tuple(sub_columns)

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; categories are drawn from their shares.

        NOTE[DIFF]: the published code takes the most likely category, so that rare ones vanish.
        """
        found = np.zeros((rows, len(self._sub_columns)), np.int32)
        for start in range(0, rows, ROWS_AT_A_TIME):
            part = found[start : start + ROWS_AT_A_TIME]
            first, positions = self.decoded(self.latents(len(part), rng), rng)
            part[:] = self.positions.codes(first, levelled(self.quantiles, positions))
        return found

    def latents(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """float32 ``(rows, L)``."""
        normal = rng.standard_normal((rows, self.prior.means.shape[1]))
        return self.prior.draw(rng.random(rows), normal)

    def save(self) -> Saved:
        """What the decoder and the prior have learned, and the tables of the places."""
        subs = [sub.to_json() for sub in self._sub_columns]
        tensors = {**self.decoder.weights, **self.prior.tensors(), **self.positions.tensors()}
        tensors[QUANTILES] = self.quantiles
        return Saved({"sub_columns": subs}, tensors)

    @classmethod
    def load(cls, saved: Saved) -> TvaeGenerator:
        """The generator that ``save`` wrote."""
        subs = tuple(SubColumn.from_json(sub) for sub in saved.description["sub_columns"])
        tensors = saved.tensors
        weights = {name: own for name, own in tensors.items() if name.startswith(DECODER)}
        prior = GaussianMixture.loaded(tensors)
        positions = Positions.loaded(subs, tensors)
        return cls(subs, positions, prior, weights, tensors[QUANTILES])

    def decoded(
        self, latents: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """int32 first-level codes ``(n, F)`` and positions ``(n, P)``, not yet levelled."""
        logits, places = self.decoder(latents)
        columns = parts(logits, self.positions.cardinalities)
        first = [drawn_each(softmax(own), rng.random(len(own))) for own in columns]
        uniform = rng.random((len(latents), len(self.positions.fine)))
        return np.stack(first, 1), positions_of(places, uniform)


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
