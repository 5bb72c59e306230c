"""What a person reads of a choice among runs."""

from __future__ import annotations

import pytest

from jobs.choice import Choice
from jobs.show_choice import print_choice
from synth.metrics.copies import exact_copies
from synth.metrics.metric import Metric
from synth.metrics.ranking import RULE
from tests.jobs.test_choice import row


def test_runs_stand_by_rank_with_their_figures_and_reasons(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    copies, pairs = exact_copies(3, 100), Metric("pair_similarity", "table", 0.9)
    choice = Choice(
        (
            row("people-a-1", 2, figures=[pairs.to_json()], status="red", areas={"utility": "red"}),
            row("people-b-1", 1, figures=[copies.to_json()], settings={"steps": 3}),
        ),
        ("a note",),
    )
    print_choice(choice, "/lake/people")
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["1", "people-b-1", "marginal", "(steps", "3)", "green", "green", "–", "–"] in lines
    assert ["2", "people-a-1", "marginal", "red", "–", "red", "–"] in lines
    assert ["pair", "similarity", "–", "0.9000"] in lines
    assert ["exact", "copies", "3", "of", "100", "–"] in lines
    assert "not chosen: run people-a-1, marginal: utility is red" in out
    assert f"how runs are ranked: {RULE}" in out and "note: a note" in out
    assert "best     run people-b-1, marginal (steps 3): published as /lake/people" in out
    print_choice(choice, None)
    assert capsys.readouterr().out.endswith(": nothing was published\n")
