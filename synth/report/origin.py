"""Where a table came from, for the report: its lineage in words, and the time of each stage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synth.report.svg import printable
from synth.report.words import count, duration

_TITLES = {
    "run_id": "Run",
    "seed_name": "Source as given",
    "seed": "Seed table",
    "train": "Train part",
    "model_hash": "Model's hash",
    "config_digest": "Configuration's digest",
    "block_rows": "Rows of a block",
    "package_version": "Lakesynth version",
    "given": "Conditions on",
    "given_rows": "One row for each of",
    "model_source": "Model from",
}
_OWN = ("synthetic",)  # the page's title says it
_NUMBERS = ("rows", "block_rows")


def lineage_view(lineage: Mapping[str, str]) -> dict[str, str]:
    """Title and text of each property that says something; the properties stand in report.json."""
    found = {}
    for key, text in lineage.items():
        name = key.rpartition(".")[2]
        said = _said(name, text)
        if said and name not in _OWN:
            found[_TITLES.get(name, name.replace("_", " ").capitalize())] = said
    return found


def _said(name: str, text: str) -> str:
    """A property in words; empty where it says that there is nothing."""
    if not text:
        return ""
    if name in _NUMBERS and text.isdigit():
        return count(int(text))
    try:
        value: Any = json.loads(text)
    except json.JSONDecodeError:
        return printable(text)
    if isinstance(value, dict) and {"name", "version"} <= value.keys():
        return f"{printable(str(value['name']))}, version {value['version']}"
    if isinstance(value, list):
        return ", ".join(printable(str(one)) for one in value)
    return "" if value is None else printable(text)


def stage_view(seconds: Mapping[str, float]) -> list[dict[str, Any]]:
    """Each stage's time as it is read, and as a share of the longest one's."""
    longest = max([*seconds.values(), 1e-9])
    return [
        {"name": name, "time": duration(value), "share": round(100 * value / longest, 1)}
        for name, value in seconds.items()
    ]
