"""The difference of two shares with its interval, which holds for small counts as well.

R. Newcombe, Interval estimation for the difference between independent proportions: comparison of
eleven methods, Statistics in Medicine 1998 (method 10); the interval of one share is E. Wilson's,
JASA 1927.
"""

from __future__ import annotations

from math import sqrt

Z = 1.959964  # of a two-sided 95 % interval
Interval = tuple[float, float]


def wilson_interval(hits: int, rows: int) -> Interval:
    """The 95 % interval of a share; all of ``[0, 1]`` without rows.

    >>> wilson_interval(0, 0)
    (0.0, 1.0)
    """
    if rows == 0:
        return 0.0, 1.0
    share, more = hits / rows, Z * Z / rows
    middle = share + more / 2
    radius = Z * sqrt((share * (1 - share) + more / 4) / rows)
    return max(0.0, (middle - radius) / (1 + more)), min(1.0, (middle + radius) / (1 + more))


def difference_interval(hits_a: int, rows_a: int, hits_b: int, rows_b: int) -> Interval:
    """The 95 % interval of the first share less the second, in ``[-1, 1]``."""
    if not rows_a or not rows_b:
        return -1.0, 1.0
    a, b = hits_a / rows_a, hits_b / rows_b
    low_a, high_a = wilson_interval(hits_a, rows_a)
    low_b, high_b = wilson_interval(hits_b, rows_b)
    down = sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    up = sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - down, a - b + up


def absolute(interval: Interval) -> Interval:
    """The interval of the size of a difference whose sign does not matter.

    >>> absolute((-0.5, 0.25))
    (0.0, 0.5)
    """
    low, high = interval
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return nearest, max(abs(low), abs(high))
