"""What a synthetic table discloses: attribute inference, and the three criteria of WP216.

Article 29 Working Party, Opinion 05/2014 on Anonymisation Techniques: singling out, linkability,
inference. A low figure says that these attacks found no leak, never that a table is anonymous.
"""

from __future__ import annotations

from synth.metrics.evidence import Evidence, Measure, Measured
from synth.metrics.kind import MetricKind
from synth.metrics.privacy import attribute_inference, inference_risk, linkability, singling_out

KINDS: tuple[MetricKind, ...] = (
    *attribute_inference.KINDS,
    *singling_out.KINDS,
    *linkability.KINDS,
    *inference_risk.KINDS,
)
MEASURES: tuple[tuple[str, Measure], ...] = (
    (attribute_inference.TITLE, attribute_inference.measure),
    (singling_out.TITLE, singling_out.measure),
    (linkability.TITLE, linkability.measure),
    (inference_risk.TITLE, inference_risk.measure),
)
TITLE = "disclosure"


def measure(evidence: Evidence) -> Measured:
    """All figures of disclosure, in the order of ``KINDS``; each step is told before it starts."""
    empty = [
        role
        for role, rows in (("train", evidence.train), ("synthetic", evidence.synthetic))
        if not len(rows)
    ]
    if empty:
        named = " and ".join(empty)
        return Measured(notes=[f"{TITLE}: not measured: the {named} table has no rows"])
    measured = Measured(notes=_sample_notes(evidence))
    for title, one in MEASURES:
        evidence.follow(title)
        measured = measured + one(evidence)
    return measured


def _sample_notes(evidence: Evidence) -> list[str]:
    """Where the rows are samples: what leaked from rows outside of them is not seen."""
    parts = {
        "train": evidence.train,
        "holdout": evidence.holdout or (),
        "synthetic": evidence.synthetic,
    }
    return [
        f"{TITLE}: {len(rows):,} of {evidence.rows_in_all[role]:,} {role} rows were looked at: a "
        "leak shows as much weaker as rows are missing"
        for role, rows in parts.items()
        if 0 < len(rows) < evidence.rows_in_all.get(role, 0)
    ]
