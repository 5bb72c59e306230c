"""Codes drawn given others: by importance, over latents that the prior draws.

Given its latents the columns of a row are independent: many latents are a mixture of products, of
equal shares, whose conditionals are known. What weighs a latent is how likely it makes what is
given (self-normalised importance sampling, Owen 2013, chapter 9).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from synth.generators.dense import softmax
from synth.generators.mixture.generator import MixtureGenerator
from synth.generators.mixture.tables import MixtureTables
from synth.generators.positions import Positions
from synth.generators.tvae.decoder import Decoder, parts
from synth.generators.weights import Weighting, taken

LATENTS = 2048  # that rows are drawn from
ROWS_A_POOL = 4096  # that share them


@dataclass(frozen=True)
class LatentPools:
    """Latents by their number and a random state, and what they decode to."""

    positions: Positions
    latents: Callable[[int, np.random.Generator], np.ndarray]
    decoder: Decoder

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        never: Sequence[np.ndarray] | None,
        weights: Weighting | None,
    ) -> tuple[np.ndarray, float]:
        """Codes ``(n, S)``, all drawn that are not given, and the mean effective latents of a row.

        A place is drawn by the margins of its group, and tells nothing but its group.
        """
        done, choice = np.array(codes, np.int32), np.zeros(len(codes))
        for start in range(0, len(done), ROWS_A_POOL):
            part = slice(start, start + ROWS_A_POOL)
            own = taken(weights, np.arange(len(done))[part]) if weights else None
            pool = MixtureGenerator(self.tables(self.latents(LATENTS, rng)))
            done[part], choice[part] = pool.completed(codes[part], given[part], rng, never, own)
        return done, float(choice.mean()) if len(done) else float(LATENTS)

    def tables(self, latents: np.ndarray) -> MixtureTables:
        """The mixture of products that latents ``(n, L)`` are, each of them a class."""
        positions = self.positions
        logits, _ = self.decoder(latents)
        found = dict(zip(positions.fine, positions.shares, strict=True))
        columns = parts(logits, positions.cardinalities)
        found |= zip(positions.first, map(softmax, columns), strict=True)
        subs, shares = positions.sub_columns, np.full(len(latents), 1 / len(latents))
        return MixtureTables(subs, shares, tuple(found[place] for place in range(len(subs))))
