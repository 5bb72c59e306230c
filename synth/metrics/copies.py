"""Exact copies: how often a synthetic row equals a row of the train part."""

from __future__ import annotations

from scipy.special import betaincinv

from synth.metrics.metric import Metric


def exact_copies(
    copies: int, rows: int, *, held_copies: int | None = None, held_rows: int | None = None
) -> Metric:
    """The rate of copies among synthetic rows; the holdout's own rate is the reference."""
    return Metric(
        "exact_copy_rate",
        "table",
        copies / rows,
        interval=binomial_interval(copies, rows),
        reference=held_copies / held_rows if held_copies is not None and held_rows else None,
        higher_is_better=False,
    )


def binomial_interval(hits: int, rows: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson 1934)."""
    low = float(betaincinv(hits, rows - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, rows - hits, 0.975)) if hits < rows else 1.0
    return low, high
