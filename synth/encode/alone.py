"""Values of a column with a parent in the rows that lack it: codes of their own, beside the lag's.

Where a start is missing, its end is coded as a column without a parent would be. These sub-columns
hold one code more, for all the rows that have a lag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import choose_rows
from synth.encode.moment import MomentEncoding
from synth.encode.numeric import NumericEncoding
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import MomentState, NumberState
from synth.table.schema import Column
from synth.table.sub_column import SubColumn

OWN_LEVEL = 8  # beyond the levels of lags and their times of day
Whole = NumericEncoding | MomentEncoding


@dataclass(frozen=True)
class Alone:
    """Codes of ``whole``, each first level with one code more: the row has a lag instead."""

    whole: Whole

    @classmethod
    def fit(cls, column: Column, state: NumberState, settings: EncoderSettings) -> Alone:
        """As a column without a parent is fitted, from all its rows."""
        if isinstance(state, MomentState):
            return cls(MomentEncoding.fit(column, state, settings))
        return cls(NumericEncoding.fit(column, state, settings))

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        levelled = (replace(s, level=OWN_LEVEL + s.level) for s in self.whole.sub_columns)
        return tuple(sub if sub.level % 2 else sub.with_one_more() for sub in levelled)

    def encode(self, array: pa.Array, alone: np.ndarray) -> np.ndarray:
        """int32 codes; those of rows that are not alone say so."""
        codes = np.tile(self._unused, (len(array), 1))
        if alone.any():
            codes[alone] = self.whole.encode(array.filter(pa.array(alone)))
        return codes

    def decode(
        self,
        codes: np.ndarray,
        alone: np.ndarray,
        others: np.ndarray,
        numeric: NumericEncoding,
        rng: np.random.Generator,
    ) -> pa.Array:
        """Values of all rows, none of them null.

        ``others``: codes of ``numeric`` for the rows that name no value.
        """
        anything = numeric.decode(others, rng)
        sizes = np.array([sub.cardinality for sub in self.whole.sub_columns])
        named = alone & (codes < sizes).all(1)
        values = self.whole.decode(np.where(named[:, None], codes, 0), rng)
        return choose_rows(named & np.asarray(values.is_valid()), values, anything)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.whole.kind, **self.whole.to_json()}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> Alone:
        kinds: dict[str, Any] = {kind.kind: kind for kind in (NumericEncoding, MomentEncoding)}
        return cls(kinds[data["kind"]].from_json(column, data))

    @property
    def _unused(self) -> np.ndarray:
        subs = self.whole.sub_columns
        return np.array([0 if s.level % 2 else s.cardinality for s in subs], np.int32)


def drawn_codes(
    encoding: NumericEncoding,
    rows: int,
    rng: np.random.Generator,
    without: Sequence[int | float] = (),
) -> np.ndarray:
    """int32 codes ``(rows, 1 or 2)`` of values as often as the encoding has seen them.

    ``without``: values that are not to be drawn, where there are others.
    """
    cells = encoding.cells
    left = np.where(np.isin(cells.lower, without) & cells.is_atom, 0, cells.counts)
    reach = np.cumsum(left if left.any() else cells.counts)
    cell = np.searchsorted(reach, rng.random(rows) * reach[-1], side="right")
    levels = encoding.levels
    codes = np.stack([levels.group[cell], levels.place[cell]], 1)
    return codes[:, : len(encoding.sub_columns)].astype(np.int32)
