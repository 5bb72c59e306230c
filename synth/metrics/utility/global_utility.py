"""Can every column be predicted from the others as well by a model of synthetic rows?

Global utility: each column is the target in turn, and a synthetic-trained model's performance is
taken relative to a real-trained one's; balanced accuracy of labels, root mean squared error of
numbers. It goes along with how well the columns' structure is met, where the utility for one target
does not. X. Jiang, N. Simidjievski, M. Jamnik, TabStruct: Measuring Structural Fidelity of Tabular
Data, ICLR 2026 (arXiv 2509.11950).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.evidence import Depth, Evidence, Measured, Task
from synth.metrics.features import Features, Floats
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric
from synth.metrics.utility.models import Learner, TreeSize
from synth.metrics.utility.parts import Labelled, labelled, real_parts
from synth.metrics.utility.resampling import (
    DRAWS,
    at_most,
    bootstrap_weights,
    interval_of,
    random_part,
)
from synth.metrics.utility.scores import balanced_accuracy, rmse
from synth.metrics.utility.target import LEFT_OUT, Classes, class_name, present

SIZE = TreeSize(trees=200, most_rounds=40, least_rounds=10, leaves=15, bins=63)
MOST_TRAIN_ROWS: dict[Depth, int] = {"quick": 10_000, "full": 40_000}
MOST_TEST_ROWS: dict[Depth, int] = {"quick": 5_000, "full": 20_000}
MOST_COLUMNS: dict[Depth, int] = {"quick": 50, "full": 200}
MOST_CLASSES = 20  # of a column; further labels are one class together
LEAST_CLASS_ROWS = 50  # real rows, of a class of its own: the recall of fewer is mostly chance
LEAST_ROWS = 20  # of a column's known values, to train on and to test on
MOST_NAMED = 10  # columns in one sentence
BEST = 1.2  # where a ratio is cut: no single column carries the mean
_CAP, _TEST, _COLUMNS, _HALVES = 450, 451, 452, 453  # streams of randomness

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "global_utility",
        "utility",
        "Global utility",
        "How well each column can be predicted from all others by models that were trained on "
        "synthetic rows, relative to models that were trained on real rows, on average over the "
        "columns; higher is better, 1 is as well as real rows.",
        higher_is_better=True,
        headline=True,
    ),
    MetricKind(
        "column_utility",
        "utility",
        "Utility of a column",
        "How well the column can be predicted from all others by a model that was trained on "
        "synthetic rows, relative to one that was trained on real rows: the ratio of the balanced "
        "accuracies for labels, of the errors (real to synthetic) for numbers, of at most 1.2; "
        "higher is better.",
        higher_is_better=True,
    ),
)


@dataclass(frozen=True)
class _Tables:
    """The rows that every column is predicted with, and bootstrap ``weights`` of the test rows.

    ``pair``: test rows, real rows and unseen real rows of the same number, for the reference.
    """

    train: Features
    synthetic: Features
    test: Features
    weights: Floats
    pair: tuple[Features, Features, Features]


def measure(evidence: Evidence) -> Measured:
    """The utility of each column, and their mean with the interval of the same test rows.

    The reference is the ratio of two real-trained models: half of the test rows train the one, so
    many train rows the other, and the other half tests both.
    """
    names = list(evidence.train.names)
    if len(names) < 2 or not len(evidence.synthetic) or not len(evidence.train):
        return Measured(
            notes=["the global utility was not measured: it needs two columns, and rows"]
        )
    notes: list[str] = []
    tables = _tables(evidence, notes)
    chosen = _columns(evidence, names, notes)
    utilities: dict[str, Floats] = {}
    references: dict[str, float] = {}
    for name in chosen:
        evidence.follow(f"predicting {name!r} from the other columns")
        drawn = _utility(
            name, tables.train, tables.synthetic, tables.test, tables.weights, evidence.seed
        )
        if drawn is None or np.isnan(drawn[0]):
            continue
        utilities[name] = drawn
        test, real, unseen = tables.pair
        pair = _utility(name, real, unseen, test, np.ones((1, len(test))), evidence.seed)
        if pair is not None and not np.isnan(pair[0]):
            references[name] = float(pair[0])
    left_out = [name for name in chosen if name not in utilities]
    if left_out:
        notes.append(
            f"{len(left_out)} columns were not predicted, for they have one value only or too few "
            f"rows: {_listed(left_out)}"
        )
    notes += _class_notes(tables.train, list(utilities))
    return Measured(_metrics(utilities, references), notes, _facts(utilities, references))


def _tables(evidence: Evidence, notes: list[str]) -> _Tables:
    rng = np.random.default_rng([evidence.seed, _CAP])
    train, test = real_parts(evidence, notes)
    most = min(MOST_TRAIN_ROWS[evidence.depth], len(train), len(evidence.synthetic))
    small_train, synthetic = at_most(train, most, rng), at_most(evidence.synthetic, most, rng)
    small_test = at_most(test, MOST_TEST_ROWS[evidence.depth], rng)
    if most < max(len(train), len(evidence.synthetic)) or len(small_test) < len(test):
        notes.append(
            f"the global utility was measured with {most:,} real and as many synthetic rows to "
            f"train on and {len(small_test):,} to test on, drawn at random"
        )
    halves = random_part(test, 0.5, np.random.default_rng([evidence.seed, _HALVES]))
    judged, unseen = (at_most(test.take(half), most, rng) for half in halves)
    weights = bootstrap_weights(small_test, np.random.default_rng([evidence.seed, _TEST]))
    pair = (
        at_most(judged, MOST_TEST_ROWS[evidence.depth], rng),
        at_most(train, len(unseen), rng),
        unseen,
    )
    return _Tables(small_train, synthetic, small_test, weights, pair)


def _columns(evidence: Evidence, names: list[str], notes: list[str]) -> list[str]:
    most = MOST_COLUMNS[evidence.depth]
    if len(names) <= most:
        return names
    notes.append(f"{most} of {len(names)} columns were predicted in turn, drawn at random")
    rng = np.random.default_rng([evidence.seed, _COLUMNS])
    return [names[place] for place in np.sort(rng.permutation(len(names))[:most])]


def _utility(
    name: str, real: Features, other: Features, test: Features, weights: Floats, seed: int
) -> Floats | None:
    """float64 ``(draws,)``: the ratio of a column, cut to [0, 1.2]; None where it has none.

    As small errors are good, theirs is turned over. Two models that do not err at all are alike.
    """
    if len(present(real.column(name))[0]) < 2:
        return None
    classes = _classes(name, real)
    kind = "number" if classes is None else "classes"
    task = Task(name, "number" if classes is None else "classes", kind)
    trained_on = [labelled(part, task, classes) for part in (real, other)]
    judged, values = labelled(test, task, classes), test.column(name)
    known = np.isfinite(values) if classes is None else classes.read(values) != LEFT_OUT
    if min(len(part) for part in (*trained_on, judged)) < LEAST_ROWS:
        return None
    if len(np.unique(trained_on[0].truth)) < 2:
        return None
    first, second = (_score(part, judged, classes, weights[:, known], seed) for part in trained_on)
    above, below = (first, second) if classes is None else (second, first)
    ratio = np.divide(above, below, out=np.full(len(first), np.nan), where=below > 0)
    ratio = np.where((above == below) & (below == 0), 1.0, ratio)
    ratio = np.where((above > 0) & (below == 0), BEST, ratio)
    return np.clip(ratio, 0.0, BEST)


def _score(
    part: Labelled, test: Labelled, classes: Classes | None, weights: Floats, seed: int
) -> Floats:
    """float64 ``(draws,)``: the balanced accuracy, or the error of a number."""
    learner = Learner("lightgbm", len(classes) if classes else 0, seed, SIZE, balanced=True)
    predicted = learner.fit(part.rows, part.truth)(test.rows)
    score = rmse if classes is None else balanced_accuracy
    return score(test.truth, predicted, weights)


def _classes(name: str, real: Features) -> Classes | None:
    """The most frequent labels of a nominal column, and one class for all others.

    Where the others are few rows, they are left out: as a class they would weigh as much as any.
    """
    column = real.columns[real.names.index(name)]
    if column.ordinal:
        return None
    codes, counts = present(real.column(name))
    least = min(LEAST_CLASS_ROWS, int(np.sort(counts)[-2:].min()))  # two are classes
    ordered = np.argsort(-counts, kind="stable")
    kept = codes[np.sort(ordered[counts[ordered] >= least][:MOST_CLASSES])]
    names = tuple(class_name(column, codes, float(code), hidden=True) for code in kept)
    rest = counts.sum() - counts[np.isin(codes, kept)].sum() >= LEAST_CLASS_ROWS
    return Classes(tuple(float(code) for code in kept), names, bool(rest))


def _class_notes(real: Features, names: list[str]) -> list[str]:
    """Of which columns rare labels are no class of their own."""
    found = [(name, _classes(name, real), present(real.column(name))[0]) for name in names]
    merged = [name for name, classes, codes in found if classes and len(classes.codes) < len(codes)]
    if not merged:
        return []
    return [
        f"in the global utility the labels of {len(merged)} columns that fewer than "
        f"{LEAST_CLASS_ROWS} real rows have, or beyond the {MOST_CLASSES} most frequent, are one "
        f"class together, and left out where they have fewer rows in all: {_listed(merged)}"
    ]


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(repr, names[:MOST_NAMED])) + more


def _metrics(utilities: dict[str, Floats], references: dict[str, float]) -> list[Metric]:
    if not utilities:
        return []
    columns = [
        Metric(
            "column_utility",
            "column",
            float(drawn[0]),
            (name,),
            interval_of(drawn),
            references.get(name),
        )
        for name, drawn in utilities.items()
    ]
    every = np.stack(list(utilities.values()))
    known = ~np.isnan(every)
    mean = np.where(known, every, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    reference = float(np.mean(list(references.values()))) if references else None
    return [
        Metric("global_utility", "table", float(mean[0]), (), interval_of(mean), reference),
        *columns,
    ]


def _facts(utilities: dict[str, Floats], references: dict[str, float]) -> dict[str, object]:
    return {
        "global_utility": {
            "columns": list(utilities),
            "synthetic": [float(drawn[0]) for drawn in utilities.values()],
            "real": [references.get(name) for name in utilities],
            "draws": DRAWS,
        }
    }
