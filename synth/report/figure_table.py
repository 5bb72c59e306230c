"""Figures as rows of a table: their name, value, interval, reference and state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synth.metrics.metric import Metric
from synth.report.report import Report
from synth.report.svg import printable
from synth.report.words import explain, figure, measured

MOST_ROWS = 40  # of one table; the rest stands in report.json


def figure_rows(metrics: Iterable[Metric], *, named: bool = True) -> list[dict[str, Any]]:
    """A row for each figure; ``named``: with the figure's own title before what it is of."""
    return [_row(metric, named) for metric in metrics]


def _row(metric: Metric, named: bool) -> dict[str, Any]:
    meaning = explain(metric)
    value, reference = measured(metric)
    of = [" and ".join(map(printable, metric.columns)), printable(metric.detail or " ")]
    said = ", ".join(part for part in (*of, metric.slice) if part and part != "(empty)")
    interval = ""
    if metric.interval is not None:
        interval = " to ".join(figure(end, meaning.style) for end in metric.interval)
    return {
        "title": meaning.title if named else said,
        "of": said if named else "",
        "sentence": meaning.sentence,
        "value": value,
        "interval": interval,
        "reference": reference,
        "state": metric.status,
    }


def named(report: Report, *names: str, scope: str | None = None) -> list[Metric]:
    """The report's figures of these names, in the order of the names."""
    found = [m for name in names for m in report.metrics if m.name == name]
    return [metric for metric in found if scope is None or metric.scope == scope]


def worst_first(metrics: list[Metric]) -> list[Metric]:
    """The figures by how far they are on the bad side of their reference."""

    def badness(metric: Metric) -> float:
        base = metric.reference if metric.reference is not None else 0.0
        return metric.value - base if not metric.higher_is_better else base - metric.value

    return sorted(metrics, key=badness, reverse=True)


def table_of(title: str, lead: str, metrics: list[Metric], *, named: bool) -> dict[str, Any]:
    """One table of the page; what is beyond its length is said."""
    return {
        "title": title,
        "lead": lead,
        "rows": figure_rows(metrics[:MOST_ROWS], named=named),
        "left_out": max(len(metrics) - MOST_ROWS, 0),
    }
