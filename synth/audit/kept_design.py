"""A design as bytes, so that rows that come later are counted in the same bins, by the same rules.

JSON, and the profile of what forms read; nothing that runs. It holds values of its columns: a
design that is kept is one of columns that are not sensitive.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from synth.audit.design import Design
from synth.audit.quasi_identifiers import QuasiColumns
from synth.dependencies.registry import dependency_from_json
from synth.encode import TableEncoder
from synth.metrics.gram import Standard
from synth.profiling.table_profile import TableProfile
from synth.statistics.together import apart, joined


def design_to_bytes(design: Design) -> bytes:
    """All of it; :func:`design_from_bytes` reads it."""
    data = {
        "encoder": design.encoder.to_json(),
        "standard": design.standard.to_json(),
        "rules": [rule.to_json() for rule in design.rules],
        "more": [rule.to_json() for rule in design.more],
        "limits": list(design.limits),
        "people": asdict(design.people),
        "alike": list(design.alike),
        "parts": list(design.parts.schema.names),
        "notes": list(design.notes),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return joined([text.encode(), design.parts.to_bytes()])


def design_from_bytes(data: bytes) -> Design:
    """What :func:`design_to_bytes` wrote; ValueError, LookupError or TypeError for other bytes."""
    text, parts = apart(data)
    plain: dict[str, Any] = json.loads(text)
    encoder = TableEncoder.from_json(plain["encoder"])
    learned = encoder.forms.learned
    return Design(
        encoder,
        Standard.from_json(plain["standard"]),
        tuple(dependency_from_json(rule, learned) for rule in plain["rules"]),
        tuple(plain["limits"]),
        _people(plain["people"]),
        tuple(plain["alike"]),
        TableProfile.from_bytes(parts, learned.select(plain["parts"])),
        tuple(plain["notes"]),
        tuple(dependency_from_json(rule, learned) for rule in plain["more"]),
    )


def _people(data: dict[str, Any]) -> QuasiColumns:
    left_out = tuple((str(name), str(why)) for name, why in data["left_out"])
    return QuasiColumns(tuple(data["columns"]), tuple(data["described"]), left_out)
