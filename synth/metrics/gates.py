"""The bounds that a table must keep to be published, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from synth.metrics.catalogue import area_of, kinds
from synth.metrics.copies import most_by_chance
from synth.metrics.kind import Bound
from synth.metrics.metric import Gate, GateKind, Metric

COPIES = "exact_copy_rate"
SETTINGS_OF_COPIES = "gates.copy_rate, gates.copy_level"


@dataclass(frozen=True)
class Waiver:
    """Somebody answers for it that a figure may break its bound, for a reason."""

    by: str
    reason: str

    def __str__(self) -> str:
        """Both, as a report says them."""
        return f"{self.by}: {self.reason}"


@dataclass(frozen=True)
class GateRules:
    """Bounds of the table's figures: those of the catalogue, but for the ``bounds`` given by name.

    Exact copies may not exceed ``copy_rate``; where that is None, they may not be more than
    chance makes of what real rows show themselves, but for a chance of ``copy_level``: the
    reference, or ``repeats``, of how many rows cleaning dropped how many because they equal another
    (without them a holdout has no copies left). ``waivers`` let a figure of that name break its
    bound.
    """

    bounds: Mapping[str, Bound] = field(default_factory=dict)
    copy_rate: float | None = None
    copy_level: float = 0.01
    repeats: tuple[int, int] = (0, 0)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)

    def gate(self, metric: Metric) -> Gate | None:
        """The gate of a metric, None where it has none."""
        bound = self._bound(metric.name)
        if metric.scope != "table" or bound is None:
            return None
        if metric.name == COPIES:
            bound = Bound(self._copies(metric))
        placed = _placed(bound, metric)
        if placed is None:
            return None
        green, amber = placed
        kind: GateKind = "privacy" if area_of(metric.name) == "privacy" else "quality"
        waiver = self.waivers.get(metric.name)
        said = "" if waiver is None else str(waiver)
        return Gate(kind, green, amber, bound.by, said)

    def _bound(self, name: str) -> Bound | None:
        known = kinds().get(name)
        return self.bounds.get(name, None if known is None else known.bound)

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


def _placed(bound: Bound, metric: Metric) -> tuple[float, float | None] | None:
    """The ends of green and amber on the figure's own scale; None where it is held to none."""
    if not bound.relative:
        return bound.green, bound.amber
    if metric.reference is None:
        return None if bound.absolute is None else (bound.absolute, None)
    sign = -1.0 if metric.higher_is_better else 1.0
    amber = None if bound.amber is None else metric.reference + sign * bound.amber
    return metric.reference + sign * bound.green, amber


def gated(metrics: Sequence[Metric], rules: GateRules) -> list[Metric]:
    """The metrics with their gates."""
    return [replace(metric, gate=rules.gate(metric)) for metric in metrics]


def broken(metrics: Sequence[Metric]) -> list[Metric]:
    """The metrics that do not keep their gate, and that nobody answers for."""
    return [metric for metric in metrics if metric.passed is False]


def reason(metric: Metric) -> str:
    """Why a metric breaks its gate, or is amber, in words."""
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
        said = _counted_words(metric.name)
        settings = f" ({SETTINGS_OF_COPIES})" if metric.name == COPIES else ""
        return f"{hits:,} of {rows:,} {said}, {asked} {metric.allowed_rows:,} may{settings}{beside}"
    within = ""
    if metric.interval is not None and metric.gate.by == "interval":
        low, high = metric.interval
        within = f" (95 % interval {low:.4f} to {high:.4f})"
    told = f" of {' and '.join(map(repr, metric.columns))}" if metric.columns else ""
    return f"{name}{told} is {metric.value:.4f}{within}, {asked} {bound:.4f} is asked"


def _counted_words(name: str) -> str:
    if name == COPIES:
        return "rows equal a real one in every value"
    return f"rows count as {name.replace('_', ' ')}"
