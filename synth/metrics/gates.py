"""The bounds that a table must keep to be published, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth.metrics.copies import most_by_chance
from synth.metrics.metric import Gate, Metric


@dataclass(frozen=True)
class GateRules:
    """Bounds of the table's figures.

    Similarities may fall short of their reference by so much; without a reference the minimum
    stands. Exact copies may not exceed ``copy_rate``; where that is None, they may not be more than
    chance makes of what real rows show themselves, but for a chance of ``copy_level``: the
    reference, or ``repeats``, of how many rows cleaning dropped how many because they equal another
    (without them a holdout has no copies left).
    """

    column_shortfall: float
    pair_shortfall: float
    column_minimum: float
    pair_minimum: float
    copy_rate: float | None
    copy_level: float
    repeats: tuple[int, int]

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
            return Gate("privacy", self._copies(metric))
        return None

    def _copies(self, metric: Metric) -> float:
        """The greatest rate of copies."""
        if self.copy_rate is not None:
            return self.copy_rate
        rows = metric.counts[1] if metric.counts else 0
        most = most_by_chance(rows, self.copy_reference(metric), self.copy_level)
        return most / rows if rows else 0.0

    def copy_reference(self, metric: Metric) -> tuple[int, int]:
        """What copies are held against: how many of how many real rows equal another.

        The higher rate; of equal ones that of more rows, which lets less pass as chance.
        """
        references = [metric.reference_counts or (0, 0), self.repeats]
        return max(references, key=lambda own: (own[0] / max(own[1], 1), own[1]))


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
    if metric.counts is not None:  # of millions of rows a few are copies: a share would hide them
        hits, rows = metric.counts
        beside = ""
        if metric.reference_counts is not None:
            found, others = metric.reference_counts
            beside = f"; of {others:,} held-out rows {found:,} do"
        return (
            f"{hits:,} of {rows:,} rows equal a real one in every value, {asked} "
            f"{metric.allowed_rows:,} may (gates.copy_rate, gates.copy_level){beside}"
        )
    return f"{name} is {metric.value:.4f}, {asked} {bound:.4f} is asked"
