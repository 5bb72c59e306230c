"""The flagship: one code after the other, each from those before it.

A masked autoregressive density over two-level codes, in the line of MADE (Germain et al. 2015) and
TabularARGN (Tiwald et al. 2025), with ordinal-aware tables. Fitting needs torch, sampling numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.generators.autoregressive.completion import complete
from synth.generators.autoregressive.folding import LOOKUPS, fold
from synth.generators.autoregressive.kernel import (
    BATCH_ROWS,
    IMPOSSIBLE,
    Head,
    log_probabilities,
    sample_codes,
)
from synth.generators.autoregressive.orders import declared_orders
from synth.generators.autoregressive.settings import NetworkSettings
from synth.generators.contract import Saved
from synth.generators.weights import Weighting
from synth.table.sub_column import SubColumn

FORMAT_OF_LOOKUPS = 9  # of models: an earlier version would leave them out
FOLDED_ORDERS = 16  # kept at most: each is a copy of the weights


class AutoregressiveGenerator:
    """Sub-columns, their counts in the train part, and the weights of a fitted network."""

    name = "autoregressive"

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        counts: Sequence[np.ndarray],
        weights: Mapping[str, np.ndarray],
        settings: NetworkSettings | None = None,
    ):
        self.sub_columns = tuple(sub_columns)
        self.counts = [np.asarray(count, np.int64) for count in counts]
        self.weights = dict(weights)
        self.settings = settings or NetworkSettings()
        self._heads: dict[tuple[int, ...] | None, tuple[Head, ...]] = {}

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; the same generator state, the same codes."""
        return sample_codes(self.heads(), rows, rng)

    def sample_tempered(
        self, rows: int, rng: np.random.Generator, temperature: float
    ) -> np.ndarray:
        """The same at a temperature: below 1 prefers what is likely, above 1 what is rare."""
        return sample_codes(self.heads(), rows, rng, temperature)

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes ``(n, n_sub)`` with all drawn anew that are not ``given`` (bool, same shape).

        Also the effective number of draws behind a row, see ``completion``.
        ``never`` has bool ``(K,)`` per sub-column: codes that are not to be drawn. ``weights`` are
        those of the contract.
        """
        orders = declared_orders(self.sub_columns, self.settings.conditions)
        any_order = self.settings.flexible
        return complete(self.heads, orders, any_order, codes, given, rng, never, weights)

    def log_prob(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``: the log probability of each row of codes, in nats; -inf if never."""
        heads = self.heads()
        parts = [
            log_probabilities(heads, codes[start : start + BATCH_ROWS]).sum(1)
            for start in range(0, len(codes), BATCH_ROWS)
        ]
        found = np.concatenate([*parts, np.zeros(0)])
        return np.where(found < IMPOSSIBLE / 2, -np.inf, found)

    def heads(self, order: Sequence[int] | None = None) -> tuple[Head, ...]:
        """The heads in an order of the sub-columns; InputError where only the table's is known."""
        key = None if order is None else tuple(order)
        if key not in self._heads:
            if len(self._heads) > FOLDED_ORDERS:
                self._heads.clear()
            self._heads[key] = fold(self.weights, self.sub_columns, self.counts, order)
        return self._heads[key]

    def save(self) -> Saved:
        """What the model folder holds of it."""
        description = {
            "settings": self.settings.describe(),
            "sub_columns": [sub.to_json() for sub in self.sub_columns],
            "counts": [count.tolist() for count in self.counts],
        }
        looks_up = any(name.startswith(LOOKUPS) for name in self.weights)
        return Saved(description, self.weights, FORMAT_OF_LOOKUPS if looks_up else Saved.format)

    @classmethod
    def load(cls, saved: Saved) -> AutoregressiveGenerator:
        """The generator that :meth:`save` wrote."""
        description = saved.description
        return cls(
            [SubColumn.from_json(sub) for sub in description["sub_columns"]],
            [np.array(count) for count in description["counts"]],
            saved.tensors,
            NetworkSettings(**description["settings"]),
        )
