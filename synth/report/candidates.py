"""Several tables of one model beside each other: which is the best, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth.metrics.catalogue import area_of
from synth.metrics.kind import AREAS
from synth.metrics.metric import Metric
from synth.metrics.ranking import RULE
from synth.report.areas import STATE_WORDS
from synth.report.svg import printable
from synth.report.words import explain, measured

_Key = tuple[str, str]  # name and detail of a figure


def candidates_view(candidates: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Rows and figures of a report's candidates in their order; None where there are none."""
    if not candidates:
        return None
    return {
        "rule": RULE,
        "areas": [area.capitalize() for area in reversed(AREAS)],  # in the order of the rule
        "rows": [_row(one) for one in candidates],
        "figures": _figures(candidates),
    }


def _row(one: dict[str, Any]) -> dict[str, Any]:
    states = [one["areas"].get(area) for area in reversed(AREAS)]
    return {
        "number": one["candidate"],
        "table": printable(str(one["table"])),
        "seed": str(one["seed"]),
        "temperature": f"{one['temperature']:g}",
        "rank": one["rank"],
        "chosen": one["chosen"],
        "why": printable(one["why"]),
        "states": [(state or "", STATE_WORDS.get(state or "", "no bound")) for state in states],
    }


def _figures(candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each figure, with a cell for each candidate."""
    found = [_by_key(one) for one in candidates]
    keys = list(dict.fromkeys(key for own in found for key in own))
    keys.sort(key=lambda key: -AREAS.index(area_of(key[0])))  # in the order of the rule
    return [_figure_row(key, found) for key in keys]


def _figure_row(key: _Key, found: Sequence[dict[_Key, Metric]]) -> dict[str, Any]:
    metrics = [own.get(key) for own in found]
    first = next(metric for metric in metrics if metric is not None)
    meaning = explain(first)
    return {
        "title": meaning.title,
        "sentence": meaning.sentence,
        "detail": printable(first.detail) if first.detail else "",
        "cells": [
            {"value": "–", "status": ""}
            if metric is None
            else {"value": measured(metric)[0], "status": metric.status or ""}
            for metric in metrics
        ],
    }


def _by_key(one: dict[str, Any]) -> dict[_Key, Metric]:
    metrics = [Metric.from_json(plain) for plain in one["figures"]]
    return {(metric.name, metric.detail): metric for metric in metrics}
