"""Rows in few dimensions, where a kernel density estimate still means something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.features import Floats
from synth.metrics.privacy.space import Points

DIMENSIONS = 8  # a kernel estimate of thousands of rows in more is mostly empty space
BLOCK = 4_000_000  # kernel values at a time
TINY = 1e-12


@dataclass(frozen=True)
class Plane:
    """The first principal components of the rows that it was fitted on, each of variance 1."""

    centre: Points
    axes: Points  # (dimensions of the space, components)

    def points(self, rows: Points) -> Points:
        """float32 ``(rows, components)``."""
        return np.asarray((rows - self.centre) @ self.axes, np.float32)


def fit_plane(rows: Points, dimensions: int = DIMENSIONS) -> Plane:
    """Principal components of rows ``(rows, dimensions)``; those without variance are left out."""
    centre = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(rows.T, dtype=np.float64)))
    kept = np.flatnonzero(values > TINY * max(values[-1], TINY))[::-1][:dimensions]
    return Plane(centre, (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32))


def bandwidth(rows: int, dimensions: int) -> float:
    """Scott's factor (1992) for data of variance 1."""
    return float(max(rows, 2) ** (-1.0 / (dimensions + 4)))


def log_kernel_density(points: Points, rows: Points) -> Floats:
    """Log of the Gaussian kernel estimate from ``rows`` at each of the points, float64.

    O(points x rows); a point far from all rows has a finite log density.
    """
    dimensions = rows.shape[1]
    width = bandwidth(len(rows), dimensions)
    right = rows / np.float32(width)
    lengths = np.einsum("ij,ij->i", right, right) / 2
    constant = dimensions * np.log(width * np.sqrt(2 * np.pi)) + np.log(len(rows))
    step = max(1, BLOCK // max(len(rows), 1))
    parts = []
    for start in range(0, len(points), step):
        left = points[start : start + step] / np.float32(width)
        exponents = left @ right.T
        exponents -= lengths
        highest = exponents.max(axis=1)
        exponents -= highest[:, None]
        sums = np.exp(exponents, out=exponents).sum(axis=1, dtype=np.float64)
        own = np.einsum("ij,ij->i", left, left).astype(np.float64) / 2
        parts.append(np.log(sums) + highest - own)
    return np.concatenate(parts) - constant if parts else np.zeros(0)
