"""The first scan: what identifies people is sensitive from then on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from synth.audit.first_scan import first_scan
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from tests.synth.audit.tables import applicants
from tests.synth.audit.test_engine import Scans


def people() -> Source:
    frame = applicants(400)
    frame["contact"] = [f"olena{i}@example.org" for i in range(400)]
    scans = Scans(pd.DataFrame(frame), parts=2)
    return Source("people", scans.schema, scans.scan, scans.distinct_of)


def test_columns_that_identify_people_become_sensitive_and_it_is_said() -> None:
    first = first_scan(people(), AuditQuestion(sample_rows=100))
    assert first.sample.num_rows == 100 and first.profile.rows == 400
    assert [c.name for c in first.profile.schema if c.sensitive] == ["contact"]
    (note,) = first.notes
    assert "'contact' is taken for sensitive" in note and "not_sensitive" in note


def test_unless_the_caller_says_otherwise() -> None:
    asked = replace(AuditQuestion(), infer_sensitive=False)
    first = first_scan(people(), asked)
    assert [c.name for c in first.profile.schema if c.sensitive] == []
    assert [one.column for one in first.content] == ["contact"] and first.notes == ()
