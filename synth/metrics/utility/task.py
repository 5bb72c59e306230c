"""What a downstream model predicts: the target that a user names, checked, or one proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from synth.metrics.evidence import Task, TaskKind
from synth.metrics.features import FeatureColumn, Features, Floats
from synth.metrics.utility.dependence import Codes, coarse_codes, uncertainty_coefficient
from synth.metrics.utility.scores import SCORES
from synth.metrics.utility.target import Places, present
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.values import is_moment, is_whole

Coded = tuple[Codes, int]
Kind = Literal["auto", "binary", "classes", "number"]
MODELS = ("lightgbm", "linear")
DEFAULT_METRIC: dict[TaskKind, str] = {"binary": "roc_auc", "classes": "f1_macro", "number": "r2"}

MOST_LABELS = 20  # of a proposed target; more are rather a description than a decision
MOST_WHOLE_VALUES = 10  # whole numbers of so few values are read as classes: grades, stars
NEARLY_CONSTANT = 0.99  # share of one value; who wants to predict the rest names the column
DETERMINED = 0.99  # of its uncertainty: another column is the same thing in other words
LEAST_DEPENDENCE = 0.005  # of its uncertainty, less the bias: below, nothing is to be predicted
BEST_OTHERS = 3  # columns whose mean tells how well a target is predicted
LAST_COLUMN, TWO_LABELS = 2.0, 1.5  # weights: targets mostly stand last, and mostly are yes or no
ROWS = 10_000  # enough to rank columns by
ROWS_PER_BIN = 20  # where it is asked whether a column determines another: of fewer it seems so
FINE_BINS = (8, 200)  # the fewest and the most


def propose_task(columns: Sequence[FeatureColumn], train: Features) -> Task | None:
    """A target among the columns; None where none of them can be predicted.

    Labels come first (two to twenty of them), then whole numbers of few values, then numbers.
    Taken is the one whose three best predictors remove the largest share of its uncertainty (Theil
    1970), each alone and on coarse bins, weighted for the last column and for two labels. Never
    taken are a column that is nearly constant, and one that another determines.
    """
    rng = np.random.default_rng(0)  # no figure depends on it: only which rows rank the columns
    rows = np.sort(rng.permutation(len(train))[:ROWS])
    sample = train.take(rows)
    names = {column.name for column in columns}
    coded = [coarse_codes(sample, place) for place in range(len(sample.columns))]
    bins = int(np.clip(len(sample) // ROWS_PER_BIN, *FINE_BINS))
    fine = [coarse_codes(sample, place, bins) for place in range(len(sample.columns))]
    for group in (_are_labels, _are_few_values, _are_numbers):
        weights = {
            place: _promise(sample, coded, fine, place)
            for place, column in enumerate(sample.columns)
            if column.name in names and group(column, present(sample.values[:, place])[0])
        }
        best = max(weights, key=lambda place: weights[place], default=None)
        if best is not None and weights[best] > 0:
            return resolve_task(train, sample.columns[best].name, proposed=True)
    return None


def resolve_task(
    train: Features,
    target: str,
    kind: Kind = "auto",
    positive: str | None = None,
    metric: str = "auto",
    models: Sequence[str] = MODELS,
    *,
    table: str = "the train table",
    proposed: bool = False,
) -> Task:
    """The task of predicting the target, with what was left open decided from the real rows.

    ``kind``: two values are binary, more labels classes, whole numbers of at most ten values
    classes, other numbers a number. ``positive``: the label, or the number in words, that counts as
    positive; the rarer one where none is named. ``metric``: ROC AUC for two classes, macro F1 for
    more, R2 for a number. InputError says what cannot be predicted, judged or found, and the way
    out; no value of a sensitive column is in it.
    """
    if target not in train.names:
        raise InputError(
            f"{table} has no column {target!r} to predict: {known_names(target, train.names)}; "
            "keys cannot be predicted"
        )
    column = train.columns[train.names.index(target)]
    codes, counts = present(train.column(target))
    where = f"column {target!r} of {table}"
    _require_varied(len(codes), where)
    decided = _kind(column, len(codes), kind, where)
    if positive is not None and decided != "binary":
        raise InputError(
            f"{where} is predicted as {decided}, which has no positive label, but {positive!r} was "
            "named: leave it out, or name a target of two labels"
        )
    place = None
    if decided == "binary":
        place = _positive(column, codes, counts, positive, where)
    names = tuple(SCORES[decided])
    if metric != "auto" and metric not in names:
        raise InputError(
            f"{where} cannot be judged by {metric!r}: {known_names(metric, names, decided)}"
        )
    for model in models:
        if model not in MODELS:
            raise InputError(f"no model {model!r}: {known_names(model, MODELS, 'utility')}")
    if not models:
        raise InputError(f"no model is named to predict {where}: name one of {', '.join(MODELS)}")
    judged = DEFAULT_METRIC[decided] if metric == "auto" else metric
    return Task(target, decided, judged, place, proposed, tuple(dict.fromkeys(models)))


def _require_varied(values: int, where: str) -> None:
    if values == 0:
        raise InputError(f"{where} holds nulls only: name another target")
    if values == 1:
        raise InputError(
            f"{where} has one value only, so that there is nothing to predict: name another target"
        )


def _kind(column: FeatureColumn, values: int, kind: Kind, where: str) -> TaskKind:
    if kind not in get_args(Kind):
        raise InputError(f"no kind of task {kind!r}: {known_names(kind, get_args(Kind), 'it')}")
    if kind == "auto":
        if values == 2:
            return "binary"
        return (
            "classes" if not column.ordinal or _are_few_values(column, [0.0] * values) else "number"
        )
    if kind == "number" and not column.ordinal:
        raise InputError(
            f"{where} is of type {column.type} and cannot be predicted as a number: use 'classes'"
        )
    if kind == "binary" and values != 2:
        raise InputError(
            f"{where} has {values:,} values and cannot be predicted as binary: use 'classes'"
            + (" or 'number'" if column.ordinal else "")
        )
    return kind


def _positive(
    column: FeatureColumn, codes: Floats, counts: Places, positive: str | None, where: str
) -> int:
    """The place of the positive label: among the labels, or among the two numbers."""
    places = [0, 1] if column.ordinal else [int(code) for code in codes]
    if positive is None:
        rarer = 0 if counts[0] < counts[1] else 1
        return places[rarer]
    if column.ordinal:
        names = [f"{code:g}" for code in codes]
    else:
        names = [(*column.labels, "")[place] for place in places]
    wanted = str(positive) if column.type != "boolean" else str(positive).lower()
    if wanted in names:
        return places[names.index(wanted)]
    known = (
        "its labels are not listed, for it is sensitive"
        if column.sensitive
        else (known_names(wanted, names))
    )
    raise InputError(f"{where} has no label {positive!r} to count as positive: {known}")


def _promise(sample: Features, coded: list[Coded], fine: list[Coded], place: int) -> float:
    """How much of a column's uncertainty others remove, weighted; 0 where it is no target."""
    _, counts = present(sample.values[:, place])
    if counts.max(initial=0) > NEARLY_CONSTANT * max(counts.sum(), 1):
        return 0.0
    others = [other for other in range(len(coded)) if other != place]
    shares = [uncertainty_coefficient(coded[place], coded[other])[1] for other in others]
    shares = sorted(shares, reverse=True)[:BEST_OTHERS]
    plain = [uncertainty_coefficient(coded[place], fine[other])[0] for other in others]
    if not shares or max(plain) > DETERMINED or shares[0] < LEAST_DEPENDENCE:
        return 0.0
    weight = LAST_COLUMN if place == len(coded) - 1 else 1.0
    return float(np.mean(shares)) * weight * (TWO_LABELS if len(counts) == 2 else 1.0)


def _are_labels(column: FeatureColumn, codes: Sequence[float] | Floats) -> bool:
    return not column.ordinal and 2 <= len(codes) <= MOST_LABELS


def _are_few_values(column: FeatureColumn, codes: Sequence[float] | Floats) -> bool:
    whole = column.ordinal and is_whole(column.type) and not is_moment(column.type)
    return whole and 2 <= len(codes) <= MOST_WHOLE_VALUES


def _are_numbers(column: FeatureColumn, codes: Sequence[float] | Floats) -> bool:
    numbers = column.ordinal and not is_moment(column.type)
    return numbers and len(codes) > MOST_WHOLE_VALUES
