"""The smooth density behind the counts of neighbouring intervals.

Counts of a dozen rows are a third off by chance, and a table that is drawn from them repeats that
chance. The logarithm of the density is smoothed with a penalty on its third differences (Whittaker
1923; Eilers & Marx 1996), as much as the counts themselves make likely: the chance in each is known
(that of a gamma law), so that the smoothness follows from the marginal likelihood. What counts show
beyond chance stays: over runs of 4, 8, 16, ... intervals the smooth counts may not differ from the
real ones by more than chance does (the multiresolution criterion of Davies & Kovac 2001), or they
are smoothed less, down to not at all.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded
from scipy.special import digamma, polygamma

FEWEST = 16  # intervals that say anything of a density
ORDER = 3  # of the differences: a logarithm that is a parabola costs nothing
SMOOTHNESS = 10.0 ** np.arange(-2, 10.5, 0.5)  # beyond, float64 has too few digits
SHORTEST = 4  # run of intervals that is compared
BEYOND_CHANCE = 0.5  # standard deviations above what the greatest of all runs has by chance


def smoothed(counts: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """float64 ``(n,)``: counts of neighbouring intervals by a smooth density, with the same sum.

    ``counts`` are int64 ``(n,)``, ``widths`` float64 ``(n,)`` above 0. As they are where no smooth
    density fits, and of fewer than 16.
    """
    real = counts.astype(np.float64)
    if len(real) < FEWEST:
        return real
    widths = widths / widths.max()  # those of the greatest floats have no sum
    least = np.maximum(real, 0.5)
    seen, weight = digamma(least) - np.log(widths), 1 / polygamma(1, least)
    fits = [_fit(seen, weight, smoothness) for smoothness in SMOOTHNESS]
    likeliest = int(np.argmax([likelihood for likelihood, _ in fits]))
    for _, density in reversed(fits[: likeliest + 1]):
        found = np.exp(density - density.max()) * widths
        found *= real.sum() / found.sum()
        if _is_chance(real - found, found):
            return np.asarray(found)
    return real


def _fit(seen: np.ndarray, weight: np.ndarray, smoothness: float) -> tuple[float, np.ndarray]:
    """The marginal log-likelihood, but for a constant, and the smooth logarithms ``(n,)``."""
    band = smoothness * _penalty(len(seen))
    band[-1] += weight
    factor = cholesky_banded(band)
    density = cho_solve_banded((factor, False), weight * seen)
    misfit = float((weight * seen * (seen - density)).sum())
    determinant = 2 * float(np.log(factor[-1]).sum())
    free = (len(seen) - ORDER) * np.log(smoothness)
    return (free - misfit - determinant) / 2, density


def _penalty(size: int) -> np.ndarray:
    """The squared differences as an upper band, float64 ``(ORDER + 1, size)``."""
    step = np.array([1.0])
    for _ in range(ORDER):
        step = np.convolve(step, [1.0, -1.0])
    band = np.zeros((ORDER + 1, size))
    for row in range(ORDER + 1):
        for column in range(row, ORDER + 1):
            own = slice(column, size - ORDER + column)
            band[ORDER - (column - row), own] += step[row] * step[column]
    return band


def _is_chance(excess: np.ndarray, expected: np.ndarray) -> bool:
    """Whether over no run of intervals the excess is more than chance has somewhere."""
    most = np.sqrt(2 * np.log(len(excess))) + BEYOND_CHANCE
    above, mass = (np.concatenate([[0.0], np.cumsum(part)]) for part in (excess, expected))
    length = SHORTEST
    while length <= len(excess) // 2:
        deviation = np.sqrt(mass[length:] - mass[:-length])
        if np.any(np.abs(above[length:] - above[:-length]) > most * deviation):
            return False
        length *= 2
    return True
