from __future__ import annotations

import pytest

from jobs.show_cleaning import print_cleaning

RULE = {
    "rule": "in_range",
    "columns": ["age"],
    "action": "quarantine",
    "reason": "is outside [0]..120",  # no markup
    "rows": 1234,
    "repaired": 0,
    "quarantined": 1234,
}


def test_each_rule_has_a_line_and_the_balance_is_last(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    print_cleaning({"counts": {"rules": [RULE]}, "notes": ["a note"], "balance": "5 rows in = 5"})
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "in_range age quarantine 1,234 0 1,234 is outside [0]..120" in lines
    assert lines[-3:-1] == ["a note", "5 rows in = 5"]
    assert lines[-1].startswith("nothing was written")
