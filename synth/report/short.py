"""A report in few words: for a notebook, a terminal, and as rows of a frame."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from synth.metrics.catalogue import area_of, headlines
from synth.metrics.kind import AREAS
from synth.metrics.metric import Metric
from synth.report.report import Report
from synth.report.words import allowed, explain, measured

STATES = {
    "green": "within the set bounds",
    "amber": "within the set bounds, but for amber ones",
    "red": "not within the set bounds",
}
_COLOURS = {"green": "#1a7f37", "amber": "#9a6700", "red": "#b3261e"}


def metric_row(metric: Metric) -> dict[str, Any]:
    """A figure as one row of a frame; ``columns`` is a text, the interval its two ends."""
    low, high = metric.interval or (None, None)
    return {
        "area": area_of(metric.name),
        "name": metric.name,
        "scope": metric.scope,
        "columns": ", ".join(metric.columns),
        "detail": metric.detail,
        "slice": metric.slice,
        "value": metric.value,
        "low": low,
        "high": high,
        "reference": metric.reference,
        "bound": None if metric.gate is None else metric.gate.bound,
        "status": metric.status,
    }


def headline_figures(report: Report) -> list[Metric]:
    """The table's figures that are told first, by area."""
    names = headlines()
    shown = [m for m in report.metrics if m.scope == "table" and m.name in names]
    return sorted(shown, key=lambda m: (AREAS.index(area_of(m.name)), names.index(m.name)))


def summary_text(report: Report) -> str:
    """The verdict, its reasons, and the headline figures, one a line."""
    lines = [f"{report.title}: {STATES[report.verdict.status]} ({report.verdict.status})"]
    lines += [f"  {reason}" for reason in (*report.verdict.reasons, *report.verdict.waived)]
    for metric in headline_figures(report):
        value, reference = measured(metric)
        beside = f" (real against real {reference})" if metric.reference is not None else ""
        lines.append(f"  {area_of(metric.name):<9}{explain(metric).title}: {value}{beside}")
    return "\n".join(lines)


def summary_html(report: Report) -> str:
    """The same as a small table that a notebook shows."""
    status = report.verdict.status
    rows = []
    for metric in headline_figures(report):
        value, reference = measured(metric)
        cells = (area_of(metric.name), explain(metric).title, value, reference, allowed(metric))
        colour = _COLOURS.get(metric.status or "", "inherit")
        told = "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr>{told}<td style='color:{colour}'>{metric.status or ''}</td></tr>")
    names = ("area", "figure", "synthetic", "real against real", "asked", "")
    head = "".join(f"<th style='text-align:left'>{name}</th>" for name in names)
    said = "".join(f"<li>{escape(reason)}</li>" for reason in report.verdict.reasons)
    return (
        f"<p><strong>{escape(report.title)}</strong>: "
        f"<span style='color:{_COLOURS[status]}'>{STATES[status]}</span></p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"<ul>{said}</ul>"
    )
