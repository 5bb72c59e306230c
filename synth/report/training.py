"""How a generator was fitted, for the report: facts, settings and curves, whatever they are."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from synth.report.pictures import curve_svg
from synth.report.svg import printable
from synth.report.words import count, duration

MOST_CURVES = 6  # pictures; figures beyond stand in report.json
_OWN = ("generator", "settings", "curve", "seconds")  # shown in places of their own
_TITLES = {"stopped_early": "Ended", "best_step": "Kept step"}


def training_view(training: dict[str, Any]) -> dict[str, Any] | None:
    """The section of the report; None where nothing is known of a fit."""
    if not training:
        return None
    facts = [
        ("Generator", str(training.get("generator") or "–")),
        ("Time", duration(training.get("seconds"))),
    ]
    facts += [
        (_title(name), _shown(name, value)) for name, value in training.items() if name not in _OWN
    ]
    curve = list(training.get("curve") or [])
    groups = figure_groups(curve)
    best = training.get("best_step")
    return {
        "facts": facts,
        "settings": {
            name: _shown(name, value) for name, value in (training.get("settings") or {}).items()
        },
        "curves": [
            {
                "title": title,
                "names": ", ".join(printable(name) for name in names),
                "svg": Markup(curve_svg(curve, names, best, prefix=f"curve{place}")),  # noqa: S704
            }
            for place, (title, names) in enumerate(list(groups.items())[:MOST_CURVES])
        ],
        "curves_left_out": max(len(groups) - MOST_CURVES, 0),
        "has_losses": "loss" in groups,
    }


def figure_groups(curve: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The curve's figures by the last word of their names: those share an axis.

    >>> figure_groups([{"step": 1, "critic loss": 2.0, "own loss": 1.0, "gradient norm": 0.1}])
    {'loss': ['critic loss', 'own loss'], 'norm': ['gradient norm']}
    """
    names = dict.fromkeys(name for row in curve for name in row if name != "step")
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.split()[-1] if name.split() else name, []).append(name)
    return groups


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").capitalize())


def _shown(name: str, value: Any) -> str:
    if name == "stopped_early":
        return "early, no more gain" if value else "as planned"
    if name == "notes":
        return printable("; ".join(value))
    if value is None or value in ([], (), {}, ""):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, dict):
        return printable("; ".join(f"{key}: {_shown(key, one)}" for key, one in value.items()), 60)
    if isinstance(value, list | tuple):
        return printable(", ".join(_shown(name, one) for one in value), 60)
    return f"{value:.4g}" if isinstance(value, float) else printable(str(value), 60)
