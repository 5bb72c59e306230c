"""Near copies: does the synthetic table come closer to train rows than chance brings it to others?

The gate counts train rows that have a synthetic row as near as only the nearest few of the holdout
have one, and asks of the two counts what `synth.metrics.copies` asks of exact copies. That holds
for every generator that has not seen the train rows, so that no distance has to be called safe.

Shares and ratios of distances are reported beside it as a smoke test: tables that pass them leak
(Yao et al., The DCR delusion, arXiv 2505.01524, 2025).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.copies import binomial_interval, most_by_chance
from synth.metrics.evidence import Evidence, Measured
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.gaps import (
    Checked,
    Gaps,
    choose_checked,
    gaps_to,
    of_units,
    relative,
)
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.smoke import SMOKE_KINDS, smoke_test

QUANTILES = (0.001, 0.003, 0.01)  # of the holdout's gaps: how near is near
LEVEL = 0.01  # the chance of more hits than are allowed where there are no near copies

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "near_copy_excess",
        "privacy",
        "Train rows with a near copy, beyond chance",
        "The share of train rows to which a synthetic row comes suspiciously near, beyond what "
        "chance explains: rows that were not learned show how near that is. 0 is good.",
        style="percent",
        headline=True,
        bound=Bound(0.0),
    ),
    *SMOKE_KINDS,
)


@dataclass(frozen=True)
class Hits:
    """Rows that have a synthetic row within a distance: of train and of holdout, and the allowed.

    ``measured``: by the distance itself, or relative to the nearest reference row. ``quantile``:
    the share of the holdout's gaps that the distance is not less than.
    """

    measured: str
    quantile: float
    train: tuple[int, int]
    holdout: tuple[int, int]
    allowed: int

    @property
    def excess(self) -> float:
        """The share of train rows that are hits beyond what chance allows."""
        return max(0, self.train[0] - self.allowed) / self.train[1]

    @property
    def interval(self) -> tuple[float, float]:
        """Of the excess, where as many are allowed."""
        low, high = binomial_interval(*self.train)
        part = self.allowed / self.train[1]
        return max(0.0, min(low - part, self.excess)), max(0.0, high - part)


def measure(evidence: Evidence) -> Measured:
    """Near copies beyond chance, and the smoke test of distances."""
    setting = prepare(evidence)
    if isinstance(setting, str):
        return Measured(notes=[f"Near copies are not measured: {setting}."])
    checked = choose_checked(setting)
    evidence.follow("privacy: near copies")
    gaps = gaps_to(setting, checked, setting.synthetic.points)
    measured = measure_near_copies(setting, checked, gaps)
    return Measured(measured.metrics, [*setting.space.notes, *measured.notes], measured.facts)


def measure_near_copies(setting: Setting, checked: Checked, gaps: Gaps) -> Measured:
    """As :func:`measure`, with distances that are known."""
    hits = near_hits(setting, checked, gaps)
    most = max(hits, key=lambda one: (one.excess, one.quantile))
    metric = Metric(
        "near_copy_excess",
        "table",
        most.excess,
        interval=most.interval,
        reference=0.0,
        higher_is_better=False,
    )
    facts = {
        "near_copies": [
            {
                "measured": one.measured,
                "holdout_quantile": one.quantile,
                "train": list(one.train),
                "holdout": list(one.holdout),
                "allowed": one.allowed,
            }
            for one in hits
        ]
    }
    what = "rows" if setting.holdout_rows.entities is None else "entities"
    notes = [*checked.notes, _sentence(most, what)]
    return Measured([metric], notes, facts) + smoke_test(setting)


def near_hits(setting: Setting, checked: Checked, gaps: Gaps) -> list[Hits]:
    """One for each distance that is tried; each has its share of the level."""
    near = of_units(setting, checked, gaps)
    part = of_units(setting, checked, relative(checked, gaps))
    level = LEVEL / 2
    return [*_hits("distance", near, level), *_hits("relative", part, level)]


def _hits(measured: str, gaps: Gaps, level: float) -> list[Hits]:
    held = np.sort(gaps.holdout)
    places = sorted({max(1, round(quantile * len(held))) for quantile in QUANTILES})
    found = []
    for place in places:
        limit = held[place - 1]
        train = int((gaps.train <= limit).sum())
        holdout = int((held <= limit).sum())  # more than ``place`` where gaps are equal
        allowed = most_by_chance(len(gaps.train), (holdout, len(held)), level / len(places))
        found.append(
            Hits(
                measured, place / len(held), (train, len(gaps.train)), (holdout, len(held)), allowed
            )
        )
    return found


def _sentence(most: Hits, what: str) -> str:
    (hits, rows), (held, others) = most.train, most.holdout
    counted = (
        f"{hits:,} of {rows:,} train {what} have a synthetic row as near as {held:,} of {others:,} "
        f"held-out {what} have one; chance allows {most.allowed:,}"
    )
    if most.excess > 0:
        return f"Near copies: {counted}."
    return f"No near copies found beyond chance: {counted}."
