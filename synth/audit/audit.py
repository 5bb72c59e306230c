"""The outcome of an audit, as it is written, shown and read again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from synth.audit.associations import Association
from synth.audit.content import SensitiveContent
from synth.audit.finding import Finding
from synth.audit.near_duplicates import NearDuplicates
from synth.audit.quasi_identifiers import QuasiIdentifier
from synth.audit.task_findings import GroupRate
from synth.metrics.histograms import Counts
from synth.table.bins import ColumnBins
from synth.version import VERSION


@dataclass(frozen=True)
class Audit:
    """All of it; no value of a sensitive column and none of few rows stands in it.

    ``columns``: what :func:`synth.profiling.privacy.protected_profile` tells of each, with the
    counts of its ``bins``. ``structure``: rules with their evidence, keys, forms.
    """

    table: str
    rows: int
    columns: tuple[dict[str, Any], ...]
    bins: tuple[ColumnBins, ...]
    counts: tuple[Counts, ...]
    associations: tuple[Association, ...]
    structure: dict[str, Any]
    findings: tuple[Finding, ...]
    group_rates: tuple[GroupRate, ...] = ()
    notes: tuple[str, ...] = ()
    question: dict[str, Any] = field(default_factory=dict)
    people: tuple[QuasiIdentifier, ...] = ()
    doubles: NearDuplicates | None = None
    content: tuple[SensitiveContent, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Reasons not to use synthetic data of this table."""
        return tuple(found for found in self.findings if found.severity == "error")

    def to_json(self) -> dict[str, Any]:
        """All of it but for the bins' codes; a column's counts stand beside their labels."""
        histograms = {
            bins.name: [
                {"label": label, "rows": int(rows)}
                for label, rows in zip(bins.labels, counts, strict=True)
                if rows
            ]
            for bins, counts in zip(self.bins, self.counts, strict=True)
        }
        return {
            "lakesynth": VERSION,
            "table": self.table,
            "rows": self.rows,
            "question": self.question,
            "findings": [found.to_json() for found in self.findings],
            "columns": [
                {**own, "histogram": histograms.get(own["name"], [])} for own in self.columns
            ],
            "associations": [pair.to_json() for pair in self.associations],
            "group_rates": [rate.to_json() for rate in self.group_rates],
            "sensitive_content": [one.to_json() for one in self.content],
            "quasi_identifiers": [asdict(one) for one in self.people],
            "duplicates": None if self.doubles is None else asdict(self.doubles),
            "structure": self.structure,
            "notes": list(self.notes),
        }
