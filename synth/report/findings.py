"""Findings of a profile as pages show them."""

from __future__ import annotations

from typing import Any

from synth.audit.finding import Finding, Severity
from synth.report.svg import printable

TONES: dict[Severity, str] = {"error": "red", "warning": "amber", "info": "green"}


def finding_view(found: Finding) -> dict[str, Any]:
    """What a template needs of one."""
    return {
        "name": found.name,
        "severity": found.severity,
        "tone": TONES[found.severity],
        "columns": ", ".join(map(printable, found.columns)) or "whole table",
        "evidence": found.evidence,
        "remedy": found.remedy,
    }
