"""All that is random of a row: drawn first, so that a row depends on nothing but its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from synth.generators.positions import Positions

LEAST = 2.0**-60  # above 0, of which there is no normal score


@dataclass(frozen=True)
class Noise:
    """Of n rows with F first-level codes and P positions.

    ``order`` is int64 ``(n, F)``: the columns of each row in the order in which they are drawn.
    ``uniform`` is float64 ``(n, F)``, by column; ``normal`` float32 ``(n, P)``.
    """

    order: np.ndarray
    uniform: np.ndarray
    normal: np.ndarray

    @classmethod
    def drawn(cls, rows: int, places: Positions, rng: np.random.Generator) -> Noise:
        """For so many rows; one line of numbers for each."""
        first, fine = len(places.first), len(places.fine)
        numbers = rng.random((rows, 2 * first + fine))
        order = np.argsort(numbers[:, :first], axis=1)
        normal = ndtri(np.maximum(numbers[:, 2 * first :], LEAST)).astype(np.float32)
        return cls(order, numbers[:, first : 2 * first], normal)
