"""Can a classifier tell synthetic rows from real ones, and which columns give them away?

The classifier two-sample test of Lopez-Paz and Oquab (ICLR 2017), the "detection" of other tools.
Its answer is the AUC over held-out folds: 0.5 where the tables cannot be told apart, 1 where each
row can. The same procedure for train against holdout says what two real samples reach. Intervals
are those of the held-out rows (DeLong): they do not hold what another draw of the learner's rows
would change.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from synth.metrics.delong import Placements, roc_curve
from synth.metrics.detector import MOST_LABELS, Detector, TwoSamples, joined_labels
from synth.metrics.evidence import Depth, Evidence, Measured
from synth.metrics.features import Features, Floats
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric

MOST_ROWS: dict[Depth, int] = {"quick": 20_000, "full": 100_000}  # of each table
FEWEST_ROWS = 20  # of each table: with fewer a fold has less than four rows of a kind
MOST_TELLS = 200  # columns that are shuffled, those first by which the models split most
PAIRED_COLUMNS = 4  # the most telling ones: each pair of them costs a small classifier
SEED = 0x25A

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "two_sample_auc",
        "fidelity",
        "Told apart by a classifier (AUC)",
        "How often a classifier ranks a synthetic row above a real one when it is asked which is "
        "which: 0.5 is no better than a coin, 1 means that every row is recognised. Lower is "
        "better, down to what two real samples reach.",
        headline=True,
        bound=Bound(0.05, 0.10, by="interval", relative=True, absolute=0.6),
    ),
    MetricKind(
        "column_tell",
        "fidelity",
        "What a column gives away",
        "How much worse the classifier tells synthetic rows from real ones when this column is "
        "shuffled: the higher, the more the column, or its ties to others, differs from the real "
        "table. Columns that say the same share what they give away.",
    ),
)


@dataclass(frozen=True)
class _Test:
    """One table told from another: out-of-fold scores, and what each column's shuffle costs."""

    samples: TwoSamples
    scores: Floats
    told: Placements
    falls: dict[int, tuple[float, tuple[float, float]]]  # by the column's place


def measure(evidence: Evidence) -> Measured:
    """The AUC of synthetic against real rows, and the fall of it for each column.

    About ``11 + columns`` passes of a boosted model over at most twice ``MOST_ROWS`` rows.
    """
    rows = _rows(evidence)
    width = len(evidence.train.columns)
    if rows < FEWEST_ROWS or not width:
        return Measured(notes=[_too_small(rows, width)])
    evidence.follow("telling synthetic rows from real ones")
    made = _tested(evidence, evidence.synthetic, evidence.real, rows, None)
    ceiling = None
    if evidence.holdout is not None:
        evidence.follow("telling the train part from the holdout")
        ceiling = _tested(evidence, evidence.train, evidence.holdout, rows, list(made.falls))
    metrics = [_auc_metric(made, ceiling), *_column_metrics(evidence.train.names, made, ceiling)]
    facts = {
        "two_sample": {"rows": rows, "roc": _curve(made), "reference": ceiling and _curve(ceiling)}
    }
    return Measured(metrics, _notes(evidence, rows, made), facts)


def _rows(evidence: Evidence) -> int:
    """As many of each table, so that the value and its reference are comparable."""
    tables = [evidence.synthetic, evidence.train, evidence.real]
    return min(MOST_ROWS[evidence.depth], *(len(table) for table in tables))


def _too_small(rows: int, width: int) -> str:
    if not width:
        return "two-sample test not measured: no column is left to tell the tables apart by"
    return (
        f"two-sample test not measured: the smallest table has {rows:,} rows, and it takes "
        f"{FEWEST_ROWS}"
    )


def _tested(
    evidence: Evidence, made: Features, real: Features, rows: int, places: list[int] | None
) -> _Test:
    """``places``: the columns to shuffle; None for those by which the models split most."""
    rng = np.random.default_rng([evidence.seed, SEED])
    samples = TwoSamples.of(_drawn(made, rows, rng), _drawn(real, rows, rng), rng)
    detector = Detector.fit(samples, evidence.depth, evidence.seed)
    scores = detector.scores()
    told = samples.placements(scores)
    gains = detector.gains()
    if places is None:
        places = sorted(np.argsort(-gains, kind="stable")[:MOST_TELLS].tolist())
    falls = {
        place: told.fall_to(samples.placements(detector.scores_without([place], rng)))
        if gains[place] > 0
        else (0.0, (0.0, 0.0))
        for place in places
    }
    return _Test(samples, scores, told, falls)


def _drawn(table: Features, rows: int, rng: np.random.Generator) -> Features:
    return table.take(np.sort(rng.permutation(len(table))[:rows]))


def _auc_metric(made: _Test, ceiling: _Test | None) -> Metric:
    return Metric(
        "two_sample_auc",
        "table",
        made.told.auc,
        interval=made.told.interval(),
        reference=None if ceiling is None else ceiling.told.auc,
        higher_is_better=False,
    )


def _column_metrics(names: tuple[str, ...], made: _Test, ceiling: _Test | None) -> list[Metric]:
    return [
        Metric(
            "column_tell",
            "column",
            fall,
            (names[place],),
            interval,
            None if ceiling is None else ceiling.falls[place][0],
            higher_is_better=False,
        )
        for place, (fall, interval) in made.falls.items()
    ]


def _curve(test: _Test) -> dict[str, list[float]]:
    made = test.samples.made
    false, true = roc_curve(test.scores[:made], test.scores[made:])
    return {"false_positive_rate": false.tolist(), "true_positive_rate": true.tolist()}


def _notes(evidence: Evidence, rows: int, made: _Test) -> list[str]:
    real = "train part" if evidence.holdout is None else "holdout"
    notes = [
        f"two-sample test: {rows:,} rows drawn at random of each table's "
        f"({len(evidence.synthetic):,} synthetic rows against {len(evidence.real):,} of the {real})"
    ]
    joined = joined_labels(evidence.train)
    if joined:
        notes.append(
            f"two-sample test: labels beyond the {MOST_LABELS - 1} most frequent count as one in "
            f"{len(joined)} columns ({', '.join(map(repr, joined[:5]))})"
        )
    left = len(evidence.train.columns) - len(made.falls)
    if left:
        notes.append(
            f"two-sample test: what a column gives away is measured of the {MOST_TELLS} columns by "
            f"which the classifier splits most, and not of the {left} others"
        )
    if evidence.holdout is None:
        notes.append(
            "two-sample test: without a holdout synthetic rows are told from the rows that the "
            "generator has learned from; an AUC well below 0.5 means that it repeats them"
        )
    pair = _telling_pair(evidence, made)
    return notes if pair is None else [*notes, pair]


def _telling_pair(evidence: Evidence, made: _Test) -> str | None:
    """The two columns by which alone the tables are told apart best, among the most telling."""
    names = evidence.train.names
    order = sorted(made.falls, key=lambda place: -made.falls[place][0])
    pairs = list(combinations(sorted(order[:PAIRED_COLUMNS]), 2))
    if not pairs:
        return None
    told = {}
    for pair in pairs:
        samples = made.samples.columns(pair)
        scores = Detector.fit(samples, "quick", evidence.seed).scores()
        told[pair] = samples.placements(scores)
    first, second = max(told, key=lambda pair: told[pair].auc)
    best = told[first, second]
    among = f"of the {min(PAIRED_COLUMNS, len(names))} columns that give most away"
    if best.interval()[0] <= 0.5:
        return f"two-sample test: no two {among} tell the tables apart on their own"
    return (
        f"two-sample test: {among}, {names[first]!r} and {names[second]!r} tell the tables apart "
        f"best on their own (AUC {best.auc:.3f})"
    )
