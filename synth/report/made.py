"""A report of a judgement: counts, figures and words put together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from synth.encode import TableEncoder
from synth.metrics.fidelity import correlation_matrix
from synth.metrics.histograms import CodeHistograms
from synth.metrics.judge import Judgement
from synth.report.report import ColumnComparison, Report
from synth.report.treatment import treatment_of


def report_of(
    encoder: TableEncoder,
    counted: Mapping[str, CodeHistograms],
    found: Judgement,
    *,
    title: str,
    notes: list[str],
    **others: Any,
) -> Report:
    """The report; ``others`` are fields of it that the judgement does not know."""
    train, synthetic, holdout = counted["train"], counted["synthetic"], counted.get("holdout")
    fields: dict[str, Any] = {
        "table": title,
        "run_id": "",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **others,
    }
    return Report(
        title=title,
        verdict=found.verdict,
        metrics=found.metrics,
        columns=[
            ColumnComparison(
                bins,
                train=train.column(i).tolist(),
                synthetic=synthetic.column(i).tolist(),
                holdout=holdout.column(i).tolist() if holdout else None,
            )
            for i, bins in enumerate(train.bins)
        ],
        notes=[*notes, *found.notes],
        real_correlation=correlation_matrix(holdout or train),
        synthetic_correlation=correlation_matrix(synthetic),
        evidence=found.facts,
        treatment=treatment_of(encoder, train),
        **fields,
    )
