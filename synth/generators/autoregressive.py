"""The flagship: one code after the other, each from those before it.

A masked autoregressive density over two-level codes, in the line of MADE (Germain et al. 2015) and
TabularARGN (Tiwald et al. 2025), with ordinal-aware tables. Training needs torch, sampling numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth.encode import SubColumn
from synth.generators.kernel import Head, fold, sample_codes

if TYPE_CHECKING:
    from synth.nn import FusedNetwork

BATCH_ROWS = 4096  # fixed: another size would draw other numbers; this one stays in the cache


@dataclass(frozen=True)
class AutoregressiveSettings:
    """Size of the network."""

    hidden: int = 64
    residual_layers: int = 1
    dropout: float = 0.1


class AutoregressiveGenerator:
    """Sub-columns, their counts in the train part, and the weights of a fitted network."""

    name = "autoregressive"
    settings_type = AutoregressiveSettings

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        counts: Sequence[np.ndarray],
        weights: Mapping[str, np.ndarray],
        settings: AutoregressiveSettings | None = None,
    ):
        self.sub_columns = tuple(sub_columns)
        self.counts = [np.asarray(count, np.int64) for count in counts]
        self.weights = dict(weights)
        self.settings = settings or AutoregressiveSettings()
        self._heads: tuple[Head, ...] | None = None

    @staticmethod
    def network(
        sub_columns: Sequence[SubColumn],
        counts: Sequence[np.ndarray],
        settings: AutoregressiveSettings,
    ) -> FusedNetwork:
        """The untrained torch network of these sub-columns."""
        from synth.nn import FusedNetwork

        return FusedNetwork(
            sub_columns,
            counts,
            hidden=settings.hidden,
            residual_layers=settings.residual_layers,
            dropout=settings.dropout,
        )

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; the same generator state, the same codes."""
        if self._heads is None:
            self._heads = fold(self.weights, self.sub_columns, self.counts)
        parts = [
            sample_codes(self._heads, min(BATCH_ROWS, rows - start), rng)
            for start in range(0, rows, BATCH_ROWS)
        ]
        return np.concatenate(parts) if parts else np.empty((0, len(self.sub_columns)), np.int32)

    def describe(self) -> dict[str, Any]:
        """What the model folder's manifest says besides the weights."""
        return {
            "settings": asdict(self.settings),
            "sub_columns": [sub.to_json() for sub in self.sub_columns],
            "counts": [count.tolist() for count in self.counts],
        }

    @classmethod
    def load(
        cls, description: dict[str, Any], weights: Mapping[str, np.ndarray]
    ) -> AutoregressiveGenerator:
        """The generator that :meth:`describe` and its weights tell of."""
        return cls(
            [SubColumn.from_json(sub) for sub in description["sub_columns"]],
            [np.array(count) for count in description["counts"]],
            weights,
            AutoregressiveSettings(**description["settings"]),
        )
