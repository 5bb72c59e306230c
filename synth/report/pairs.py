"""The section on pairs of columns: heat maps, and the pairs that lost most."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from synth.metrics.metric import Metric
from synth.report.heatmap import Scale, heat_map_svg
from synth.report.report import Report
from synth.report.svg import printable
from synth.report.words import figure

Matrix = npt.NDArray[np.float64]

MOST_NAMES = 60  # columns of a heat map; beyond, its labels cannot be read
MOST_LISTED = 8


def pair_view(report: Report) -> dict[str, Any] | None:
    """Maps and list for the template; None where there are fewer than two columns."""
    similarities = [m for m in report.metrics if m.name == "pair_similarity" and m.scope == "pair"]
    if not similarities:
        return None
    names = [column.bins.name for column in report.columns[:MOST_NAMES]]
    links: list[tuple[Any, ...]] = []
    shapes = (np.shape(report.real_correlation), np.shape(report.synthetic_correlation))
    if shapes == ((len(report.columns),) * 2,) * 2:
        links = _correlation_maps(report)
    return {
        "similarity": [_map(names, *drawn) for drawn in _similarity_maps(similarities, names)],
        "links": [_map(names, *drawn) for drawn in links],
        "worst": _worst(similarities),
        "total": len(similarities),
        "wide": len(names) > 22,
        "left_out": len(report.columns) - len(names),
    }


def _similarity_maps(metrics: list[Metric], names: list[str]) -> list[tuple[Any, ...]]:
    made, ceiling = _matrix(metrics, names, "value"), _matrix(metrics, names, "reference")
    scale = Scale.similarity(made, ceiling)
    meaning = "How alike the combinations are. 1 is identical; pale is good."
    drawn: list[tuple[Any, ...]] = [("similarity", "Synthetic against real", meaning, made, scale)]
    if np.isfinite(ceiling).any():
        meaning = "The ceiling: two real samples, on the same scale."
        drawn.append(("ceiling", "Real against real", meaning, ceiling, scale))
    return drawn


def _correlation_maps(report: Report) -> list[tuple[Any, ...]]:
    real = np.asarray(report.real_correlation, np.float64)[:MOST_NAMES, :MOST_NAMES]
    made = np.asarray(report.synthetic_correlation, np.float64)[:MOST_NAMES, :MOST_NAMES]
    gap, signed = np.abs(made - real), Scale.correlation()
    return [
        ("real", "In the real table", "How strongly two columns go together.", real, signed),
        ("made", "In the synthetic table", "Should look like the real one.", made, signed),
        ("gap", "Difference", "0 is unchanged; pale is good.", gap, Scale.difference(gap)),
    ]


def _map(
    names: list[str], key: str, title: str, meaning: str, matrix: Matrix, scale: Scale
) -> dict[str, Any]:
    svg = heat_map_svg(matrix, names, scale, prefix=f"map-{key}")
    alt = f"Heat map of {len(names)} columns, {title.lower()}: {meaning}"
    return {"title": title, "meaning": meaning, "alt": alt, "svg": Markup(svg)}  # noqa: S704


def _matrix(metrics: list[Metric], names: list[str], part: str) -> Matrix:
    places = {name: place for place, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    for metric in metrics:
        first, second = (places.get(name) for name in metric.columns)
        value = getattr(metric, part)
        if first is not None and second is not None and value is not None:
            matrix[first, second] = matrix[second, first] = value
    return matrix


def _worst(metrics: list[Metric]) -> list[dict[str, str]]:
    """The pairs that fall most short of their ceiling, or of 1 where there is none."""

    def loss(metric: Metric) -> float:
        return (1.0 if metric.reference is None else metric.reference) - metric.value

    return [
        {
            "names": " × ".join(map(printable, metric.columns)),
            "value": figure(metric.value),
            "reference": figure(metric.reference),
        }
        for metric in sorted(metrics, key=loss, reverse=True)[:MOST_LISTED]
    ]
