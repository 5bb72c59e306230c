"""A measured figure that carries its uncertainty, its direction, its reference and its gate."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Scope = Literal["table", "column", "pair"]
GateKind = Literal["quality", "privacy"]
ROUNDING = 1e-6  # of a row: a bound times the rows is a whole number but for it


@dataclass(frozen=True)
class Gate:
    """The bound that a metric must keep for its table to be published.

    ``kind`` decides the exit code of a failed run: quality 3, privacy 4.
    """

    kind: GateKind
    bound: float


@dataclass(frozen=True)
class Metric:
    """One figure about a synthetic table.

    ``columns`` is empty for the table, one name for a column, two for a pair.
    ``reference`` is the same figure measured for the holdout against the train part: what a
    perfect generator would reach. None where there is no holdout.
    ``interval`` is a 95 % interval where one was computed. ``counts`` and ``reference_counts``: of
    a share, how many rows of how many.
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

    @property
    def passed(self) -> bool | None:
        """Whether the gate is kept; None where there is none. A figure on the bound passes."""
        if self.gate is None:
            return None
        if self.higher_is_better:
            return self.value >= self.gate.bound
        return self.value <= self.gate.bound

    @property
    def allowed_rows(self) -> int | None:
        """How many of the rows that are counted the gate allows; None without either."""
        if self.gate is None or self.counts is None:
            return None
        return math.floor(self.gate.bound * self.counts[1] + ROUNDING)

    def to_json(self) -> dict[str, Any]:
        """All fields, and whether the gate is kept."""
        gate = None if self.gate is None else asdict(self.gate)
        # Not asdict of the whole: it copies each value, and a wide table has 100,000 figures.
        return {**vars(self), "gate": gate, "passed": self.passed}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Metric:
        """What :meth:`to_json` wrote."""
        fields = {k: v for k, v in data.items() if k != "passed"}
        fields["columns"] = tuple(fields.get("columns") or ())
        for name in ("interval", "counts", "reference_counts"):
            if fields.get(name) is not None:
                first, second = fields[name]
                fields[name] = (first, second)
        if fields.get("gate") is not None:
            fields["gate"] = Gate(**fields["gate"])
        return cls(**fields)
