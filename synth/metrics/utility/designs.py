"""Rows as a model takes them: the design matrices of boosted trees and of linear models.

Labels beyond the most frequent ones share one level, in both designs. What a design learns (means,
medians) it learns from the rows that its model is trained on, as whoever has only the synthetic
table would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.features import FeatureColumn, Features, Floats

MOST_LEVELS = 64  # of a nominal column; beyond, a level has too few rows to learn from
MOST_NAMED = 10  # columns in one sentence
OUTLYING = 10.0  # standard deviations: where a linear model's numbers are cut, lest one row rules


def levels(column: FeatureColumn) -> int:
    """How many levels a nominal column has in a design; the last is every other label."""
    return min(len(column.labels), MOST_LEVELS) + 1


def level_notes(columns: tuple[FeatureColumn, ...], target: str) -> list[str]:
    """Which columns' labels share a level, in one sentence; none where no column's do."""
    many = [
        f"{column.name!r} ({len(column.labels):,} labels)"
        for column in columns
        if not column.ordinal and len(column.labels) > MOST_LEVELS and column.name != target
    ]
    if not many:
        return []
    more = f" and {len(many) - MOST_NAMED:,} more columns" if len(many) > MOST_NAMED else ""
    return [
        f"models tell the {MOST_LEVELS} most frequent labels of a column apart, and the others "
        f"share one level: {', '.join(many[:MOST_NAMED])}{more}"
    ]


@dataclass(frozen=True)
class TreeDesign:
    """Numbers as they are, labels as the number of their level, null as missing."""

    columns: tuple[FeatureColumn, ...]

    @property
    def categorical(self) -> list[int]:
        """The places of the nominal columns."""
        return [place for place, column in enumerate(self.columns) if not column.ordinal]

    def matrix(self, rows: Features) -> Floats:
        """float64 ``(rows, columns)``; NaN where null."""
        matrix = rows.values.copy()
        for place in self.categorical:
            matrix[:, place] = np.minimum(matrix[:, place], levels(self.columns[place]) - 1)
        return matrix


@dataclass(frozen=True)
class LinearDesign:
    """Standardised numbers with the median for null and a flag for it; labels one-hot.

    ``medians``, ``means`` and ``scales`` are float64 ``(ordinal columns,)``.
    """

    columns: tuple[FeatureColumn, ...]
    medians: Floats
    means: Floats
    scales: Floats

    @classmethod
    def fit(cls, rows: Features) -> LinearDesign:
        """The design of the rows that a model is trained on."""
        ordinal = [place for place, column in enumerate(rows.columns) if column.ordinal]
        columns = [rows.values[:, place] for place in ordinal]
        numbers = [values[np.isfinite(values)] for values in columns]
        medians = np.array([np.median(known) if len(known) else 0.0 for known in numbers])
        means = np.array([known.mean() if len(known) else 0.0 for known in numbers])
        scales = np.array([known.std() if len(known) else 0.0 for known in numbers])
        return cls(rows.columns, medians, means, np.where(scales > 0, scales, 1.0))

    def matrix(self, rows: Features) -> Floats:
        """float64 ``(rows, features)``, all finite."""
        ordinal = [place for place, column in enumerate(self.columns) if column.ordinal]
        values = rows.values[:, ordinal]
        missing = ~np.isfinite(values)
        filled = np.where(missing, self.medians, values)
        numbers = np.clip((filled - self.means) / self.scales, -OUTLYING, OUTLYING)
        labels = [
            _one_hot(rows.values[:, place], levels(column))
            for place, column in enumerate(self.columns)
            if not column.ordinal
        ]
        return np.concatenate([numbers, missing.astype(np.float64), *labels], axis=1)


def _one_hot(codes: Floats, number: int) -> Floats:
    """float64 ``(rows, number)``; a null has no level."""
    known = np.minimum(codes, number - 1)
    return np.asarray(known[:, None] == np.arange(number), np.float64)
