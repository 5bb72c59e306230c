"""The three areas of a report on one page: fidelity, utility, privacy, each in a sentence."""

from __future__ import annotations

from typing import Any

from synth.metrics.catalogue import area_of
from synth.metrics.kind import AREAS, Area
from synth.metrics.metric import Metric
from synth.report.report import Report
from synth.report.short import headline_figures
from synth.report.svg import printable
from synth.report.words import allowed, count, explain, figure, measured

STATE_WORDS = {"green": "within bounds", "amber": "amber", "red": "out of bounds"}
_QUESTIONS: dict[Area, str] = {
    "fidelity": "Is it distributed as the real table is?",
    "utility": "What does a model lose that learns from it?",
    "privacy": "What does it tell of the people in the real table?",
}


def area_view(report: Report) -> list[dict[str, Any]]:
    """A card for each area: its question, its state, the answer in words, its headline figures."""
    by_area: dict[Area, list[Metric]] = {area: [] for area in AREAS}
    for metric in headline_figures(report):
        by_area[area_of(metric.name)].append(metric)
    return [
        {
            "name": area,
            "title": area.capitalize(),
            "question": _QUESTIONS[area],
            "state": report.verdict.areas.get(area),
            "state_words": STATE_WORDS.get(report.verdict.areas.get(area, ""), "no bound"),
            "answer": _answer(report, area, shown),
            "beside": "others" if area == "privacy" else "real",
            "figures": [_figure(metric) for metric in shown],
        }
        for area, shown in by_area.items()
    ]


def _figure(metric: Metric) -> dict[str, Any]:
    meaning = explain(metric)
    value, reference = measured(metric)
    interval = ""
    if metric.interval is not None and metric.counts is None:
        interval = " to ".join(figure(end, meaning.style) for end in metric.interval)
    return {
        "title": meaning.title,
        "detail": printable(metric.detail) if metric.detail else "",
        "sentence": meaning.sentence,
        "value": value,
        "reference": reference,
        "interval": interval,
        "asked": allowed(metric),
        "status": metric.status,
    }


def _answer(report: Report, area: Area, shown: list[Metric]) -> str:
    if not shown:
        return f"Not measured: {area} has no figure in this report."
    if area == "fidelity":
        return _fidelity(report)
    if area == "utility":
        return _utility(report)
    return _privacy(report)


def _fidelity(report: Report) -> str:
    state = report.verdict.areas.get("fidelity")
    beside = "a second sample of real rows" if report.has_holdout else "the rows it learned from"
    if state == "red":
        return f"It is farther from {beside} than the set bounds allow."
    told = report.metric_of("two_sample_auc")
    if told is None:
        return f"Columns and pairs are as close to {beside} as the set bounds ask."
    real = "" if told.reference is None else f"; two samples of real rows: {told.reference:.2f}"
    return (
        f"Columns and pairs are as close to {beside} as the set bounds ask. A classifier that "
        f"tries to tell synthetic from real rows reaches {told.value:.2f} (0.5 is guessing{real})."
    )


def _utility(report: Report) -> str:
    task = report.evidence.get("train_on_synthetic")
    loss = report.metric_of("utility_loss")
    if not task or loss is None:
        return "No model was trained for a target: see the notes."
    chosen = " (proposed, nobody named one)" if task.get("proposed") else ""
    who = f"A model that predicts {printable(str(task['target']))}{chosen}"
    if loss.value <= 0:
        return f"{who} loses nothing where it learns from synthetic rows in place of real ones."
    return (
        f"{who} loses {figure(loss.value, 'percent')} of its score on real rows that it has not "
        "seen, where it learns from synthetic rows in place of real ones."
    )


def _privacy(report: Report) -> str:
    state = report.verdict.areas.get("privacy")
    power = report.metric_of("power_found")
    attacked = report.metric_of("worst_attack_auc")
    if attacked is None:
        return "Copies were counted; no attack was tried (see the notes)."
    if state == "red":
        return "Attacks find more of the people in the real table than the set bounds allow."
    knows = "knows the synthetic table and other real rows"
    said = f"No leak found by these attacks: an attacker who {knows} gains no more than the bounds."
    if power is None:
        return f"{said} Whether they would have seen a leak was not tried."
    if power.value < 1:
        return f"{said} Not all leaks that were planted were found: read this as weak evidence."
    shares = [m.value for m in report.metrics if m.name == "least_leak_found"]
    from_on = f" from {figure(max(shares), 'percent')} of the real rows on" if shares else ""
    return f"{said} Leaks that were planted to try them were found{from_on}."


def gate_view(report: Report) -> list[dict[str, Any]]:
    """Every figure with a gate, the broken ones first; rules of which no row breaks one are one."""
    order = {"red": 0, "amber": 1, "green": 2}
    held = [metric for metric in report.metrics if metric.gate is not None]
    held.sort(key=lambda m: (order[m.status or "green"], AREAS.index(area_of(m.name))))
    kept = [m for m in held if m.name == "rule_violation_rate" and m.status == "green"]
    shown = [_gate(metric) for metric in held if metric not in kept]
    if kept:
        shown.append(
            {
                "title": f"Rules between columns, {count(len(kept))} of them",
                "kind": area_of(kept[0].name),
                "value": f"at most {figure(max(m.value for m in kept), 'percent')}",
                "bound": "each its own",
                "state": "green",
                "waiver": "",
            }
        )
    return shown


def _gate(metric: Metric) -> dict[str, Any]:
    assert metric.gate is not None  # the caller keeps only those with one
    meaning = explain(metric)
    title = meaning.title
    if metric.columns:
        title += " of " + " and ".join(map(printable, metric.columns))
    if metric.detail:
        title += f": {printable(metric.detail)}"
    return {
        "title": title,
        "kind": area_of(metric.name),
        "value": measured(metric, decimals=4)[0],
        "bound": allowed(metric),
        "state": metric.status,
        "waiver": metric.gate.waiver,
    }
