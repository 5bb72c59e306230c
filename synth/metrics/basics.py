"""What the figures of counts are: columns, pairs and copies of whole tables."""

from __future__ import annotations

from synth.metrics.kind import Bound, MetricKind

KINDS = (
    MetricKind(
        "column_similarity",
        "fidelity",
        "Column similarity",
        "How alike each column's values are, averaged over all columns. 1 is identical; "
        "higher is better.",
        higher_is_better=True,
        headline=True,
        bound=Bound(0.03, by="interval", relative=True, absolute=0.9),
    ),
    MetricKind(
        "pair_similarity",
        "fidelity",
        "Pair similarity",
        "How alike each two columns' combinations are, averaged over all pairs. 1 is identical; "
        "higher is better.",
        higher_is_better=True,
        headline=True,
        bound=Bound(0.05, by="interval", relative=True, absolute=0.8),
    ),
    MetricKind(
        "correlation_difference",
        "fidelity",
        "Correlation difference",
        "How far the strength of the link between two columns moved, averaged over all pairs. "
        "0 is unchanged; lower is better.",
        headline=True,
    ),
    MetricKind(
        "exact_copy_rate",
        "privacy",
        "Exact copies",
        "Synthetic rows that equal a training row in every value. They should be no more than "
        "chance makes of the share among real rows that were held out, or, where that is more, "
        "of the share that cleaning removed as duplicates; lower is better.",
        style="percent",
        headline=True,
        bound=Bound(0.0),
    ),
    MetricKind(
        "kolmogorov_smirnov",
        "fidelity",
        "Kolmogorov-Smirnov distance",
        "Largest gap between the cumulative shares; lower is better.",
    ),
    MetricKind(
        "total_variation",
        "fidelity",
        "Total variation",
        "Share of rows that would have to change their value; lower is better.",
    ),
    MetricKind(
        "jensen_shannon",
        "fidelity",
        "Jensen-Shannon divergence",
        "How well one could tell which table a value came from; 0 is not at all, lower is better.",
    ),
)
