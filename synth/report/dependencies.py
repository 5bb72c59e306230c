"""Dependencies as the report shows them: what is used, and the first of what is not."""

from __future__ import annotations

from typing import Any

from synth.report.svg import printable
from synth.report.words import count

MOST_UNUSED = 20
_MODES = {
    "drop": "put back by the rule",
    "repair": "made to hold afterwards",
    "exceptions": "put back by the rule, exceptions learned",
    "encoded": "learned as the distance between them",
}


def dependency_view(dependencies: list[dict[str, Any]]) -> dict[str, Any] | None:
    """``used`` and ``unused`` rows, and how many of the latter are not shown."""
    if not dependencies:
        return None
    used = [rule for rule in dependencies if rule.get("used")]
    unused = [rule for rule in dependencies if not rule.get("used")]
    return {
        "used": [_row(rule) for rule in used],
        "unused": [_row(rule) for rule in unused[:MOST_UNUSED]],
        "left_out": max(0, len(unused) - MOST_UNUSED),
    }


def _row(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "rule": printable(str(rule["rule"]), 160),
        "what": _MODES.get(str(rule.get("used")), f"not used: {rule.get('why_not')}"),
        "rows": count(rule["rows"]),
        "exceptions": count(rule["exceptions"]),
        "broken": _broken(rule),
    }


def _broken(rule: dict[str, Any]) -> str:
    """Synthetic rows that break it, and those of keys that its map lacks; else a dash."""
    if rule.get("broken") is None:
        return "–"
    unknown = rule.get("unknown") or 0
    return count(rule["broken"]) + (f"; {count(unknown)} of unknown keys" if unknown else "")
