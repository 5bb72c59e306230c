"""What to do about a finding, in the words of who asked: a setting of the lake, or an argument."""

from __future__ import annotations

from synth.table.door import either

_IN_MEMORY = {
    "clean.drop_duplicates": "frame.drop_duplicates()",
    "clean.ranges": "filter the frame",
    "clean.rules": "filter the frame",
    "clean.replace": "frame.replace(...)",
    "columns.ignore": "drop it from the frame",
    "columns.not_sensitive": "not_sensitive=[...]",
    "columns.keys": "keys=[...]",
    "columns.sensitive": "sensitive=[...]",
    "evaluate.privacy": "evaluate(privacy=...)",
    "ingest.unsupported_columns: drop": "drop them from the frame",
    "sample.given": "sample(given=...)",
    "split.key": "entity=[...]",
}


def by(setting: str) -> str:
    """A setting as its caller knows it; KeyError for one that no finding names.

    >>> by("sample.given")
    'sample.given'
    """
    return either(lake=setting, memory=_IN_MEMORY[setting])
