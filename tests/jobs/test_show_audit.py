"""What a terminal shows of an audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.show_audit import print_audit
from synth.audit.in_memory import profile
from tests.synth.audit.tables import applicants


def test_findings_with_what_to_do_and_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    found = profile(applicants(900), target="granted", progress=False).audit
    print_audit(found, Path("out/profile.html"))
    said = capsys.readouterr().out
    assert "Table in memory: 900 rows, 4 columns" in said
    assert "warning structural bias sex, granted" in said and "sample(given=...)" in said
    assert "report  out/profile.html" in said


def test_that_nothing_was_found_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_audit(profile(applicants(900), progress=False).audit, Path("p.html"))
    assert "nothing was found" in capsys.readouterr().out
