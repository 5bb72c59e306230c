"""The fitted autoencoder: latents are drawn and decoded, in numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.contract import Saved
from synth.generators.dense import Weights, softmax
from synth.generators.draws import drawn_each
from synth.generators.positions import Positions
from synth.generators.tvae.completion import LatentPools
from synth.generators.tvae.decoder import DECODER, Decoder, levelled, parts, positions_of
from synth.generators.tvae.prior import GaussianMixture
from synth.generators.weights import Weighting
from synth.table.sub_column import SubColumn

ROWS_AT_A_TIME = 4096  # whose probabilities of all codes are held at once
QUANTILES = "quantiles"


class TvaeGenerator:
    """Latents of a mixture of Gaussians, and rows as the decoder has them given these.

    Conditional, by importance: see :mod:`synth.generators.tvae.completion`.
    """

    name = "tvae"

    def __init__(
        self,
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

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; categories are drawn from their shares.

        NOTE[DIFF]: the published code takes the most likely category, so that rare ones vanish.
        """
        found = np.zeros((rows, len(self.positions.sub_columns)), np.int32)
        for start in range(0, rows, ROWS_AT_A_TIME):
            part = found[start : start + ROWS_AT_A_TIME]
            first, positions = self.decoded(self.latents(len(part), rng), rng)
            part[:] = self.positions.codes(first, levelled(self.quantiles, positions))
        return found

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes with all drawn anew that are not given, and the mean effective latents."""
        pools = LatentPools(self.positions, self.latents, self.decoder)
        return pools.complete(codes, given, rng, never, weights)

    def latents(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """float32 ``(rows, L)``."""
        normal = rng.standard_normal((rows, self.prior.means.shape[1]))
        return self.prior.draw(rng.random(rows), normal)

    def save(self) -> Saved:
        """What the decoder and the prior have learned, and the tables of the places."""
        subs = [sub.to_json() for sub in self.positions.sub_columns]
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
        return cls(positions, prior, weights, tensors[QUANTILES])

    def decoded(
        self, latents: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """int32 first-level codes ``(n, F)`` and positions ``(n, P)``, not yet levelled."""
        logits, places = self.decoder(latents)
        columns = parts(logits, self.positions.cardinalities)
        first = [drawn_each(softmax(own), rng.random(len(own))) for own in columns]
        uniform = rng.random((len(latents), len(self.positions.fine)))
        return np.stack(first, 1), positions_of(places, uniform)
