"""What an attack reaches: its ROC curve, and how far chance moves it.

A threshold of the attacker's splits targets into taken for members and not. Rows of equal score
stand or fall together: between thresholds the curve is a line, as if ties were broken by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.features import Floats

Weights = npt.NDArray[np.float32]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Roc:
    """Rising from (0, 0) to (1, 1): float64, the last axis over thresholds, strictest first."""

    false_positives: Floats
    true_positives: Floats

    def area(self) -> Floats:
        """Under the curve: the chance that a member scores higher than another row."""
        steps = np.diff(self.false_positives, axis=-1)
        heights = (self.true_positives[..., 1:] + self.true_positives[..., :-1]) / 2
        return np.asarray((steps * heights).sum(axis=-1))

    def true_positives_at(self, rate: float) -> Floats:
        """The share of members that is found at this rate of false alarms."""
        after = np.maximum((self.false_positives <= rate).sum(axis=-1), 1)[..., None]
        after = np.minimum(after, self.false_positives.shape[-1] - 1)
        x0, x1 = (np.take_along_axis(self.false_positives, at, -1) for at in (after - 1, after))
        y0, y1 = (np.take_along_axis(self.true_positives, at, -1) for at in (after - 1, after))
        share = np.clip((rate - x0) / np.where(x1 > x0, x1 - x0, 1.0), 0.0, 1.0)
        return np.asarray((y0 + share * (y1 - y0))[..., 0])

    def points(self, most: int = 200) -> dict[str, list[float]]:
        """The curve as plain lists, thinned to about so many points: denser where it begins."""
        size = len(self.false_positives)
        if size > most:
            places = np.linspace(0, np.sqrt(size - 1), most) ** 2
            chosen = np.unique(places.round().astype(np.int64))
        else:
            chosen = np.arange(size)
        return {
            "fpr": self.false_positives[chosen].round(5).tolist(),
            "tpr": self.true_positives[chosen].round(5).tolist(),
        }


@dataclass(frozen=True)
class Resamples:
    """How often each member and each other row is drawn: float32 ``(1 + draws, rows)``.

    A stratified bootstrap; the first draw is the data as they are. The same for all attacks, so
    that their figures can be compared draw by draw.
    """

    members: Weights
    others: Weights


def resamples(members: int, others: int, draws: int, rng: np.random.Generator) -> Resamples:
    """So many draws of as many rows as there are, of members and others apart."""
    return Resamples(_drawn(members, draws, rng), _drawn(others, draws, rng))


def _drawn(rows: int, draws: int, rng: np.random.Generator) -> Weights:
    counts = rng.multinomial(rows, np.full(rows, 1 / rows), size=draws)
    return np.concatenate([np.ones((1, rows)), counts]).astype(np.float32)


def roc(members: Floats, others: Floats) -> Roc:
    """The curve of scores, higher meaning more likely a member."""
    one = Resamples(np.ones((1, len(members)), np.float32), np.ones((1, len(others)), np.float32))
    curves = rocs(members, others, one)
    return Roc(curves.false_positives[0], curves.true_positives[0])


def rocs(members: Floats, others: Floats, drawn: Resamples) -> Roc:
    """One curve for each draw: ``(draws, thresholds + 1)``."""
    scores = np.concatenate([members, others])
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    is_member = order < len(members)
    of_members = np.zeros((len(drawn.members), len(scores)), np.float32)
    of_others = np.zeros_like(of_members)
    of_members[:, is_member] = drawn.members[:, order[is_member]]
    of_others[:, ~is_member] = drawn.others[:, order[~is_member] - len(members)]
    return Roc(_rates(of_others, starts), _rates(of_members, starts))


def _rates(weights: Weights, starts: npt.NDArray[np.int64]) -> Floats:
    sums = np.cumsum(np.add.reduceat(weights, starts, axis=1), axis=1, dtype=np.float64)
    zero = np.zeros((len(weights), 1))
    return np.concatenate([zero, sums / sums[:, -1:]], axis=1)


def guessing_area_error(members: int, others: int) -> float:
    """The standard error of the area where scores say nothing (Mann & Whitney 1947)."""
    return float(np.sqrt((members + others + 1) / (12 * members * others)))


def guessing_rate_error(members: int, others: int, rate: float) -> float:
    """The standard error of the share found at this rate, likewise: threshold and share err."""
    return float(np.sqrt(rate * (1 - rate) * (1 / members + 1 / others)))


@dataclass(frozen=True)
class Estimate:
    """A figure, its 95 % bootstrap interval, and its standard error."""

    value: float
    low: float
    high: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The two ends."""
        return self.low, self.high

    def within(self, quantile: float) -> tuple[float, float]:
        """The value and so many standard errors to each side, in [0, 1]."""
        reach = quantile * self.error
        return max(0.0, self.value - reach), min(1.0, self.value + reach)


def estimate(draws: Floats, least_error: float = 0.0) -> Estimate:
    """Of draws ``(1 + draws,)``, the first of which is the figure itself.

    ``least_error``: a bootstrap of rows that are told apart without fail never errs, however few
    they are; the error of guessing does not fall below this.
    """
    value, others = float(draws[0]), draws[1:]
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(q) for q in np.quantile(others, [tail, 1 - tail]))
    return Estimate(
        value, min(low, value), max(high, value), max(least_error, float(np.std(others)))
    )
