"""All that a reader is told about one synthetic table, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from synth.metrics.metric import Metric
from synth.metrics.verdict import Verdict
from synth.table.bins import ColumnBins


@dataclass(frozen=True)
class ColumnComparison:
    """One column's counts, fine bin by fine bin, in the tables that are compared.

    For a sensitive column the value ranges of the bins are replaced by their rank: only the labels,
    which come masked, may be printed.
    """

    bins: ColumnBins
    train: list[int]
    synthetic: list[int]
    holdout: list[int] | None = None

    def __post_init__(self) -> None:
        for part in (self.train, self.synthetic, self.holdout):
            if part is not None and len(part) != len(self.bins):
                raise ValueError(
                    f"column {self.bins.name!r} has {len(self.bins)} bins, "
                    f"but {len(part)} counts came: count with the same bins"
                )
        if self.bins.sensitive:
            object.__setattr__(self, "bins", _ranked(self.bins))

    @property
    def real(self) -> list[int]:
        """The holdout's counts, or the train part's where there is no holdout."""
        return self.train if self.holdout is None else self.holdout

    def to_json(self) -> dict[str, Any]:
        """All fields; the ranges of a sensitive column are ranks already."""
        return {
            "bins": self.bins.to_json(),
            "train": self.train,
            "synthetic": self.synthetic,
            "holdout": self.holdout,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ColumnComparison:
        """What :meth:`to_json` wrote."""
        return cls(**{**data, "bins": ColumnBins.from_json(data["bins"])})


@dataclass(frozen=True)
class Report:
    """What ``report.json`` holds and ``report.html`` shows; equals itself through JSON.

    ``created`` is an ISO time. ``cleaning`` has rows_in, clean, quarantined, duplicates, counts
    by name in reasons and repairs, and rules (rule, columns, action, reason, rows, repaired,
    quarantined). ``dependencies`` have rule, used (drop, repair, exceptions or
    None), why_not, rows, exceptions, and of synthetic rows broken, and unknown (of a key that the
    map lacks). ``findings`` are those of the profile. ``training`` has generator, settings,
    device, seconds, what the generator tells besides (parameters, steps, best_step, stopped_early),
    and a curve of rows {step, and each figure by its name}. ``tables`` have role, name, version,
    rows. ``sample`` holds synthetic rows as text. ``notes`` say all that was sampled, truncated or
    skipped. The two correlation matrices follow the order of ``columns``. ``evidence`` has curves
    and lists of the measures by their names. ``treatment`` says of each column of the table what
    became of it (column, treatment, sensitive, suppressed). ``stated`` has what the owner says
    (intended_use, approved_by), the privacy unit and min_entities. ``candidates`` has a row
    for each of several tables of which this one is the best: candidate (its number), table,
    version, seed, temperature, rank, chosen, why, passed, status, areas, and headline figures.
    ``runs`` has a row for each run of which one was chosen: run, generator, settings, here (whether
    the report is of it), and the rest as of a candidate.
    """

    title: str
    table: str
    run_id: str
    created: str
    verdict: Verdict
    metrics: list[Metric]
    columns: list[ColumnComparison]
    cleaning: dict[str, Any] = field(default_factory=dict)
    dependencies: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    training: dict[str, Any] = field(default_factory=dict)
    lineage: dict[str, str] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    sample: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    real_correlation: list[list[float]] = field(default_factory=list)
    synthetic_correlation: list[list[float]] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)
    treatment: list[dict[str, Any]] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_holdout(self) -> bool:
        """Whether real means rows that no stage before the evaluation has read."""
        return any(column.holdout is not None for column in self.columns)

    def metric_of(self, name: str) -> Metric | None:
        """The table's figure of this name, whatever its detail; None if not measured."""
        for metric in self.metrics:
            if metric.name == name and metric.scope == "table":
                return metric
        return None

    def metric(self, name: str, *columns: str) -> Metric | None:
        """The metric of this name over the table, a column or a pair; None if not measured."""
        for metric in self.metrics:
            if metric.name == name and metric.columns == columns:
                return metric
        return None

    def to_json(self) -> dict[str, Any]:
        """The whole report, as ``report.json`` holds it."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **plain,
            "verdict": self.verdict.to_json(),
            "metrics": [metric.to_json() for metric in self.metrics],
            "columns": [column.to_json() for column in self.columns],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """What :meth:`to_json` wrote."""
        return cls(
            **{
                **data,
                "verdict": Verdict.from_json(data["verdict"]),
                "metrics": [Metric.from_json(metric) for metric in data["metrics"]],
                "columns": [ColumnComparison.from_json(column) for column in data["columns"]],
            }
        )


def _ranked(bins: ColumnBins) -> ColumnBins:
    """The same bins with ranks for positions; doing it twice changes nothing."""
    ranks: list[float | None] = []
    for lower in bins.lower:
        placed = sum(rank is not None for rank in ranks)
        ranks.append(None if lower is None else float(placed))
    return replace(bins, lower=tuple(ranks), upper=tuple(ranks))
