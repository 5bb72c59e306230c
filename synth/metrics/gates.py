"""The bounds that a table must keep to be published, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth.metrics.metric import Gate, Metric


@dataclass(frozen=True)
class GateRules:
    """Bounds of the table's figures.

    Similarities may fall short of their reference by so much; without a reference the minimum
    stands. Exact copies may not exceed ``copy_rate``; where that is None, they may not exceed what
    real rows show themselves: the reference, or ``repeats``, the share of rows that cleaning
    dropped because they equal another (without them a holdout has no copies left).
    """

    column_shortfall: float
    pair_shortfall: float
    column_minimum: float
    pair_minimum: float
    copy_rate: float | None
    repeats: float

    def gate(self, metric: Metric) -> Gate | None:
        """The gate of a metric, None where it has none."""
        if metric.scope != "table":
            return None
        ceiling = metric.reference
        if metric.name == "column_similarity":
            shortfall, minimum = self.column_shortfall, self.column_minimum
            return Gate("quality", minimum if ceiling is None else ceiling - shortfall)
        if metric.name == "pair_similarity":
            shortfall, minimum = self.pair_shortfall, self.pair_minimum
            return Gate("quality", minimum if ceiling is None else ceiling - shortfall)
        if metric.name == "exact_copy_rate":
            own = max(ceiling or 0.0, self.repeats)
            return Gate("privacy", own if self.copy_rate is None else self.copy_rate)
        return None


def gated(metrics: Sequence[Metric], rules: GateRules) -> list[Metric]:
    """The metrics with their gates."""
    return [replace(metric, gate=rules.gate(metric)) for metric in metrics]


def broken(metrics: Sequence[Metric]) -> list[Metric]:
    """The metrics that do not keep their gate."""
    return [metric for metric in metrics if metric.passed is False]


def reason(metric: Metric) -> str:
    """Why a metric breaks its gate, in words."""
    if metric.gate is None:
        raise ValueError(f"{metric.name} has no gate to break")
    asked = "at least" if metric.higher_is_better else "at most"
    name, bound = metric.name.replace("_", " "), metric.gate.bound
    if metric.name == "exact_copy_rate":  # of millions of rows a few are copies: digits that count
        value = f"{100 * metric.value:.3g} %"
        return f"{name} is {value}, {asked} {100 * bound:.3g} % is asked (gates.copy_rate)"
    return f"{name} is {metric.value:.4f}, {asked} {bound:.4f} is asked"
