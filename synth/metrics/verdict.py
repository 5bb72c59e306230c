"""What all gates say together: green, amber or red, with the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from synth.metrics.catalogue import area_of
from synth.metrics.gates import broken, reason
from synth.metrics.kind import AREAS, Area
from synth.metrics.metric import Metric, Status

KEPT = "every gate is kept"


@dataclass(frozen=True)
class Verdict:
    """Whether a table may be published, and the reasons in words that an outsider knows.

    ``status`` is the worst of all gates: a broken one that somebody answers for counts as amber.
    ``areas`` has the state of each area in which something was measured. ``waived`` says who lets
    which figure break its bound.
    """

    passed: bool
    reasons: list[str] = field(default_factory=list)
    status: Status = "green"
    areas: dict[str, Status] = field(default_factory=dict)
    waived: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        """What :meth:`to_json` wrote; of an earlier version, which knew passed and not passed."""
        status = data.get("status", "green" if data["passed"] else "red")
        return cls(**{**data, "status": status})


def verdict_of(metrics: Sequence[Metric], *, amber_passes: bool = True) -> Verdict:
    """The verdict of figures with their gates: red does not pass, amber where it may."""
    held = [metric for metric in metrics if metric.gate is not None]
    status = _state(held)
    passed = status == "green" or (status == "amber" and amber_passes)
    waived = [m for m in held if m.status == "red" and m.passed]
    said = [reason(metric) for metric in broken(held)]
    said += [f"amber: {reason(m)}" for m in held if m.status == "amber"]
    words = [f"{reason(m)}; waived by {m.gate.waiver}" for m in waived if m.gate is not None]
    by_area = {area: [m for m in held if area_of(m.name) == area] for area in AREAS}
    return Verdict(
        passed,
        said or ([] if words else [KEPT]),
        status,
        {area: _state(own) for area, own in by_area.items() if own},
        words,
    )


def failed_kinds(metrics: Sequence[Metric], verdict: Verdict) -> list[str]:
    """Which kinds of gates keep a table from being published: ``privacy``, ``quality``."""
    if verdict.passed:
        return []
    states = ("red",) if verdict.status == "red" else ("amber",)
    named = {m.gate.kind for m in metrics if m.gate and m.status in states and _counts(m)}
    return sorted(named)


def _counts(metric: Metric) -> bool:
    """Whether a broken gate is not waived."""
    return metric.status != "red" or not metric.passed


def _state(metrics: Sequence[Metric]) -> Status:
    if broken(metrics):
        return "red"
    return "amber" if any(metric.status != "green" for metric in metrics) else "green"


def areas_in_order(verdict: Verdict) -> list[tuple[Area, Status]]:
    """The areas with their states, in the order in which they are told."""
    return [(area, verdict.areas[area]) for area in AREAS if area in verdict.areas]
