"""Column by column what one scan of each whole table tells beyond its histograms.

All of it is read off :class:`synth.profiling.table_profile.TableProfile`, so that Spark makes the
states of tables of any size, and what follows is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.class_balance import MOST_CLASSES, class_balance_metric, class_counts
from synth.metrics.coverage import category_coverage
from synth.metrics.distribution import Distribution
from synth.metrics.evidence import Measured, Task
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.number_details import number_metrics
from synth.metrics.proportions import absolute, difference_interval
from synth.metrics.skipped import Skipped
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.table.schema import decimal_parts
from synth.table.values import is_moment, is_ordered, is_whole

SEED = 0xC01

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "wasserstein",
        "fidelity",
        "Distance of values",
        "How far, on average, values would have to be moved to be distributed as in the real "
        "table, in standard deviations of the real column. 0 is best.",
    ),
    MetricKind(
        "null_share_difference",
        "fidelity",
        "Missing values",
        "By how much the share of rows without a value differs from the real table. 0 is best.",
        style="percent",
    ),
    MetricKind(
        "range_coverage",
        "fidelity",
        "Range covered",
        "How much of the range of real values, least to largest, the synthetic ones span. Higher "
        "is closer, but a table that protects its rarest values rightly stays below 100 %.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "category_coverage",
        "fidelity",
        "Labels covered",
        "How many of the real labels the synthetic column has. Higher is closer, but a table that "
        "protects labels of few rows rightly stays below 100 %.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "tail_rate_difference",
        "fidelity",
        "Extreme values",
        "By how much the share of rows with extreme values differs from the real table, by bounds "
        "that the real table sets. 0 is best.",
        style="percent",
    ),
    MetricKind(
        "class_balance_difference",
        "fidelity",
        "Balance of the target",
        "Share of rows that would need another class for the target to be balanced as in the real "
        "table. 0 is best.",
        style="percent",
        bound=Bound(0.02, 0.05, by="interval", relative=True, absolute=0.05),
    ),
)


@dataclass(frozen=True)
class _Three:
    """The states of one column; ``train`` is None where it is itself the real one."""

    name: str
    made: ColumnState
    real: ColumnState
    train: ColumnState | None


def column_detail_metrics(
    synthetic: TableProfile,
    train: TableProfile,
    holdout: TableProfile | None,
    *,
    task: Task | None = None,
    seed: int = 0,
) -> Measured:
    """The figures of ``KINDS`` for each column that is no key, of whole tables, without a scan.

    Values compare synthetic with the holdout, and references train with the holdout; without one
    (None, or no rows) values compare with train and have no reference.
    """
    ceiling = holdout is not None and holdout.rows > 0
    real = holdout if holdout is not None and ceiling else train
    if not synthetic.rows or not real.rows:
        return Measured(notes=["details of columns not measured: a table has no rows"])
    metrics: list[Metric] = []
    skipped = Skipped()
    for place, column in enumerate(train.schema):
        if column.key:
            continue
        three = _three(column.name, synthetic, real, train if ceiling else None, skipped)
        if three is not None:
            rng = np.random.default_rng([seed, SEED, place])
            metrics += _column(three, task, rng, skipped)
    return Measured(metrics, skipped.notes())


def _three(
    name: str,
    synthetic: TableProfile,
    real: TableProfile,
    train: TableProfile | None,
    skipped: Skipped,
) -> _Three | None:
    if name not in synthetic.schema.names or name not in real.schema.names:
        skipped.add("details not measured: the column is not in every table", name)
        return None
    made, true = synthetic[name], real[name]
    if _domain(made.column.type) != _domain(true.column.type):
        skipped.add("details not measured: the synthetic column has values of another kind", name)
        return None
    return _Three(name, made, true, None if train is None else train[name])


def _domain(type_name: str) -> str:
    """In what a state holds its values: texts, days, microseconds, or numbers of some unit."""
    if not is_ordered(type_name):
        return "text"
    if is_moment(type_name):
        return type_name
    parts = decimal_parts(type_name)
    return f"number of {parts[1]} decimals" if parts and is_whole(type_name) else "number"


def _column(
    three: _Three, task: Task | None, rng: np.random.Generator, skipped: Skipped
) -> list[Metric]:
    metrics = [_null_metric(three)]
    if isinstance(three.made, NumberState) and isinstance(three.real, NumberState):
        train = three.train if isinstance(three.train, NumberState) else None
        own = Distribution.of(three.made), Distribution.of(three.real)
        ceiling = None if train is None else Distribution.of(train)
        metrics += number_metrics(three.name, *own, ceiling, rng, skipped)
    elif isinstance(three.made, TextState) and isinstance(three.real, TextState):
        metrics += _label_metrics(three, skipped)
    if task is not None and task.target == three.name and task.kind != "number":
        metrics += _balance(three, rng, skipped)
    return metrics


def _null_metric(three: _Three) -> Metric:
    """NaN counts as null, as it does among the features."""
    made, real, train = three.made, three.real, three.train
    share = _empty(real) / max(real.rows, 1)
    return Metric(
        "null_share_difference",
        "column",
        abs(_empty(made) / max(made.rows, 1) - share),
        (three.name,),
        absolute(difference_interval(_empty(made), made.rows, _empty(real), real.rows)),
        None if train is None else abs(_empty(train) / max(train.rows, 1) - share),
        higher_is_better=False,
    )


def _empty(state: ColumnState) -> int:
    return state.rows - state.count


def _label_metrics(three: _Three, skipped: Skipped) -> list[Metric]:
    states = [three.made, three.real] + ([] if three.train is None else [three.train])
    if not all(state.counted.is_exact for state in states):
        skipped.add(
            "labels covered: only the most frequent labels are kept of a column of so many, and "
            "only they are compared",
            three.name,
        )
    made, real, *train = (set(s.counted.counts) for s in states if isinstance(s, TextState))
    value = category_coverage(made, real)
    if value is None:
        skipped.add("labels covered: not measured, the real column has none", three.name)
        return []
    reference = category_coverage(train[0], real) if train else None
    return [Metric("category_coverage", "column", value, (three.name,), None, reference)]


def _balance(three: _Three, rng: np.random.Generator, skipped: Skipped) -> list[Metric]:
    made, real = class_counts(three.made), class_counts(three.real)
    train = None if three.train is None else class_counts(three.train)
    if made is None or real is None or (three.train is not None and train is None):
        skipped.add(
            f"balance of the target not measured: it has more than {MOST_CLASSES} values",
            three.name,
        )
        return []
    return [class_balance_metric(three.name, made, real, train, rng)]
