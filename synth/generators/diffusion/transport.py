"""Positions drawn: noise that flows along the learned velocities, in numpy.

NOTE[DIFF]: by a fixed number of Heun's steps, where Lipman et al. 2023 have a solver that chooses
its own by all rows together: here a row depends on its own noise only.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from synth.generators.dense import Weights, embedded, linear, starts_of, tower

WAVES = 4  # cosines of a time, beside itself
EDGE = 1e-4  # positions lie so far within (0, 1): normal scores up to 3.7


class Transport:
    """What :class:`synth.generators.diffusion.flow_network.FlowNetwork` has learned.

    n rows, F first-level codes, P positions of a row.
    """

    def __init__(self, weights: Weights, cardinalities: tuple[int, ...], steps: int):
        self.weights, self.steps = weights, steps
        self.starts = starts_of(cardinalities)

    def positions(
        self,
        first: np.ndarray,
        moving: np.ndarray,
        noise: np.ndarray,
        given: np.ndarray | None = None,
        known: np.ndarray | None = None,
    ) -> np.ndarray:
        """float32 ``(n, P)`` on [0, 1] from normal noise of the same shape, by Heun's steps.

        ``moving`` is bool ``(n, P)``: all others keep their noise. Where ``given``, a score goes
        the way to the ``known`` position, so that the others follow it in part.
        """
        still = np.ones_like(moving) if given is None else ~given
        score = noise.astype(np.float32)
        wanted = None
        if given is not None and known is not None:
            wanted = ndtri(np.clip(known, EDGE, 1 - EDGE)).astype(np.float32)
        rows = moving.any(1) & (moving & still).any(1)
        if rows.any():
            moved = self._flow(
                embedded(self.weights["flow.embedding.table"], self.starts, first[rows]),
                moving[rows],
                score[rows],
                None if wanted is None else wanted[rows],
                still[rows],
            )
            score[rows] = np.where(moving[rows], moved, score[rows])
        if wanted is not None:
            score = np.where(still, score, wanted)
        found: np.ndarray = ndtr(score)
        return found

    def _flow(
        self,
        condition: np.ndarray,
        moving: np.ndarray,
        noise: np.ndarray,
        wanted: np.ndarray | None,
        still: np.ndarray,
    ) -> np.ndarray:
        """Scores ``(n, P)`` at time 1; ``condition`` has a row's vector ``(n, width)``."""

        def placed(score: np.ndarray, time: float) -> np.ndarray:
            if wanted is None:
                return score
            angle = time * np.pi / 2
            on_way = np.float32(np.cos(angle)) * noise + np.float32(np.sin(angle)) * wanted
            return np.where(still, score, on_way)

        def velocity(score: np.ndarray, time: float) -> np.ndarray:
            return self._velocity(condition, placed(score, time) * moving, time)

        score, step = noise, np.float32(1 / self.steps)
        for turn in range(self.steps):
            begin, end = turn / self.steps, (turn + 1) / self.steps
            first = velocity(score, begin)
            second = velocity(score + step * first, end)
            score = score + step / 2 * (first + second)
        return score

    def _velocity(self, condition: np.ndarray, at: np.ndarray, time: float) -> np.ndarray:
        waves = np.cos(np.pi * time * np.arange(1, WAVES + 1))
        features = np.concatenate([[time], waves]).astype(np.float32)
        whole = np.concatenate([at, np.broadcast_to(features, (len(at), len(features)))], 1)
        inner = tower(
            self.weights, "flow.tower", condition + linear(self.weights, "flow.scores", whole)
        )
        return linear(self.weights, "flow.velocity", inner)
