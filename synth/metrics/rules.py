"""How often synthetic rows break a rule that the real table keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth.metrics.copies import binomial_interval
from synth.metrics.evidence import Measured
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "rule_violation_rate",
        "fidelity",
        "Rows that break a rule",
        "Share of the synthetic rows that break a rule which was found in the real table, or was "
        "declared for it. 0 is best; some rules have exceptions among the real rows as well.",
        style="percent",
        bound=Bound(0.001, 0.01, by="interval", relative=True, absolute=0.01),
    ),
)


def rule_metrics(dependencies: Sequence[Mapping[str, Any]], rows: int) -> Measured:
    """One figure for each rule of which broken rows were counted, the rule as its ``detail``.

    ``dependencies`` are the report's: rule, rows and exceptions of the real table, and ``broken``
    of the ``rows`` synthetic ones, None where it was not counted. The reference is the share of
    exceptions among the real rows; intervals are exact (Clopper and Pearson).
    """
    if rows < 1:
        return Measured(notes=["rules: not measured, the synthetic table has no rows"])
    counted = [rule for rule in dependencies if rule.get("broken") is not None]
    metrics = [_metric(rule, rows) for rule in counted]
    notes = []
    left = len(dependencies) - len(counted)
    if left:
        notes.append(
            f"rules: {left} of {len(dependencies)} that were found are not used or counted"
        )
    unknown = [rule for rule in counted if rule.get("unknown")]
    if unknown:
        notes.append(
            f"rules: of {len(unknown)} rules some synthetic rows have a key that the real table "
            "lacks; these rows break nothing"
        )
    return Measured(metrics, notes)


def _metric(rule: Mapping[str, Any], rows: int) -> Metric:
    broken, real = int(rule["broken"]), int(rule.get("rows") or 0)
    exceptions = int(rule.get("exceptions") or 0)
    return Metric(
        "rule_violation_rate",
        "table",
        broken / rows,
        interval=binomial_interval(broken, rows),
        reference=exceptions / real if real else None,
        higher_is_better=False,
        counts=(broken, rows),
        reference_counts=(exceptions, real) if real else None,
        detail=str(rule["rule"]),
    )
