"""What a person reads of runs of the past."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.history import compared, past_run, past_runs
from jobs.show_history import COLUMNS, print_comparison, print_runs
from tests.jobs.past import left_run


def test_a_list_of_runs_fits_a_terminal_of_80(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    files = left_run(tmp_path, "people-0f1e2d3c-12", "2024-01-01T08:00:00+00:00").lake.files
    left_run(tmp_path, "people-0f1e2d3c-13", "2024-01-02T08:00:00+00:00", last="ingest")
    print_runs(past_runs(files))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "people-0f1e2d3c-12" in lines[-2] and "published" in lines[-2]  # each on one line
    assert any("unfinished" in line for line in lines)


def test_a_comparison_says_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = left_run(tmp_path, "people-a-1", "2024-01-01")
    two = left_run(tmp_path, "people-b-1", "2024-01-01", score=0.7, fingerprint="other")
    result = compared(*(past_run(run.lake.files, run.id) for run in (one, two)))
    print_comparison(result)
    out = capsys.readouterr().out
    assert out.startswith("note: their seeds differ")
    assert f"{12 - COLUMNS} columns that moved less are left out" in out
    assert "no setting differs" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["real", "against", "real", "0", "of", "50", "0", "of", "50"] in lines
    assert ["verdict", "published", "published"] in lines
