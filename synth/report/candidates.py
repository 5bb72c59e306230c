"""Several tables beside each other, of one model or of several runs: which is the best, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth.metrics.catalogue import area_of
from synth.metrics.kind import AREAS
from synth.metrics.metric import Metric
from synth.metrics.ranking import RULE
from synth.report.areas import STATE_WORDS
from synth.report.svg import printable
from synth.report.words import explain, generator_words, measured

_Key = tuple[str, str]  # name and detail of a figure


def candidates_view(candidates: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Rows and figures of a report's candidates in their order; None where there are none."""
    if not candidates:
        return None
    rows = [
        _row(one, str(one["candidate"]), f"temperature {one['temperature']:g}, seed {one['seed']}")
        for one in candidates
    ]
    lead = f"One model made {len(rows)} tables, each drawn anew; this page is that of the best one."
    words = {"title": "Candidates side by side", "noun": "Candidate", "lead": lead}
    return {"id": "candidates", **words, **_common(rows, candidates)}


def runs_view(runs: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The same of the runs of which one was chosen."""
    if not runs:
        return None
    rows = [
        _row(
            one,
            printable(one["run"]),
            printable(generator_words(one["generator"], one["settings"])),
        )
        for one in runs
    ]
    here = next((row for one, row in zip(runs, rows, strict=True) if one["here"]), None)
    of_which = "the best one" if here is None or here["chosen"] else f"{here['label']}, not chosen"
    lead = f"{len(rows)} runs made tables of the same real rows; this page is that of {of_which}."
    words = {"title": "Runs side by side", "noun": "Run", "lead": lead}
    return {"id": "runs", **words, **_common(rows, runs)}


def _common(rows: list[dict[str, Any]], told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    areas = [area.capitalize() for area in reversed(AREAS)]  # in the order of the rule
    return {"rule": RULE, "areas": areas, "rows": rows, "figures": _figures(told)}


def _row(one: dict[str, Any], label: str, under: str) -> dict[str, Any]:
    states = [one["areas"].get(area) for area in reversed(AREAS)]
    return {
        "label": label,
        "under": under,
        "table": printable(str(one["table"])),
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
