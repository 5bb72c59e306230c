"""How far two samples of one source lie apart by chance alone, so that small ones are not blamed.

A total variation of samples is never 0, and the fewer rows the larger: figures of samples of
different sizes are compared only after what the sizes make of them is taken off.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.distances import Floats, Numbers, shares

_NORMAL_95 = 1.959964


def variation_radius(rows_a: int, rows_b: int) -> float:
    """With 95 % confidence a total variation of two samples is no further from its mean than this.

    By the normal law, whatever the distribution: moving by the signs of the differences, each
    sample's part has at most the variance of a share of a half, ``1 / (4 rows)``.
    """
    return float(_NORMAL_95 * np.sqrt(1 / max(rows_a, 1) + 1 / max(rows_b, 1)) / 2)


def expected_variation(counts: Numbers, rows_a: Numbers | int, rows_b: Numbers | int) -> Floats:
    """The mean total variation of samples of ``rows_a`` and ``rows_b`` rows of one distribution.

    ``counts`` ``(..., n_bins)`` tell the distribution; rows are numbers or ``(...)``. By the normal
    law of the difference of each bin's shares, whose mean size is at most both shares together
    (a rare bin holds rows of one sample or none). Without rows 1.
    """
    p = shares(counts)
    a, b = np.asarray(rows_a)[..., None], np.asarray(rows_b)[..., None]
    variance = p * (1 - p) * (1 / np.maximum(a, 1) + 1 / np.maximum(b, 1))
    mean = np.minimum(np.sqrt(2 * variance / np.pi), 2 * p).sum(axis=-1) / 2
    return np.asarray(np.where((a[..., 0] > 0) & (b[..., 0] > 0), np.minimum(mean, 1.0), 1.0))
