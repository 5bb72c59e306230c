"""First-level codes drawn: each row's are unmasked in an order of its own, in numpy.

NOTE[DIFF]: as many in each step, in the order-agnostic form of Hoogeboom et al. 2022; MDLM leaves
to chance how many, and wastes steps in which there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from synth.generators.dense import Weights, softmax, starts_of, tower
from synth.generators.draws import drawn_each

CACHED_ROWS = 512  # whose layers stay in the cache: a third less time
MOST_SHARES = 2**22  # numbers at a time: memory, where a column has many codes
SHARED_STEPS = 2  # rows are alike in so many: those of one state are computed once

# (column, rows, shares (n, K)) -> shares (n, K), in any proportion
Change = Callable[[int, np.ndarray, np.ndarray], np.ndarray]
Order = np.ndarray  # int64 (n, F): the columns of each row, in the order in which they are unmasked


class Unmasking:
    """What :class:`synth.generators.diffusion.masked_network.MaskedNetwork` has learned.

    n rows, F sub-columns, K codes of one. A masked code is K, above all others.
    """

    def __init__(self, weights: Weights, cardinalities: tuple[int, ...], steps: int):
        self.weights, self.cardinalities = weights, cardinalities
        self.steps = min(steps, len(cardinalities))
        self.masks = np.array(cardinalities, np.int32)
        self._inputs = starts_of(tuple(size + 1 for size in cardinalities))
        self._outputs = starts_of(cardinalities)

    def draw(
        self,
        codes: np.ndarray,
        order: Order,
        uniform: np.ndarray,
        change: Change | None = None,
        *,
        power: float = 1.0,
    ) -> np.ndarray:
        """int32 codes ``(n, F)``: the masked ones of ``codes`` drawn, given the others.

        ``order`` may have all columns of a row or its first ones; what is not masked is passed
        over, what is not named stays masked. ``uniform`` is ``(n, F)``, by column. Shares count to
        this ``power``.
        """
        done = codes.astype(np.int32)
        if not len(done):
            return done
        if power != 1:
            change = _raised(power, change)
        table = self.weights["masked.embedding.table"]
        total = np.zeros((len(done), table.shape[1]), np.float32)
        for start, own in zip(self._inputs, done.T, strict=True):
            total += table[start + own]
        bounds = np.linspace(0, order.shape[1], min(self.steps, order.shape[1]) + 1)
        cuts = np.round(bounds).astype(int)
        for step, (begin, end) in enumerate(pairwise(cuts)):
            turn = np.zeros(done.shape, bool)
            np.put_along_axis(turn, order[:, begin:end], True, 1)
            turn &= done == self.masks
            self._step(done, total, turn, uniform, change, shared=step < SHARED_STEPS)
        return done

    def _step(
        self,
        done: np.ndarray,
        total: np.ndarray,
        turn: np.ndarray,
        uniform: np.ndarray,
        change: Change | None,
        *,
        shared: bool,
    ) -> None:
        """Draws the codes ``(n, F)`` whose ``turn`` it is into ``done``, and adds to ``total``."""
        rows = np.flatnonzero(turn.any(1))
        states = np.arange(len(rows))  # which line of ``hidden`` is a row's
        speaking = rows
        if shared and len(rows):
            _, at, states = np.unique(done[rows], axis=0, return_index=True, return_inverse=True)
            speaking, states = rows[at], states.reshape(-1)
        parts = [speaking[at : at + CACHED_ROWS] for at in range(0, len(speaking), CACHED_ROWS)]
        towers = [tower(self.weights, "masked.tower", total[part]) for part in parts]
        hidden = np.concatenate(towers) if towers else total[:0]
        table = self.weights["masked.embedding.table"]
        for column in np.flatnonzero(turn.any(0)).tolist():
            own = np.flatnonzero(turn[rows, column])
            start, size = self._inputs[column], self.cardinalities[column]
            most = max(MOST_SHARES // size, 1)
            for part in (own[at : at + most] for at in range(0, len(own), most)):
                shares = self._shares(hidden, states[part], column, shared=shared)
                if change is not None:
                    shares = change(column, rows[part], shares)
                drawn = drawn_each(shares, uniform[rows[part], column])
                done[rows[part], column] = drawn
                total[rows[part]] += table[start + drawn] - table[start + size]

    def _shares(
        self, hidden: np.ndarray, states: np.ndarray, column: int, *, shared: bool
    ) -> np.ndarray:
        """float32 ``(n, K)`` of a column, one line for each of ``states``."""
        begin, size = self._outputs[column], self.cardinalities[column]
        weight = self.weights["masked.heads.weight"][begin : begin + size]
        bias = self.weights["masked.heads.bias"][begin : begin + size]
        if not shared:
            return softmax(hidden[states] @ weight.T + bias)
        seen, which = np.unique(states, return_inverse=True)
        return softmax(hidden[seen] @ weight.T + bias)[which]


def _raised(power: float, change: Change | None) -> Change:
    def raised(column: int, rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
        own = (shares / shares.max(1, keepdims=True)) ** power
        return own if change is None else change(column, rows, own)

    return raised
