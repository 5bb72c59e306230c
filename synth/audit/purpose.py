"""Purposes for which real rows are required, whatever a synthetic table's figures say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth.audit.finding import Finding

PURPOSE = "purpose needs real rows"

# What is asked, by whom: a synthetic row is evidence of nothing that has happened.
_REAL = {
    "clinical trial": (
        r"clinical trial|drug approval|medical device approval|pharmacovigilance",
        "regulators judge effects by what was observed in patients (ICH E6 R3, E9)",
    ),
    "safety certification": (
        r"safety certif|safety case|type approval|airworth|homologation|functional safety",
        "a certificate rests on what was measured (ISO 26262, DO-178C)",
    ),
    "statutory records": (
        r"statutory|legal record|audit trail|tax (?:return|record|audit)|financial statement"
        r"|regulatory reporting|e-?discovery|court proceedings|evidence in court",
        "the law asks for the records themselves",
    ),
    "decisions on single people": (
        r"individual decision|decide on (?:a )?person|case ?work|credit decision"
        r"|fraud investigation|patient care|diagnos(?:e|is of)",
        "no synthetic row is of the person who is decided on",
    ),
}


def on_purpose(purpose: str | None) -> Iterator[Finding]:
    """An error where the declared purpose is one for which real rows are required.

    >>> [found.evidence for found in on_purpose("load test of the booking service")]
    []
    """
    for name, (words, why) in _REAL.items():
        if purpose and re.search(words, purpose, re.IGNORECASE):
            yield Finding(
                PURPOSE,
                "error",
                (),
                f"the declared purpose speaks of {name}: {why}",
                "Use the real table under access control; a synthetic one may serve to prepare "
                "the code for it",
            )
