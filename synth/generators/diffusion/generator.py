"""The fitted diffusion: draws of whole rows, at any temperature, and of what is not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.generators.contract import Saved
from synth.generators.diffusion.completion import Completion
from synth.generators.diffusion.noise import Noise
from synth.generators.diffusion.settings import NetworkSettings
from synth.generators.diffusion.transport import Transport
from synth.generators.diffusion.unmasking import Unmasking
from synth.generators.positions import Positions
from synth.generators.weights import Weighting, taken
from synth.table.sub_column import SubColumn

BATCH_ROWS = 4096  # fixed: another size would draw other numbers


class DiffusionGenerator:
    """First-level codes are unmasked one after the other, then positions flow from noise.

    How likely a row is, is known by a bound only: it is not scored.
    """

    name = "diffusion"

    def __init__(
        self, positions: Positions, weights: Mapping[str, np.ndarray], settings: NetworkSettings
    ):
        self.places, self.weights, self.settings = positions, dict(weights), settings
        sizes = positions.cardinalities
        self.unmasking = Unmasking(self.weights, sizes, settings.sampling_steps)
        self.transport = Transport(self.weights, sizes, settings.flow_steps)

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; a row takes noise of its own for each code."""
        return self.sample_tempered(rows, rng, 1.0)

    def sample_tempered(
        self, rows: int, rng: np.random.Generator, temperature: float
    ) -> np.ndarray:
        """Each code is drawn with its shares given those before it to ``1 / temperature``.

        So is the place in a group, by the shares of the group; what other columns tell of it moves
        with these.
        """
        found = np.zeros((rows, len(self.places.sub_columns)), np.int32)
        for part in self._parts(rows):
            noise = Noise.drawn(len(found[part]), self.places, rng)
            masked = np.tile(self.unmasking.masks, (len(found[part]), 1))
            first = self.unmasking.draw(masked, noise.order, noise.uniform, power=1 / temperature)
            moving = self.places.moving(first)
            positions = self.transport.positions(first, moving, noise.normal)
            places = self.places if temperature == 1 else self._tempered(1 / temperature)
            found[part] = places.codes(first, positions)
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
        """The codes with all drawn anew that are not given, see ``completion``.

        What is given of the first level is there from the start: exact, up to the network. Places
        that are given lead the other places of the row on their way, not its first-level codes.
        """
        done, share = np.array(codes, np.int32), np.zeros(len(codes))
        completion = Completion(self.places, self.unmasking, self.transport, never)
        for part in self._parts(len(done)):
            rows = np.arange(len(done))[part]
            own = taken(weights or {}, rows)
            done[part], share[part] = completion.draw(done[part], given[part], own, rng)
        return done, float(1 / share.mean()) if share.any() else float("inf")

    def save(self) -> Saved:
        """The weights, the tables of places, and what they are of."""
        subs = [sub.to_json() for sub in self.places.sub_columns]
        described = {"sub_columns": subs, "settings": self.settings.describe()}
        return Saved(described, {**self.weights, **self.places.tensors()})

    @classmethod
    def load(cls, saved: Saved) -> DiffusionGenerator:
        """The generator that :meth:`save` wrote."""
        subs = [SubColumn.from_json(sub) for sub in saved.description["sub_columns"]]
        places = Positions.loaded(subs, saved.tensors)
        weights = {name: own for name, own in saved.tensors.items() if name not in places.tensors()}
        return cls(places, weights, NetworkSettings(**saved.description["settings"]))

    def _tempered(self, power: float) -> Positions:
        raised = [own.astype(np.float64) ** power for own in self.places.shares]
        shares = [(own / own.sum(1, keepdims=True)).astype(np.float32) for own in raised]
        return Positions(self.places.sub_columns, tuple(shares))

    @staticmethod
    def _parts(rows: int) -> list[slice]:
        return [slice(start, start + BATCH_ROWS) for start in range(0, rows, BATCH_ROWS)]
