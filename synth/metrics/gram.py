"""Sums of products of every pair of numeric columns: a mergeable state, and Pearson's correlations.

Nulls are left out pair by pair: a pair counts the rows in which both columns have a finite value.
Columns are standardised by numbers that are known beforehand, so that no digits are lost where a
column's mean is far larger than its spread (Chan, Golub and LeVeque 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synth.metrics.features import FeatureColumn, Floats
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from synth.statistics.pack import pack, unpack
from synth.table.schema import decimal_parts
from synth.table.values import is_whole

Counts = npt.NDArray[np.int64]
ROWS_PER_CHUNK = 32_768
FARTHEST = 1e70  # deviations from the centre: products of sums of squares stay finite
NO_SPREAD = 1e-12  # of the standardised sum of squares: below it is rounding


@dataclass(frozen=True)
class Standard:
    """The ordinal columns of a table, and what each is centred and scaled by, ``(k,)`` each.

    Any numbers near the mean and the deviation will do: the correlations do not depend on them.
    """

    columns: tuple[FeatureColumn, ...]
    centres: tuple[float, ...]
    scales: tuple[float, ...]

    @classmethod
    def of(cls, columns: Sequence[FeatureColumn], values: Floats) -> Standard:
        """Those of some rows ``(rows, k)`` of the ordinal columns: medians and deviations."""
        centres, scales = [], []
        for own in values.T:
            finite = own[np.isfinite(own)]
            centre = float(np.median(finite)) if len(finite) else 0.0
            with np.errstate(over="ignore"):
                spread = float(finite.std()) if len(finite) else 0.0
            centres.append(centre)
            scales.append(_scale(centre, spread))
        return cls(tuple(columns), tuple(centres), tuple(scales))

    @classmethod
    def of_profile(cls, columns: Sequence[FeatureColumn], profile: TableProfile) -> Standard:
        """Those of a whole table from its profile: means and deviations of the ordinal columns."""
        centres, scales = [], []
        for column in columns:
            state, parts = profile[column.name], decimal_parts(column.type)
            if not isinstance(state, NumberState):
                raise ValueError(f"column {column.name!r} has no numbers: give the ordinal columns")
            unit = 10.0 ** parts[1] if parts and is_whole(column.type) else 1.0
            centres.append(state.mean / unit)
            scales.append(_scale(centres[-1], state.deviation / unit))
        return cls(tuple(columns), tuple(centres), tuple(scales))

    def to_json(self) -> dict[str, Any]:
        """Names and types of the columns, with their numbers."""
        return {
            "columns": [{"name": column.name, "type": column.type} for column in self.columns],
            "centres": list(self.centres),
            "scales": list(self.scales),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Standard:
        """What :meth:`to_json` wrote."""
        columns = tuple(FeatureColumn(own["name"], own["type"], True) for own in data["columns"])
        return cls(columns, tuple(data["centres"]), tuple(data["scales"]))

    def read(self, values: Floats) -> tuple[Floats, Floats]:
        """``(z, valid)``, both float64 ``(rows, k)``: standardised, 0 where null, and 1 or 0."""
        with np.errstate(over="ignore", invalid="ignore"):
            z = (values - np.array(self.centres)) / np.array(self.scales)
        valid = np.isfinite(values)
        return np.clip(np.where(valid, z, 0.0), -FARTHEST, FARTHEST), valid.astype(np.float64)


def _scale(centre: float, spread: float) -> float:
    return spread if 0 < spread < np.inf else max(abs(centre), 1.0)


class GramState:
    """A :class:`synth.statistics.state.State` of ``k`` columns; its size is ``4 * k * k`` numbers.

    ``sums[i, j]`` and ``squares[i, j]`` are of column ``i`` over the rows where ``j`` has a value.
    Merging is exact for ``rows``, and up to rounding for the rest.
    """

    def __init__(self, standard: Standard):
        self.standard = standard
        size = (len(standard.columns),) * 2
        self.rows: Counts = np.zeros(size, np.int64)
        self.sums, self.squares, self.products = np.zeros(size), np.zeros(size), np.zeros(size)

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch that has the columns, by name."""
        read = [column.read(batch.column(column.name)) for column in self.standard.columns]
        if read:
            self.update_values(np.stack(read, axis=1))

    def update_values(self, values: Floats) -> None:
        """Add rows given as float64 ``(rows, k)``, NaN where null."""
        for start in range(0, len(values), ROWS_PER_CHUNK):
            z, valid = self.standard.read(values[start : start + ROWS_PER_CHUNK])
            self.rows += np.rint(valid.T @ valid).astype(np.int64)
            self.sums += z.T @ valid
            self.squares += (z * z).T @ valid
            self.products += z.T @ z

    def merge(self, other: GramState) -> None:
        """Add the rows of another state; ValueError where it is standardised otherwise."""
        if other.standard != self.standard:
            raise ValueError("sums of products add only where one standard was given to both")
        self.rows = self.rows + other.rows
        self.sums = self.sums + other.sums
        self.squares = self.squares + other.squares
        self.products = self.products + other.products

    def to_bytes(self) -> bytes:
        """The sums; the standard is not part of them."""
        names = ("rows", "sums", "squares", "products")
        return pack({name: getattr(self, name).ravel() for name in names})

    @classmethod
    def from_bytes(cls, data: bytes, standard: Standard) -> GramState:
        """What :meth:`to_bytes` wrote, given the same standard."""
        state, fields = cls(standard), unpack(data)
        shape = state.rows.shape
        state.rows = fields["rows"].reshape(shape).copy()
        state.sums = fields["sums"].reshape(shape).copy()
        state.squares = fields["squares"].reshape(shape).copy()
        state.products = fields["products"].reshape(shape).copy()
        return state

    def correlations(self) -> Floats:
        """Pearson's correlations ``(k, k)``; NaN where a column does not vary over the pair's rows.

        As ``numpy.corrcoef`` of each pair's complete rows.
        """
        rows = np.maximum(self.rows, 1)
        covariance = self.products - self.sums * self.sums.T / rows
        spread = self.squares - self.sums**2 / rows
        varies = spread > NO_SPREAD * np.maximum(self.squares, 1.0)
        both = varies & varies.T & (self.rows > 1)
        scale = np.sqrt(np.where(both, spread * spread.T, 1.0))
        return np.where(both, np.clip(covariance / scale, -1.0, 1.0), np.nan)
