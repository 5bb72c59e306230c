"""Mixed rows as points, so that the distance of two points says how unlike two rows are.

A number becomes the inverse hyperbolic sine of its robust score, which is strictly monotone: no two
values merge, and a far value stays far without swallowing all else. A label becomes a corner, so
that two labels are at distance 1. A null is a flag of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.features import FeatureColumn, Features, Floats

Points = npt.NDArray[np.float32]

MAX_LEVELS = 32  # a corner for each label of more would make the products of points slow
MIN_LEVELS = 4
DIMENSIONS = 512  # of all labels together, shared out among the columns of a wide table
FARTHEST = 50.0  # of a transformed number: infinite values would make every distance infinite
NORMAL_QUARTILES = 1.349  # the interquartile range of a standard normal variable


@dataclass(frozen=True)
class _NumberAxis:
    """Where the numbers of one column lie, and by how much they are stretched."""

    place: int
    centre: float
    scale: float
    weight: float

    def points(self, values: Floats) -> Points:
        """float32 ``(rows, 2)``: the number, and whether it is null."""
        null = np.isnan(values)
        with np.errstate(over="ignore", invalid="ignore"):
            score = np.arcsinh((values - self.centre) / self.scale) * self.weight
        score = np.where(null, 0.0, np.clip(np.nan_to_num(score), -FARTHEST, FARTHEST))
        return np.stack([score, null * np.sqrt(0.5)], axis=1).astype(np.float32)


@dataclass(frozen=True)
class _LabelAxes:
    """A point for each label of one column, for a label that is not listed, and for null."""

    place: int
    corners: Points  # (labels + 2, dimensions)

    def points(self, values: Floats) -> Points:
        """float32 ``(rows, dimensions)``: the corner of each row's label."""
        last = len(self.corners) - 1
        codes = np.where(np.isnan(values), last, np.minimum(values, last - 1))
        return self.corners[codes.astype(np.int64)]


@dataclass(frozen=True)
class Space:
    """How rows become points; ``notes`` say what is simplified."""

    axes: tuple[_NumberAxis | _LabelAxes, ...]
    notes: tuple[str, ...] = ()

    def points(self, rows: Features) -> Points:
        """float32 ``(rows, dimensions)``."""
        parts = [axis.points(rows.values[:, axis.place]) for axis in self.axes]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(rows), 0), np.float32)


def fit_space(rows: Features, seed: int) -> Space:
    """A space in which a number and a label weigh alike, scaled by these rows.

    Two numbers of a column are at a mean squared distance of a half, two labels at a squared
    distance of 1. Columns of more labels than have a corner of their own get random directions,
    whose distances are 1 but for some 20 % (Johnson & Lindenstrauss 1984).
    """
    most = max(MIN_LEVELS, min(MAX_LEVELS, DIMENSIONS // max(1, len(rows.columns))))
    axes: list[_NumberAxis | _LabelAxes] = []
    crowded = 0
    for place, column in enumerate(rows.columns):
        if column.ordinal:
            axes.append(_number_axis(place, rows.values[:, place]))
        else:
            axes.append(_LabelAxes(place, _corners(column, most, [seed, place])))
            crowded += len(column.labels) + 2 > most
    notes: tuple[str, ...] = ()
    if crowded:
        said = f"{crowded} column{'s have' if crowded > 1 else ' has'} more than {most - 2} labels"
        notes = (f"{said}: distances between their labels are approximate.",)
    return Space(tuple(axes), notes)


def _number_axis(place: int, values: Floats) -> _NumberAxis:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return _NumberAxis(place, 0.0, 1.0, 1.0)
    low, centre, high = (float(q) for q in np.quantile(finite, [0.25, 0.5, 0.75]))
    scale = (high - low) / NORMAL_QUARTILES
    if not 0 < scale < np.inf:  # more than half of the values are equal
        scale = float(np.abs(finite - centre).mean())
    if not 0 < scale < np.inf:
        return _NumberAxis(place, centre, 1.0, 1.0)
    spread = float(np.std(np.arcsinh((finite - centre) / scale)))
    return _NumberAxis(place, centre, scale, 0.5 / spread if spread > 0 else 1.0)


def _corners(column: FeatureColumn, most: int, seed: list[int]) -> Points:
    levels = len(column.labels) + 2
    if levels <= most:
        return np.eye(levels, dtype=np.float32) * np.float32(np.sqrt(0.5))
    drawn = np.random.default_rng(seed).normal(size=(levels, most))
    lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
    return np.asarray(drawn / lengths * np.sqrt(0.5), np.float32)
