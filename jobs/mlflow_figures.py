"""A judgement's figures under names that MLflow takes: plain data, no MLflow, no Spark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.identity import digest
from synth.metrics.metric import Metric

MOST_COLUMN_FIGURES = 500  # a server keeps each as a series, and shows each as a chart
LONGEST_NAME = 240  # MLflow takes 250, and .reference comes behind
LONGEST_VALUE = 500  # of a setting; servers before MLflow 2.8 take no more
_REFUSED = re.compile(r"[^\w.\- ]+")  # a slash parts groups, and is put in here alone
_CUT = " ... (cut)"


@dataclass(frozen=True)
class Figures:
    """Values by name, and in words what is not among them."""

    values: dict[str, float]
    left_out: str


def figures_of(metrics: Sequence[Metric]) -> Figures:
    """All figures of the whole table, and those of its first columns.

    Of the columns in the table's order as many as give MOST_COLUMN_FIGURES at most, so that runs of
    one table have the same: the worst ones would be others each time. A figure's interval stands
    beside it as ``.low`` and ``.high``, the holdout's own figure as ``.reference``.
    """
    whole = [metric for metric in metrics if metric.scope == "table"]
    by_column: dict[str, list[Metric]] = {}
    for metric in metrics:
        if metric.scope == "column":
            by_column.setdefault(metric.columns[0], []).append(metric)
    kept = _first_columns(by_column)
    values: dict[str, float] = {}
    for name, metric in _named([*whole, *(one for column in kept for one in by_column[column])]):
        values |= _values(name, metric)
    return Figures(values, _left_out(metrics, by_column, kept))


def name_of(*parts: str) -> str:
    """The parts with slashes between them, each in the letters that MLflow takes."""
    name = "/".join(_part(part) for part in parts)
    if len(name) <= LONGEST_NAME:
        return name
    mark = f"-{_mark(parts)}"
    return name[: LONGEST_NAME - len(mark)] + mark


def curve_of(training: Mapping[str, Any]) -> list[tuple[str, int, float]]:
    """Name, step and value of each point of a training's curve; none where nothing is learned."""
    return [
        (name_of("training", figure), int(point["step"]), float(value))
        for point in training.get("curve") or ()
        for figure, value in point.items()
        if figure != "step" and value is not None
    ]


def shortened(values: Mapping[str, str]) -> dict[str, str]:
    """Settings as MLflow takes them; a long value says that it is cut."""
    return {
        name_of(key): text
        if len(text) <= LONGEST_VALUE
        else text[: LONGEST_VALUE - len(_CUT)] + _CUT
        for key, text in values.items()
    }


def _named(metrics: Sequence[Metric]) -> Iterable[tuple[str, Metric]]:
    """Each figure with its name: the one of its kind by that alone, so that runs can be compared.

    What is worst of its kind says in its detail of what it is, which differs from run to run.
    """
    alike = Counter((metric.columns, metric.name) for metric in metrics)
    taken: set[str] = set()
    for metric in metrics:
        parts = [*(("columns", *metric.columns) if metric.columns else ()), metric.name]
        if alike[metric.columns, metric.name] > 1:
            parts += [text for text in (metric.detail, metric.slice) if text]
        name = name_of(*parts)
        if name in taken:  # two texts that differ by letters that MLflow does not take
            name = f"{name[: LONGEST_NAME - 9]}-{_mark(parts)}"
        taken.add(name)
        yield name, metric


def _values(name: str, metric: Metric) -> dict[str, float]:
    low, high = metric.interval or (None, None)
    found = {
        name: metric.value,
        f"{name}.low": low,
        f"{name}.high": high,
        f"{name}.reference": metric.reference,
    }
    return {key: float(value) for key, value in found.items() if value is not None}


def _first_columns(by_column: Mapping[str, Sequence[Metric]]) -> list[str]:
    kept: list[str] = []
    figures = 0
    for column, own in by_column.items():
        figures += len(own)
        if figures > MOST_COLUMN_FIGURES:
            break
        kept.append(column)
    return kept


def _left_out(
    metrics: Sequence[Metric], by_column: Mapping[str, Sequence[Metric]], kept: Sequence[str]
) -> str:
    """What stands in the report and in the lake's registry alone; empty where nothing does."""
    counts = Counter(metric.scope for metric in metrics)
    said = [f"{counts[scope]:,} of {scope}s" for scope in ("pair", "triple") if counts[scope]]
    if len(kept) < len(by_column):
        figures = sum(len(own) for name, own in by_column.items() if name not in set(kept))
        columns = len(by_column) - len(kept)
        said.insert(0, f"{figures:,} of the last {columns:,} of {len(by_column):,} columns")
    return " and ".join(said)


def _part(text: str) -> str:
    plain = _REFUSED.sub("_", text.replace(", ", " - "))
    return plain if plain.strip(". ") else "_"  # dots alone would be a place in a path


def _mark(parts: Sequence[str]) -> str:
    """What tells apart two names that are alike once they are cut, or in MLflow's letters."""
    return digest(list(parts))[:8]
