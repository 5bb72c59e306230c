"""Linkability: whether synthetic rows tell that two halves of a row are of one person.

The attacker has half of the columns of some real rows in one table and the other half in another
one, and looks up the synthetic rows nearest to each half. Where both halves of a row have a
synthetic row in common among their ``k`` nearest ones, it is linked (WP216; Giomi et al. 2023,
section 4.2). The naive attacker draws synthetic rows for each half.
NOTE[DIFF]: anonymeter leaves the halves to its caller. Here the columns are dealt out in turn, by
how many values they have, so that each half tells about as much.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.attacked import ATTACKS, FEWEST, as_many, too_few
from synth.metrics.privacy.gower import Places, nearest
from synth.metrics.privacy.risk import RISK_BOUND, Attacks, risk_facts, risk_metrics, risk_notes

KINDS = (
    MetricKind(
        "linkability_risk",
        "privacy",
        "Linkability",
        "How much better the synthetic table tells that two halves of a row belong together where "
        "the row was learned than where it was not: of 100 rows that would not be linked, so many "
        "are. Lower is better; the reference is the attack's success on rows that were not "
        "learned.",
        style="percent",
        headline=True,
        bound=RISK_BOUND,
    ),
)
TITLE = "linkability"
MOST_NEIGHBOURS = 10  # as far as Giomi et al. go
TOLD = (1, 10)  # neighbours of which a figure is given; the curve has them all
STREAM = 7302


def measure(evidence: Evidence) -> Measured:
    """``linkability_risk`` with one and with ten neighbours, and the curve over all up to ten."""
    rng = np.random.default_rng([evidence.seed, STREAM])
    made = evidence.synthetic
    if len(made.columns) < 2:
        note = f"{TITLE}: not measured: two halves need two columns, and there are fewer"
        return Measured(notes=[note])
    train, holdout = as_many(evidence.train, evidence.holdout, ATTACKS[evidence.depth], rng)
    if len(train) < FEWEST or len(made) < FEWEST:
        return Measured(notes=[too_few(TITLE, min(len(train), len(made)))])
    halves = column_halves(evidence.train)
    most = min(MOST_NEIGHBOURS, len(made))
    ours = _linked(nearest(train, made, halves, most, rng))
    others = None if holdout is None else _linked(nearest(holdout, made, halves, most, rng))
    guessed = _linked(rng.integers(len(made), size=(2, len(train), most)))
    curve = [
        Attacks(
            len(train),
            int(ours[k].sum()),
            None if others is None else int(others[k].sum()),
            int(guessed[k].sum()),
        )
        for k in range(most)
    ]
    return _measured(curve)


def column_halves(rows: Features) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places of the columns of each half: by number of values, dealt out in turn."""
    numbers = [len(np.unique(values)) for values in rows.values.T]
    order = np.argsort(numbers, kind="stable")[::-1].tolist()
    return tuple(order[::2]), tuple(order[1::2])


def _linked(places: Places) -> npt.NDArray[np.bool_]:
    """Bool ``(k, rows)``: whether both halves share one of their ``k + 1`` nearest.

    ``places`` int64 ``(2, rows, k)``, nearest first.
    """
    equal = places[0][:, :, None] == places[1][:, None, :]  # (rows, k, k)
    depth = np.arange(equal.shape[1])
    at = np.maximum(depth[:, None], depth[None, :])  # where in both lists the later one stands
    first = np.where(equal, at, len(depth)).min(axis=(1, 2))  # (rows,)
    return np.asarray(first[None, :] <= depth[:, None])


def _measured(curve: list[Attacks]) -> Measured:
    metrics: list[Metric] = []
    notes: list[str] = []
    for neighbours in sorted({min(k, len(curve)) for k in TOLD}):
        detail = f"{neighbours} nearest" if neighbours > 1 else "the nearest"
        attacks = curve[neighbours - 1]
        metrics += risk_metrics("linkability_risk", attacks, detail=detail)
        notes += risk_notes(f"{TITLE} ({detail})", attacks)
    facts = [risk_facts(attacks) for attacks in curve]
    return Measured(metrics, notes, {"linkability": {"by_neighbours": facts}})
