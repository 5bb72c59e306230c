"""How far the linear correlation of two numeric columns is from that of the real table.

The interval of a difference of correlations: G. Zou, Toward using confidence intervals to compare
correlations, Psychological Methods 2007, from Fisher's z of each; it takes the columns to be about
normal, which heavy tails are not.
"""

from __future__ import annotations

from itertools import combinations
from math import atanh, sqrt, tanh

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features
from synth.metrics.gram import GramState, Standard
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric, mean_of
from synth.metrics.proportions import Interval, Z, absolute
from synth.metrics.skipped import Skipped

FLAT = "a column of the pair does not vary in the"
NEAREST_ONE = 1 - 1e-12  # Fisher's z of 1 is infinite

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "pearson_difference",
        "fidelity",
        "Linear correlation of numbers",
        "By how much the correlation (Pearson) of two numeric columns differs from the real "
        "table; of the whole table it is the mean over all such pairs. 0 is best.",
    ),
)


def measure(evidence: Evidence) -> Measured:
    """The figures from the rows in memory."""
    train = _ordinal(evidence.train)
    standard = Standard.of(train.columns, train.values)

    def gram(table: Features | None) -> GramState | None:
        if table is None:
            return None
        state = GramState(standard)
        state.update_values(_ordinal(table).values)
        return state

    made, own = gram(evidence.synthetic), gram(train)
    assert made is not None and own is not None
    return pearson_metrics(made, own, gram(evidence.holdout))


def pearson_metrics(synthetic: GramState, train: GramState, holdout: GramState | None) -> Measured:
    """For the table and for each pair: the size of the difference of Pearson's correlations.

    Of synthetic against holdout, with train against holdout as the reference; without a holdout of
    synthetic against train. A pair in which a real column does not vary is left out and noted; one
    in which only a synthetic one does not counts as a correlation of 0 there, and is noted.
    """
    real = train if holdout is None else holdout
    names = [column.name for column in train.standard.columns]
    if len(names) < 2:
        return Measured(notes=["correlation not measured: there are no two numeric columns"])
    made, true = synthetic.correlations(), real.correlations()
    ceiling = None if holdout is None else train.correlations()
    skipped, pairs = Skipped(), []
    for i, j in combinations(range(len(names)), 2):
        pair = f"{names[i]} and {names[j]}"
        if np.isnan(true[i, j]):
            skipped.add(f"correlation not measured: {FLAT} real table", pair)
            continue
        if np.isnan(made[i, j]):
            skipped.add(f"correlation taken to be 0: {FLAT} synthetic table", pair)
            made[i, j] = 0.0
        rows = int(synthetic.rows[i, j]), int(real.rows[i, j])
        signed = correlation_difference_interval(made[i, j], rows[0], true[i, j], rows[1])
        reference = None if ceiling is None else abs(float(ceiling[i, j] - true[i, j]))
        pairs.append(
            Metric(
                "pearson_difference",
                "pair",
                abs(float(made[i, j] - true[i, j])),
                (names[i], names[j]),
                absolute(signed),
                None if reference is None or np.isnan(reference) else reference,
                higher_is_better=False,
            )
        )
    mean = mean_of(pairs)
    found = pairs if mean is None else [mean, *pairs]
    return Measured(found, skipped.notes("pairs"))


def correlation_difference_interval(r_a: float, n_a: int, r_b: float, n_b: int) -> Interval:
    """The 95 % interval of the first correlation less the second; ``[-2, 2]`` below four rows."""
    if min(n_a, n_b) < 4:
        return -2.0, 2.0
    low_a, high_a = _fisher(r_a, n_a)
    low_b, high_b = _fisher(r_b, n_b)
    down = sqrt((r_a - low_a) ** 2 + (high_b - r_b) ** 2)
    up = sqrt((high_a - r_a) ** 2 + (r_b - low_b) ** 2)
    return float(r_a - r_b - down), float(r_a - r_b + up)


def _fisher(r: float, rows: int) -> Interval:
    z, radius = atanh(max(-NEAREST_ONE, min(NEAREST_ONE, r))), Z / sqrt(rows - 3)
    return tanh(z - radius), tanh(z + radius)


def _ordinal(table: Features) -> Features:
    return table.without([column.name for column in table.columns if not column.ordinal])
