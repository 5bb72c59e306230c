"""The flagship: one code after the other, each from those before it.

A masked autoregressive density over two-level codes, in the line of MADE (Germain et al. 2015) and
TabularARGN (Tiwald et al. 2025), with ordinal-aware tables. Training needs torch, sampling numpy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.autoregressive.calibration import corrections
from synth.generators.autoregressive.class_weights import class_weights
from synth.generators.autoregressive.completion import complete
from synth.generators.autoregressive.folding import PARTNERS, fold
from synth.generators.autoregressive.kernel import (
    BATCH_ROWS,
    IMPOSSIBLE,
    Head,
    log_probabilities,
    sample_codes,
)
from synth.generators.autoregressive.orders import declared_orders
from synth.generators.autoregressive.wiring import PARENTS, wire
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn, groups_of

if TYPE_CHECKING:
    from synth.generators.autoregressive.network import FusedNetwork

# From so many rows on, the rate.
DROPOUT = ((200_000, 0.1), (30_000, 0.15), (5_000, 0.2), (1_500, 0.3), (0, 0.5))
CALIBRATION_SEED = 0
FOLDED_ORDERS = 16  # kept at most: each is a copy of the weights


@dataclass(frozen=True)
class AutoregressiveSettings:
    """Size of the network, and what it can do.

    ``dropout``: by the rows of the train part where it is None. ``flexible``: half of the training
    in random orders of the columns, so that any subset of them can be given exactly, at some cost
    in quality. ``conditions``: sets of columns that are often given together; half of the training
    draws each of them first, so that they can be given exactly, at less. ``parents``: how many
    sub-columns a head sees directly. ``class_weights``: a column
    that is drawn first, whose values weigh alike in learning all others.
    """

    hidden: int = 64
    residual_layers: int = 1
    dropout: float | None = None
    flexible: bool = False
    conditions: tuple[tuple[str, ...], ...] = ()
    parents: int = PARENTS
    class_weights: str | None = None

    def __post_init__(self) -> None:
        """Conditions as tuples: JSON knows lists only. ValueError for a text in place of a set."""
        if any(isinstance(texts, str) for texts in (self.conditions, *self.conditions)):
            raise InputError(
                f"conditions are sets of columns, such as [['sex', 'age']], however: "
                f"{self.conditions!r}"
            )
        object.__setattr__(self, "conditions", tuple(map(tuple, self.conditions)))

    def dropout_of(self, rows: int, cells: float) -> float:
        """The given rate, or one that falls with the rows: few rows are soon known by heart.

        None where the joint has no more ``cells`` than there are rows: then its shares are known.
        """
        if self.dropout is not None:
            return self.dropout
        if cells <= rows:
            return 0.0
        return next(rate for least, rate in DROPOUT if rows >= least)


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
        self._heads: dict[tuple[int, ...] | None, tuple[Head, ...]] = {}

    @staticmethod
    def network(
        sub_columns: Sequence[SubColumn],
        statistics: CodeStatistics,
        settings: AutoregressiveSettings,
    ) -> FusedNetwork:
        """The untrained torch network of these sub-columns."""
        from synth.generators.autoregressive.network import FusedNetwork

        orders = declared_orders(sub_columns, settings.conditions)
        wiring = wire(
            statistics.relations,
            groups_of(sub_columns),
            flexible=settings.flexible or bool(orders),
            parents=settings.parents,
        )
        return FusedNetwork(
            sub_columns,
            statistics,
            wiring,
            orders=orders,
            any_order=settings.flexible,
            hidden=settings.hidden,
            residual_layers=settings.residual_layers,
            dropout=settings.dropout_of(
                int(statistics.counts[0].sum()),
                math.prod(float(sub.cardinality) for sub in sub_columns),
            ),
            class_weights=class_weights(sub_columns, statistics.counts[0], settings.class_weights),
        )

    @classmethod
    def fitted(
        cls,
        sub_columns: Sequence[SubColumn],
        statistics: CodeStatistics,
        weights: Mapping[str, np.ndarray],
        settings: AutoregressiveSettings,
    ) -> AutoregressiveGenerator:
        """The generator of a trained network, its margins set to those of the train part."""
        heads = cls(sub_columns, statistics.counts, weights, settings).heads()
        rng = np.random.default_rng(CALIBRATION_SEED)
        moved = {
            **weights,
            PARTNERS: np.array([-1 if p is None else p for p in statistics.partners]),
        }
        for found in corrections(heads, statistics, rng):
            table = f"tables.{found.sub_column}"
            grouped = statistics.within[found.sub_column] is not None
            name = f"{table}.within" if grouped else f"{table}.bias"
            moved[name] = weights[name] + found.margin.reshape(weights[name].shape)
            if found.beside is not None:
                moved[f"{table}.beside"] = found.beside
        return cls(sub_columns, statistics.counts, moved, settings)

    def sample(
        self, rows: int, rng: np.random.Generator, *, temperature: float = 1.0
    ) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``; the same generator state, the same codes."""
        return sample_codes(self.heads(), rows, rng, temperature)

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes ``(n, n_sub)`` with all drawn anew that are not ``given`` (bool, same shape).

        Also the effective number of draws behind a row, see ``completion``.
        ``never`` has bool ``(K,)`` per sub-column: codes that are not to be drawn.
        """
        orders = declared_orders(self.sub_columns, self.settings.conditions)
        return complete(self.heads, orders, self.settings.flexible, codes, given, rng, never)

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
        """The heads in an order of the sub-columns; ValueError where only the table's is known."""
        key = None if order is None else tuple(order)
        if key not in self._heads:
            if len(self._heads) > FOLDED_ORDERS:
                self._heads.clear()
            self._heads[key] = fold(self.weights, self.sub_columns, self.counts, order)
        return self._heads[key]

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
