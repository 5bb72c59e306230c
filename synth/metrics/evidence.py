"""What a measure is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synth.metrics.features import Features, Floats
from synth.metrics.histograms import CodeHistograms
from synth.metrics.metric import Metric

TaskKind = Literal["binary", "classes", "number"]
Depth = Literal["quick", "full"]


@dataclass(frozen=True)
class Task:
    """What a downstream model predicts: ``positive`` is the place of a binary target's label.

    ``metric`` is the figure that a model is judged by; ``proposed`` where nobody named the target.
    """

    target: str
    kind: TaskKind
    metric: str
    positive: int | None = None
    proposed: bool = False
    models: tuple[str, ...] = ("lightgbm", "linear")


def _quiet(step: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Evidence:
    """The tables of one judgement.

    ``train``, ``holdout`` and ``synthetic`` are rows in memory, a bounded sample of the tables
    where these have more than ``rows_in_all`` says; the holdout is None where there is none.
    ``counts`` are of whole tables, by the same roles. ``likelihood`` is of who has the model: its
    log likelihood of each row of ``train`` and of ``holdout``, float64 ``(rows,)`` by role.
    ``follow`` is told what is being done.
    """

    train: Features
    holdout: Features | None
    synthetic: Features
    counts: Mapping[str, CodeHistograms]
    rows_in_all: Mapping[str, int]
    seed: int
    task: Task | None = None
    sensitive: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    depth: Depth = "quick"
    likelihood: Mapping[str, Floats] | None = None
    follow: Callable[[str], None] = _quiet

    @property
    def real(self) -> Features:
        """Rows that the generator has not seen; the train part where there are none."""
        return self.train if self.holdout is None else self.holdout


@dataclass(frozen=True)
class Measured:
    """Figures, what is to be said of them, and plain data for pictures (curves, by name)."""

    metrics: list[Metric] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: Measured) -> Measured:
        """Both."""
        return Measured(
            [*self.metrics, *other.metrics],
            [*self.notes, *other.notes],
            {**self.facts, **other.facts},
        )

    def to_json(self) -> dict[str, Any]:
        """All fields, without gates."""
        return {
            "metrics": [metric.to_json() for metric in self.metrics],
            "notes": self.notes,
            "facts": self.facts,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Measured:
        """What :meth:`to_json` wrote."""
        return cls([Metric.from_json(one) for one in data["metrics"]], data["notes"], data["facts"])


Measure = Callable[[Evidence], Measured]
