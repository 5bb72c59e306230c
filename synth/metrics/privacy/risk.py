"""The risk of an attack: how much better it does on rows that were learned than on others.

The three criteria of the Article 29 Working Party (Opinion 05/2014, WP216: singling out,
linkability, inference) as Giomi et al. measure them (A Unified Framework for Quantifying Privacy
Risk in Synthetic Data, PoPETs 2023, section 4). An attack is tried on rows of the train part, the
same attack on rows of the holdout (the control), and a naive attack that only guesses (the
baseline). What succeeds on the control as well is what anybody may know of the population.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri

from synth.metrics.kind import Bound
from synth.metrics.metric import Metric

# The 1/11 of EMA's Policy 0070 and of Health Canada's guidance on releasing clinical data, that
# is at most one in eleven re-identified; PETsARD holds the scores of Giomi et al. to 0.09 as well.
RISK_BOUND = Bound(green=0.09, by="interval")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """A success rate and the half width of its interval."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends, within [0, 1]."""
        return _clipped(self.value - self.error), _clipped(self.value + self.error)


@dataclass(frozen=True)
class Attacks:
    """How many attacks succeeded: on train rows, on holdout rows, and by guessing.

    Every count is of ``attacks``; a control may be no whole number, where it was carried over to
    another number of rows, and ``control_spread`` is then its standard deviation. ``control`` is
    None where there is no holdout.
    """

    attacks: int
    hits: float
    control: float | None
    baseline: float
    control_spread: float = 0.0

    def rate(self, confidence: float = CONFIDENCE) -> Rate:
        """Of the attack on train rows."""
        return wilson(self.hits, self.attacks, confidence)

    def control_rate(self, confidence: float = CONFIDENCE) -> Rate | None:
        """Of the same attack on holdout rows."""
        if self.control is None:
            return None
        rate = wilson(self.control, self.attacks, confidence)
        spread = deviations(confidence) * self.control_spread / self.attacks
        return Rate(rate.value, max(rate.error, spread))

    def risk(self, confidence: float = CONFIDENCE) -> Rate | None:
        """What the attack reaches of what the control leaves open; None without a control."""
        control = self.control_rate(confidence)
        return None if control is None else residual(self.rate(confidence), control)

    @property
    def is_weak(self) -> bool:
        """Whether guessing does as well: such an attack can tell of no leak."""
        return self.baseline >= self.hits


def wilson(hits: float, attacks: int, confidence: float = CONFIDENCE) -> Rate:
    """The score interval of a share (Wilson 1927), by its middle and its half width.

    ValueError where there was no attack.

    >>> round(wilson(0, 100).value, 4), round(wilson(0, 100).error, 4)
    (0.0185, 0.0185)
    """
    if attacks < 1:
        raise ValueError(f"a rate needs at least one attack, however: {attacks=}")
    z = deviations(confidence)
    scale = attacks + z**2
    spread = hits * (attacks - hits) / attacks + z**2 / 4
    return Rate((hits + z**2 / 2) / scale, z * math.sqrt(spread) / scale)


def residual(attack: Rate, control: Rate) -> Rate:
    """``(attack - control) / (1 - control)``, the errors propagated (Giomi et al., equation 5).

    Negative where the control is attacked with more success. ``control`` is below 1, as every
    middle of a Wilson interval is.
    """
    left = 1 - control.value
    by_control = (attack.value - 1) / left**2
    error = math.hypot(attack.error / left, control.error * by_control)
    return Rate((attack.value - control.value) / left, error)


def bonferroni(figures: int) -> float:
    """The confidence of each interval such that all of them hold together with 95 %."""
    return 1 - (1 - CONFIDENCE) / max(figures, 1)


def risk_metrics(
    name: str,
    attacks: Attacks,
    *,
    columns: tuple[str, ...] = (),
    detail: str = "",
    figures: int = 1,
) -> list[Metric]:
    """The risk, within [0, 1], its interval, and the control's rate as the reference.

    ``figures``: of how many this is the worst one (Bonferroni). None without a control: the bare
    rate of an attack holds what is true of anybody, and to hold it to a bound would mean nothing.
    """
    risk, control = attacks.risk(), attacks.control_rate()
    wide = attacks.risk(bonferroni(figures))
    if risk is None or wide is None or control is None:
        return []
    # Wilson's middle moves with the confidence; the figure is that of 95 % in either case.
    low, high = min(risk.interval[0], wide.interval[0]), max(risk.interval[1], wide.interval[1])
    metric = Metric(
        name,
        "column" if columns else "table",
        _clipped(risk.value),
        columns,
        (low, high),
        control.value,
        higher_is_better=False,
        detail=detail,
    )
    return [metric]


def risk_notes(title: str, attacks: Attacks) -> list[str]:
    """What was tried, what succeeded, and where the attack cannot tell."""
    count = attacks.attacks
    tried = f"{title}: {attacks.hits / count:.1%} of {count:,} attacks on train rows succeeded"
    guessed = f"{attacks.baseline / count:.1%} by guessing"
    if attacks.control is None:
        notes = [f"{tried}, and {guessed}; the risk is not measured: it needs a holdout"]
    else:
        notes = [f"{tried}, {attacks.control / count:.1%} on holdout rows, and {guessed}"]
        risk, bound = attacks.risk(), RISK_BOUND.green
        if risk is not None and risk.value <= bound < risk.interval[1]:
            notes.append(
                f"{title}: the risk's interval reaches {risk.interval[1]:.0%}: so few attacks, "
                f"with so many that succeed on holdout rows, cannot rule out one above {bound:.0%}"
            )
    if attacks.is_weak:
        notes.append(
            f"{title}: guessing does as well as the attack, which is too weak to tell: a low risk "
            "is no evidence here"
        )
    return notes


def risk_facts(attacks: Attacks) -> dict[str, Any]:
    """Rates and the risk with their intervals, for a picture; None without a control."""
    baseline = wilson(attacks.baseline, attacks.attacks)
    return {
        "attacks": attacks.attacks,
        "attack": _ends(attacks.rate()),
        "control": _ends(attacks.control_rate()),
        "baseline": _ends(baseline),
        "risk": _ends(attacks.risk()),
    }


def _ends(rate: Rate | None) -> list[float] | None:
    return None if rate is None else [rate.value, *rate.interval]


def deviations(confidence: float) -> float:
    """Half the width of a normal interval, in standard deviations."""
    return float(ndtri((1 + confidence) / 2))


def _clipped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
