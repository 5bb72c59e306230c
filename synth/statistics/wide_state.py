"""What is known of a column of decimals of more than 18 digits: floats do not tell these apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from synth.statistics.column_state import NumberState
from synth.statistics.distinct import DistinctValues, hash_texts
from synth.statistics.frequent import FrequentTexts
from synth.table.schema import decimal_parts
from synth.table.wide_decimals import unscaled

REACH = 2**62  # whole numbers below it can be added and subtracted in int64


@dataclass
class WideState(NumberState):
    """The state of the values as floats, and beside it that of their exact, unscaled numbers.

    ``near``: of those below ``REACH``; ``beyond`` counts the others. ``exact``: all of them, as
    texts, with their counts: exact while the distinct values fit. ``low`` and ``high`` are the
    least and the largest, None while there is none.
    """

    near: NumberState = field(init=False)
    beyond: int = 0
    exact: FrequentTexts = field(default_factory=FrequentTexts)
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.near = NumberState(replace(self.column, type="bigint"))

    @property
    def scale(self) -> int:
        """Digits after the point."""
        parts = decimal_parts(self.column.type)
        assert parts is not None
        return parts[1]

    @property
    def counted(self) -> FrequentTexts:
        """Frequent values with their counts."""
        return self.exact

    def update(self, array: pa.Array) -> None:
        """Add the rows of an array of the column's type."""
        distinct, self.distinct = self.distinct, DistinctValues()
        super().update(array)
        self.distinct = distinct
        values, valid = unscaled(array)
        is_near = np.asarray(np.abs(values) < REACH, bool) & valid
        self.near.update(pa.array(np.where(is_near, values, 0).astype(np.int64), mask=~is_near))
        self.beyond += int(valid.sum() - is_near.sum())
        if not valid.any():
            return
        unique, counts = np.unique(values[valid], return_counts=True)
        texts = [str(value) for value in unique]
        self.exact.add(texts, counts.tolist())
        self.distinct.add_hashes(hash_texts(texts))
        self._reach(int(unique[0]), int(unique[-1]))

    def merge(self, other: NumberState) -> None:
        """Add the rows that another state of the column has seen."""
        super().merge(other)
        assert isinstance(other, WideState)
        self.near.merge(other.near)
        self.beyond += other.beyond
        self.exact.merge(other.exact)
        if other.low is not None and other.high is not None:
            self._reach(other.low, other.high)

    def _reach(self, low: int, high: int) -> None:
        self.low = low if self.low is None else min(low, self.low)
        self.high = high if self.high is None else max(high, self.high)

    def to_fields(self) -> dict[str, Any]:
        """The fields of a number, under ``near/`` those of the near ones, and the exact counts."""
        fields = super().to_fields()
        fields |= {f"near/{key}": value for key, value in self.near.to_fields().items()}
        ends = [] if self.low is None else [str(self.low), str(self.high)]
        return fields | {
            "beyond": self.beyond,
            "exact": list(self.exact.counts),
            "exact_counts": np.array(list(self.exact.counts.values()), np.int64),
            "exact_error": self.exact.error,
            "ends": ends,
        }

    @classmethod
    def from_fields(cls, column: Any, fields: dict[str, Any]) -> WideState:
        """What :meth:`to_fields` gave."""
        state = super().from_fields(column, fields)
        assert isinstance(state, WideState)
        lead = "near/"
        own = {k.removeprefix(lead): v for k, v in fields.items() if k.startswith(lead)}
        state.near = NumberState.from_fields(replace(column, type="bigint"), own)
        state.beyond = int(fields["beyond"])
        counts = dict(zip(fields["exact"], fields["exact_counts"].tolist(), strict=True))
        state.exact = FrequentTexts(counts, int(fields["exact_error"]))
        if fields["ends"]:
            state.low, state.high = (int(end) for end in fields["ends"])
        return state
