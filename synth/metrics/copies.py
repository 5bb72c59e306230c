"""Exact copies: how often a synthetic row equals a row of the train part, and how often by chance.

Rows of few, coarse columns equal each other without anybody being copied: real rows that were never
seen show how often.
"""

from __future__ import annotations

from scipy.special import betainc, betaincinv

from synth.metrics.metric import Metric


def exact_copies(
    copies: int, rows: int, *, held_copies: int | None = None, held_rows: int | None = None
) -> Metric:
    """The rate of copies among synthetic rows; the holdout's own rate is the reference."""
    held = (held_copies, held_rows) if held_copies is not None and held_rows else None
    return Metric(
        "exact_copy_rate",
        "table",
        copies / rows,
        interval=binomial_interval(copies, rows),
        reference=held[0] / held[1] if held else None,
        higher_is_better=False,
        counts=(copies, rows),
        reference_counts=held,
    )


def most_by_chance(rows: int, reference: tuple[int, int], level: float) -> int:
    """As many copies among ``rows`` as are no sign that they are more frequent than in others.

    ``reference``: how many of how many real rows are copies. Of all copies together so many lie
    among the ``rows`` by chance, where both are copied alike (Przyborowski & Wilenski 1940); more
    have a chance below ``level``. 0 where there is nothing to compare with.
    """
    copies, others = reference
    if others < 1:
        return 0
    share = rows / (rows + others)

    def chance(found: int) -> float:
        """Of so many copies or more: a binomial tail as an incomplete beta function."""
        return float(betainc(found, copies + 1, share)) if found else 1.0

    low, high = 0, 1
    while high <= rows and chance(high) >= level:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chance(middle) >= level else (low, middle)
    return min(low, rows)


def binomial_interval(hits: int, rows: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson 1934)."""
    low = float(betaincinv(hits, rows - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, rows - hits, 0.975)) if hits < rows else 1.0
    return low, high
