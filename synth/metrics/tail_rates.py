"""How often values lie far out, beyond bounds that the real column sets, against how often they do.

The bounds are Tukey's fences (one and a half interquartile ranges beyond the quartiles) and the
1 % and 99 % quantiles. Real rows tell what to expect: of a discrete column no 1 % lies beyond.
"""

from __future__ import annotations

from dataclasses import dataclass

from synth.metrics.distribution import Distribution
from synth.metrics.proportions import Interval, absolute, difference_interval

FENCE = 1.5  # interquartile ranges (Tukey, Exploratory Data Analysis, 1977)
LOW, HIGH = 0.01, 0.99


@dataclass(frozen=True)
class TailBound:
    """Rows below ``low`` or above ``high`` are in the tail; None for a side that does not count."""

    name: str
    low: float | None = None
    high: float | None = None

    def hits(self, own: Distribution) -> int:
        """Rows in the tail."""
        below = 0 if self.low is None else own.rows_below(self.low)
        return below + (0 if self.high is None else own.rows_above(self.high))


def tail_bounds(real: Distribution) -> list[TailBound]:
    """The bounds that a real column sets; none where it has no value."""
    if not real.rows:
        return []
    first, third = real.quantile(0.25), real.quantile(0.75)
    reach = FENCE * (third - first)
    return [
        TailBound("beyond the Tukey fences", first - reach, third + reach),
        TailBound("below the 1 % quantile", low=real.quantile(LOW)),
        TailBound("above the 99 % quantile", high=real.quantile(HIGH)),
    ]


def tail_difference(bound: TailBound, made: Distribution, real: Distribution) -> float:
    """The size of the difference of the two rates; both must have rows."""
    return abs(bound.hits(made) / made.rows - bound.hits(real) / real.rows)


def tail_interval(bound: TailBound, made: Distribution, real: Distribution) -> Interval:
    """Its 95 % interval."""
    return absolute(difference_interval(bound.hits(made), made.rows, bound.hits(real), real.rows))
