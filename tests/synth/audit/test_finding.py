"""Findings: what they say, and in which order."""

from __future__ import annotations

from synth.audit.finding import Finding, gravest_first


def test_errors_come_before_warnings_and_notes() -> None:
    found = [
        Finding(name, severity, (), "e", "r")
        for name, severity in (("a", "info"), ("b", "error"), ("c", "warning"), ("d", "error"))
    ]
    assert [one.name for one in gravest_first(found)] == ["b", "d", "c", "a"]


def test_a_finding_is_one_sentence_with_its_columns_and_remedy() -> None:
    found = Finding("leakage", "warning", ("a", "b"), "tells all", "Leave it out")
    assert found.words() == "warning: leakage ('a', 'b'): tells all. Leave it out"
    assert found.to_json()["columns"] == ("a", "b")
