"""What a synthetic table protects and what nobody claims of it, for a governance officer."""

from __future__ import annotations

from typing import Any

from synth.report.report import Report
from synth.report.words import count
from synth.table.door import either

NOT_STATED = "not stated"


def claims_view(report: Report) -> dict[str, Any]:
    """The box: what is protected, what is not claimed, what the owner states."""
    stated = report.stated
    return {
        "protected": _protected(report),
        "not_claimed": _not_claimed(report),
        "stated": [
            ("Intended use", stated.get("intended_use") or NOT_STATED),
            ("Approved by", stated.get("approved_by") or NOT_STATED),
            ("Privacy unit", _unit(report)),
        ],
        "treatment": report.treatment,
    }


def _protected(report: Report) -> list[str]:
    said = []
    least = report.stated.get("min_entities")
    if least:
        whose = "rows share" if _unit(report) == "row" else "entities hold"
        said.append(f"No value that fewer than {count(int(least))} {whose} is stored or shown.")
    sensitive = [row["column"] for row in report.treatment if row["sensitive"]]
    if sensitive:
        said.append(f"Values of {', '.join(sensitive)} are masked in every report and log.")
    copies = report.metric_of("exact_copy_rate")
    if copies is not None and copies.counts is not None:
        hits, rows = copies.counts
        said.append(
            f"{count(hits)} of {count(rows)} synthetic rows equal a real one in every value: "
            + ("no more than chance makes." if copies.status == "green" else "more than allowed.")
        )
    if report.metric_of("worst_attack_auc") is not None:
        said.append("The attacks listed below were tried on people who are in the real table.")
    return said


def _unit(report: Report) -> str:
    return report.stated.get("unit") or "row"


def _not_claimed(report: Report) -> list[str]:
    said = [
        "No differential privacy: the generator was trained without a formal guarantee.",
        "Not that the table is anonymous in law: that is judged case by case.",
        "Nothing about attacks that were not tried, nor about attackers who know more.",
    ]
    if report.metric_of("worst_attack_auc") is None:
        setting = either(lake="evaluate.privacy", memory="privacy")
        said.append(f"Nothing about attacks at all: none was tried ({setting}).")
    if not report.has_holdout:
        said.append("Nothing beside rows that were held out: there are none.")
    return said
