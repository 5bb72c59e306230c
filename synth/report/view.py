"""A report as the template wants it: every figure written out, every picture drawn."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from synth.audit.finding import Finding
from synth.metrics.metric import Metric
from synth.report.areas import area_view, gate_view
from synth.report.candidates import candidates_view, runs_view
from synth.report.claims import claims_view
from synth.report.dependencies import dependency_view
from synth.report.evidence_view import more_fidelity, privacy_view, utility_view
from synth.report.findings import finding_view
from synth.report.origin import lineage_view, stage_view
from synth.report.pairs import MOST_NAMES, pair_view
from synth.report.pictures import axis_note, distribution_svg
from synth.report.report import ColumnComparison, Report
from synth.report.short import STATES
from synth.report.svg import printable
from synth.report.training import training_view
from synth.report.words import count, figure

MOST_PICTURES = 60  # beyond, a browser takes long to lay the page out; as many as heat maps show
_MASK = "•••"
_UNITS = {
    "category": "category",
    "boolean": "yes / no",
    "number": "number",
    "date": "date",
    "timestamp": "date and time",
}


def view(report: Report) -> dict[str, Any]:
    """The template's context; all text is plain, only the pictures are markup."""
    return {
        "title": printable(report.title),
        "facts": _facts(report),
        "run_id": report.run_id,
        "verdict": report.verdict,
        "headline": STATES[report.verdict.status],
        "areas": area_view(report),
        "gates": gate_view(report),
        "beside": [
            shown
            for shown in (runs_view(report.runs), candidates_view(report.candidates))
            if shown is not None
        ],
        "claims": claims_view(report),
        "more_fidelity": more_fidelity(report),
        "utility": utility_view(report),
        "privacy": privacy_view(report),
        "has_holdout": report.has_holdout,
        "real": "holdout" if report.has_holdout else "train part",
        "rows": _column_rows(report),
        "pictures": _pictures(report),
        "pairs": pair_view(report),
        "cleaning": _cleaning(report.cleaning),
        "dependencies": dependency_view(report.dependencies),
        "findings": [finding_view(Finding.from_json(one)) for one in report.findings],
        "training": training_view(report.training),
        "tables": report.tables,
        "lineage": lineage_view(report.lineage),
        "sample": _sample(report),
        "notes": [*report.notes, *_own_notes(report)],
        "stages": stage_view(report.seconds),
        "count": count,
        "printable": printable,
    }


def _facts(report: Report) -> list[tuple[str, str]]:
    made = [row.get("rows") for row in report.tables if row.get("role") == "synthetic"]
    facts = [("Table", report.table), ("Run", report.run_id)]
    facts.append(("Made", report.created.replace("T", " ").removesuffix("+00:00")))
    facts = [(name, value) for name, value in facts if value]
    if report.training.get("generator"):
        facts.append(("Generator", str(report.training["generator"])))
    if made:
        facts.append(("Synthetic rows", count(made[0])))
    return facts


def _column_rows(report: Report) -> list[dict[str, Any]]:
    by_column: dict[str, dict[str, Metric]] = {}
    for metric in report.metrics:
        if metric.scope == "column":
            by_column.setdefault(metric.columns[0], {})[metric.name] = metric
    similarities = [m["column_similarity"] for m in by_column.values() if "column_similarity" in m]
    low = _dot_axis_start(similarities)
    return [
        _column_row(column, by_column.get(column.bins.name, {}), low) for column in report.columns
    ]


def _column_row(column: ColumnComparison, metrics: dict[str, Metric], low: float) -> dict[str, Any]:
    similarity = metrics.get("column_similarity")
    row: dict[str, Any] = {
        "name": printable(column.bins.name),
        "kind": _UNITS[column.bins.unit],
        "sensitive": column.bins.sensitive,
        "similarity": figure(similarity.value if similarity else None),
        "reference": figure(similarity.reference if similarity else None),
        "dot": _dot(similarity, low) if similarity else None,
        "axis_start": f"{low:.2f}",
    }
    for name in ("kolmogorov_smirnov", "total_variation", "jensen_shannon"):
        row[name] = figure(metrics[name].value if name in metrics else None)
    return row


def _dot_axis_start(metrics: list[Metric]) -> float:
    """Where the dots' common axis starts: the lowest figure met, down to the next twentieth."""
    values = [metric.value for metric in metrics]
    values += [metric.reference for metric in metrics if metric.reference is not None]
    values += [metric.interval[0] for metric in metrics if metric.interval is not None]
    lowest = min([*values, 0.95])
    return max(0.0, math.floor(lowest * 20 + 1e-9) / 20)


def _dot(metric: Metric, low: float) -> dict[str, float | None]:
    """Places on the axis from ``low`` to 1, in per cent of its width."""

    def place(value: float) -> float:
        return round(100 * (value - low) / (1 - low), 2)

    start, end = metric.interval or (metric.value, metric.value)
    return {
        "value": place(metric.value),
        "start": place(start),
        "width": round(place(end) - place(start), 2),
        "reference": None if metric.reference is None else place(metric.reference),
    }


def _pictures(report: Report) -> list[dict[str, Any]]:
    """Numbers and dates first, then categories: cards of one height stand together."""
    columns = report.columns[:MOST_PICTURES]
    rows = [column for column in columns if column.bins.ordinal]
    rows += [column for column in columns if not column.bins.ordinal]
    return [_picture(report, column, f"column{place}") for place, column in enumerate(rows)]


def _picture(report: Report, column: ColumnComparison, prefix: str) -> dict[str, Any]:
    metric = report.metric("column_similarity", column.bins.name)
    similarity = figure(metric.value if metric else None)
    name = printable(column.bins.name)
    return {
        "name": name,
        "kind": _UNITS[column.bins.unit],
        "sensitive": column.bins.sensitive,
        "ordinal": column.bins.ordinal,
        "similarity": similarity,
        "note": axis_note(column),
        "alt": f"Distribution of {name}, real against synthetic: similarity {similarity}",
        "svg": Markup(distribution_svg(column, prefix=prefix)),  # noqa: S704  # escaped by its maker
    }


def _cleaning(cleaning: dict[str, Any]) -> dict[str, Any] | None:
    if not cleaning:
        return None
    total = max(int(cleaning.get("rows_in") or 0), 1)
    parts: list[dict[str, Any]] = [
        {"title": title, "rows": int(cleaning.get(key) or 0), "class": key}
        for key, title in (
            ("clean", "kept"),
            ("quarantined", "set aside, with the reason"),
            ("duplicates", "exact duplicates removed"),
        )
    ]
    for part in parts:
        part["share"] = round(100 * part["rows"] / total, 3)
    return {
        "rows_in": cleaning.get("rows_in"),
        "parts": parts,
        "reasons": dict(cleaning.get("reasons") or {}),
        "stayed": {
            f"{', '.join(rule['columns']) or rule['rule']}: {rule['reason']}": rule["rows"]
            for rule in cleaning.get("rules") or ()
            if rule["action"] == "keep" and rule["rows"]
        },
        "repairs": dict(cleaning.get("repairs") or {}),
    }


def _sample(report: Report) -> dict[str, Any] | None:
    if not report.sample:
        return None
    hidden = {column.bins.name for column in report.columns if column.bins.sensitive}
    names = list(report.sample[0])
    rows = [
        [_MASK if name in hidden else printable(str(row.get(name, "")), 40) for name in names]
        for row in report.sample
    ]
    return {"names": [printable(name) for name in names], "rows": rows}


def _own_notes(report: Report) -> list[str]:
    notes = []
    if not report.has_holdout:
        notes.append(
            "There is no holdout: the synthetic table is compared with the train part itself, "
            "and no figure has a ceiling beside it."
        )
    if len(report.columns) > MOST_PICTURES:
        notes.append(
            f"Pictures are drawn for the first {MOST_PICTURES} of {len(report.columns)} columns, "
            f"heat maps for the first {MOST_NAMES}; "
            "the table of columns is complete, and so is report.json."
        )
    if any(column.bins.sensitive for column in report.columns):
        notes.append("Values of sensitive columns are masked in pictures, labels and sample rows.")
    return notes
