"""A measured figure that carries its uncertainty, its direction, its reference and its gate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from synth.metrics.kind import By

Scope = Literal["table", "column", "pair", "triple"]
GateKind = Literal["quality", "privacy"]
Status = Literal["green", "amber", "red"]
ROUNDING = 1e-6  # of a row: a bound times the rows is a whole number but for it


@dataclass(frozen=True)
class Gate:
    """The bound that a metric must keep for its table to be published.

    ``kind`` decides the exit code of a failed run: quality 3, privacy 4. Up to ``bound`` a figure
    is green, up to ``amber`` amber, beyond red. ``by="interval"``: it is red only where even the
    better end of its interval lies beyond, and amber where its value does. ``waiver`` says who
    answers for it that the figure may break it, and why.
    """

    kind: GateKind
    bound: float
    amber: float | None = None
    by: By = "value"
    waiver: str = ""


@dataclass(frozen=True)
class Metric:
    """One figure about a synthetic table.

    ``columns`` is empty for the table, one name for a column, two for a pair, three for a triple.
    ``reference`` is the same figure measured for the holdout against the train part: what a
    perfect generator would reach. None where there is no holdout.
    ``interval`` is a 95 % interval where one was computed. ``counts`` and ``reference_counts``: of
    a share, how many rows of how many. ``detail`` tells figures of one
    name apart (which attack, which model); ``slice`` says of which rows it is (``sex = Female``).
    """

    name: str
    scope: Scope
    value: float
    columns: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    reference: float | None = None
    higher_is_better: bool = True
    gate: Gate | None = None
    counts: tuple[int, int] | None = None
    reference_counts: tuple[int, int] | None = None
    detail: str = ""
    slice: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the gate is kept, or waived: it is not red. None where there is none."""
        if self.gate is None:
            return None
        return self.status != "red" or bool(self.gate.waiver)

    @property
    def status(self) -> Status | None:
        """Of the gate; None where there is none. A figure on a bound keeps it."""
        gate = self.gate
        if gate is None:
            return None
        if self._keeps(self.value, gate.bound):
            return "green"
        end, last = self.value, gate.bound if gate.amber is None else gate.amber
        if gate.by == "interval" and self.interval is not None:
            end = self.interval[1 if self.higher_is_better else 0]
        return "amber" if self._keeps(end, last) else "red"

    def _keeps(self, value: float, bound: float) -> bool:
        return value >= bound if self.higher_is_better else value <= bound

    @property
    def allowed_rows(self) -> int | None:
        """How many of the rows that are counted the gate allows; None without either."""
        if self.gate is None or self.counts is None:
            return None
        return math.floor(self.gate.bound * self.counts[1] + ROUNDING)

    def to_json(self) -> dict[str, Any]:
        """All fields, whether the gate is kept, and its state."""
        gate = None if self.gate is None else asdict(self.gate)
        # Not asdict of the whole: it copies each value, and a wide table has 100,000 figures.
        return {**vars(self), "gate": gate, "passed": self.passed, "status": self.status}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Metric:
        """What :meth:`to_json` wrote."""
        fields = {k: v for k, v in data.items() if k not in ("passed", "status")}
        fields["columns"] = tuple(fields.get("columns") or ())
        for name in ("interval", "counts", "reference_counts"):
            if fields.get(name) is not None:
                first, second = fields[name]
                fields[name] = (first, second)
        if fields.get("gate") is not None:
            fields["gate"] = Gate(**fields["gate"])
        return cls(**fields)


def mean_of(metrics: Sequence[Metric]) -> Metric | None:
    """The table's figure: the mean of those of one name, columns, pairs or triples; None of none.

    Its reference and the ends of its interval are the means of theirs, where they have any: an
    interval as if all of them erred together, hence rather too wide.
    """
    if not metrics:
        return None
    references = [metric.reference for metric in metrics if metric.reference is not None]
    intervals = [metric.interval for metric in metrics if metric.interval is not None]
    ends = [float(np.mean(end)) for end in zip(*intervals, strict=True)]
    return Metric(
        metrics[0].name,
        "table",
        float(np.mean([metric.value for metric in metrics])),
        interval=(ends[0], ends[1]) if ends else None,
        reference=float(np.mean(references)) if references else None,
        higher_is_better=metrics[0].higher_is_better,
    )
