"""The fitted copula: rows of normals, cut into codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.generators.contract import Saved
from synth.generators.gaussian_copula.completion import complete
from synth.generators.gaussian_copula.tables import CopulaTables
from synth.generators.weights import Weighting


class GaussianCopulaGenerator:
    """Correlated normals, one for each sub-column of an even level; a fine place goes with them."""

    name = "gaussian_copula"

    def __init__(self, tables: CopulaTables):
        self.tables = tables

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``, a normal per row and sub-column of an even level."""
        normals = rng.standard_normal((rows, len(self.tables.orders))) @ self.tables.factor.T
        return self.tables.codes(normals)

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """The codes with all drawn anew that are not given, given the rest; see ``completion``."""
        return complete(self.tables, codes, given, rng, never, weights)

    def save(self) -> Saved:
        """The tables, and what they are of."""
        tables = self.tables
        tensors = {"correlation": tables.correlation, **tables.positions.tensors()}
        for place, (order, shares) in enumerate(zip(tables.orders, tables.shares, strict=True)):
            tensors |= {f"order.{place}": order, f"shares.{place}": shares}
        subs = [sub.to_json() for sub in tables.positions.sub_columns]
        return Saved({"sub_columns": subs}, tensors)
