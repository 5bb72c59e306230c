"""How much of what real columns show the synthetic ones show too: ranges and categories.

As sdmetrics' RangeCoverage and CategoryCoverage. Both say of the tables at hand what is in them,
so they have no interval: the extremes of a table are no estimate of anything.
"""

from __future__ import annotations

from collections.abc import Collection

from synth.metrics.distribution import Distribution


def range_coverage(made: Distribution, real: Distribution) -> float | None:
    """The share of the real range, least to largest value, that the synthetic values span.

    0 where they miss it, or have no value; None where the real column has no range.
    """
    if not real.rows or real.values[0] == real.values[-1]:
        return None
    if not made.rows:
        return 0.0
    # Halves: the range of the largest floats would overflow.
    low, high = real.values[0] / 2, real.values[-1] / 2
    missed_below = max((made.values[0] / 2 - low) / (high - low), 0.0)
    missed_above = max((high - made.values[-1] / 2) / (high - low), 0.0)
    return float(max(0.0, 1.0 - (missed_below + missed_above)))


def category_coverage(made: Collection[str], real: Collection[str]) -> float | None:
    """The share of the real labels that the synthetic column has; None without any.

    >>> category_coverage({"a", "z"}, {"a", "b"})
    0.5
    """
    if not real:
        return None
    return len(set(made) & set(real)) / len(set(real))
