"""What models reach, by what they were trained on: a table for each model."""

from __future__ import annotations

from typing import Any

from synth.metrics.metric import Metric
from synth.report.figure_table import named
from synth.report.report import Report
from synth.report.words import explain, figure

TRAINED = "trained on "
CALIBRATION = "calibration"


def score_tables(report: Report) -> list[dict[str, Any]]:
    """For each model the scores (columns) by what it learned from (rows), real rows first."""
    cells: dict[str, dict[str, dict[str, str]]] = {}
    for metric in named(report, "task_score", "task_error", "calibration_error"):
        model, learned_from, score = _parts(metric)
        row = cells.setdefault(model, {}).setdefault(learned_from, {})
        row[score] = figure(metric.value, explain(metric).style)
    return [_table(model, rows) for model, rows in cells.items()]


def _parts(metric: Metric) -> tuple[str, str, str]:
    """``lightgbm, trained on real rows, roc_auc``; without the last of a calibration error."""
    model, trained, *score = metric.detail.split(", ")
    learned_from = trained.removeprefix(TRAINED)
    return model, learned_from, score[0] if score else CALIBRATION


def _table(model: str, rows: dict[str, dict[str, str]]) -> dict[str, Any]:
    scores = list(dict.fromkeys(score for row in rows.values() for score in row))
    return {
        "model": model,
        "scores": [score.replace("_", " ") for score in scores],
        "rows": [
            {"name": name, "values": [row.get(score, "–") for score in scores]}
            for name, row in rows.items()
        ],
    }
