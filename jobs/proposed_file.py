"""What a profile proposes, as a YAML file to take from: ``lakesynth run --config`` reads it."""

from __future__ import annotations

from typing import Any

import yaml

from jobs.proposals import proposals
from synth.audit.audit import Audit


def proposed_file(found: Audit) -> str:
    """The proposals by section, each entry under its evidence; delete what is not to be.

    A constraint that stays found by the run itself is vetoed by ``dependencies.veto``.
    """
    lines = [
        f"# Lakesynth: what the profile of {_line(found.table)} proposes, with its evidence.",
        "# Keep what is right, delete the rest, then: lakesynth run --config FILE --lake LAKE.",
        "# A run looks for rules itself: dependencies.veto names columns that none may determine.",
        *_yaml("seed", found.table),
    ]
    section = ""
    for setting, entries in _by_setting(found).items():
        own, _, name = setting.partition(".")
        lines += [f"{own}:"] if own != section else []
        lines.append(f"  {name}:")
        section = own
        for evidence, value in entries:
            lines += [f"  # {evidence}", *(f"  {line}" for line in _yaml("", [value]))]
    return "\n".join(lines) + "\n"


def _by_setting(found: Audit) -> dict[str, list[tuple[str, Any]]]:
    by_setting: dict[str, list[tuple[str, Any]]] = {}
    for one in sorted(proposals(found), key=lambda one: one.setting):
        by_setting.setdefault(one.setting, []).append((_line(one.evidence), one.value))
    return by_setting


def _line(text: str) -> str:
    """A comment's text: a name may hold the end of a line."""
    return " ".join(text.split())


def _yaml(key: str, value: Any) -> list[str]:
    text = yaml.safe_dump({key: value} if key else value, sort_keys=False, allow_unicode=True)
    return text.rstrip("\n").split("\n")
