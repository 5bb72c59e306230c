"""What is kept is counted without sensitive columns, in the same scan."""

from __future__ import annotations

from synth.audit.engine import audit
from synth.audit.kept import KeptProfile
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from tests.synth.audit.test_engine import Scans, people


def kept_by(scans: Scans) -> KeptProfile:
    kept: list[KeptProfile] = []
    source = Source("people", scans.schema, scans.scan, scans.distinct_of)
    audit(source, AuditQuestion(), kept.append)
    return kept[0]


def test_no_scan_is_added_with_sensitive_columns_or_without() -> None:
    frame = people()[:900]
    for own in (frame, frame.drop(columns="email")):
        scans = Scans(own, 2)
        assert kept_by(scans).pairs is not None
        assert scans.done == 3


def test_what_is_kept_is_that_of_the_table_without_its_sensitive_columns() -> None:
    frame = people()[:900]
    found = kept_by(Scans(frame, 1)).pairs
    plain = kept_by(Scans(frame.drop(columns="email"), 1)).pairs
    assert found is not None and plain is not None
    assert found.design.encoder.dumps() == plain.design.encoder.dumps()
    assert found.design.rules == plain.design.rules
    assert found.state.to_bytes() == plain.state.to_bytes()


def test_where_all_columns_are_sensitive_no_pairs_are_kept() -> None:
    frame = people()[["sex", "city"]][:900]
    assert kept_by(Scans(frame, 1, {"sensitive": ["sex", "city"]})).pairs is None
