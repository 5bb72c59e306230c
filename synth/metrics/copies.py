"""Exact copies: how often a synthetic row equals a row of the train part."""

from __future__ import annotations

from scipy.special import betaincinv

from synth.metrics.metric import Metric


def exact_copies(
    copies: int,
    rows: int,
    *,
    held_copies: int | None = None,
    held_rows: int | None = None,
    repeats: float = 0.0,
) -> Metric:
    """The rate of copies among synthetic rows; the holdout's own rate is the reference.

    ``repeats`` is the share of rows that cleaning dropped because they equal another. It is part of
    the reference: with them left in, ``2 * (1 - holdout share)`` times as many of the held rows
    would be copies of train rows, so adding it once rather understates what real rows show.
    """
    own = held_copies / held_rows + repeats if held_copies is not None and held_rows else None
    return Metric(
        "exact_copy_rate",
        "table",
        copies / rows,
        interval=binomial_interval(copies, rows),
        reference=own,
        higher_is_better=False,
    )


def binomial_interval(hits: int, rows: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson 1934)."""
    low = float(betaincinv(hits, rows - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, rows - hits, 0.975)) if hits < rows else 1.0
    return low, high
