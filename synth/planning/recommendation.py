"""The whole of what is recommended before a run: generator, settings, costs, and what to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synth.audit.finding import Finding
from synth.planning.choice import Suggestion, TableFacts
from synth.planning.stage_costs import StageCost
from synth.version import VERSION


@dataclass(frozen=True)
class Recommendation:
    """``start_seconds``: Spark's start; ``calibration``: what was measured here, by its name."""

    table: str
    facts: TableFacts
    generator: str
    reasons: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    costs: tuple[StageCost, ...]
    start_seconds: float
    calibration: dict[str, float]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> float | None:
        """The whole run as it is expected, Spark's start included; None if a stage is not known."""
        return self._sum([cost.seconds for cost in self.costs])

    @property
    def most_seconds(self) -> float | None:
        """The whole run, if the fit does all of its steps."""
        return self._sum([cost.most_seconds for cost in self.costs])

    @property
    def driver_bytes(self) -> float:
        """The most that our process and its JVM hold in any stage."""
        return max(cost.memory.driver for cost in self.costs)

    @property
    def worker_bytes(self) -> float:
        """The most that one worker in Python holds in any stage."""
        return max(cost.memory.worker for cost in self.costs)

    def _sum(self, seconds: list[float | None]) -> float | None:
        known = [one for one in seconds if one is not None]
        return self.start_seconds + sum(known) if len(known) == len(seconds) else None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        seconds, most = self.seconds, self.most_seconds
        return {
            "lakesynth": VERSION,
            "table": self.table,
            "facts": self.facts.to_json(),
            "generator": self.generator,
            "reasons": list(self.reasons),
            "settings": [one.to_json() for one in self.suggestions],
            "stages": [cost.to_json() for cost in self.costs],
            "start_seconds": round(self.start_seconds, 1),
            "seconds": None if seconds is None else round(seconds, 1),
            "most_seconds": None if most is None else round(most, 1),
            "driver_bytes": round(self.driver_bytes),
            "worker_bytes": round(self.worker_bytes),
            "calibration": {name: round(value, 6) for name, value in self.calibration.items()},
            "findings": [one.to_json() for one in self.findings],
            "notes": list(self.notes),
        }
