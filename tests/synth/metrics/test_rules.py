"""Rates of broken rules, by hand."""

import pytest

from synth.metrics.rules import KINDS, rule_metrics

KEPT = {"rule": "a = b + c", "used": "drop", "rows": 1000, "exceptions": 0, "broken": 0}
LOOSE = {"rule": "a <= b", "used": "repair", "rows": 500, "exceptions": 5, "broken": 40}
UNUSED = {"rule": "c by d", "used": None, "rows": 500, "exceptions": 9, "why_not": "weak"}


def test_rates_by_hand() -> None:
    measured = rule_metrics([KEPT, LOOSE, UNUSED], 2000)
    kept, loose = measured.metrics
    assert (kept.detail, kept.value, kept.reference) == ("a = b + c", 0, 0)
    assert kept.interval == (0, pytest.approx(1 - 0.025 ** (1 / 2000)))
    assert (loose.value, loose.reference, loose.counts) == (0.02, 0.01, (40, 2000))
    assert loose.reference_counts == (5, 500)
    assert measured.notes == ["rules: 1 of 3 that were found are not used or counted"]
    (kind,) = KINDS
    assert {own.name for own in measured.metrics} == {kind.name}
    assert not kind.higher_is_better and not kept.higher_is_better


def test_unknown_keys_are_said_and_break_nothing() -> None:
    measured = rule_metrics([{**KEPT, "unknown": 7}], 100)
    assert measured.metrics[0].value == 0 and "of 1 rules" in measured.notes[0]


def test_rules_without_real_rows_and_tables_without_rows() -> None:
    declared = {"rule": "x", "rows": 0, "exceptions": 0, "broken": 3}
    assert rule_metrics([declared], 10).metrics[0].reference is None
    assert "no rows" in rule_metrics([KEPT], 0).notes[0]
    assert rule_metrics([], 10).metrics == []
