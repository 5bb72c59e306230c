"""What a person reads of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.show_plan import clock, in_all, print_plan
from tests.synth.planning.test_recommendation import recommended


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89.0, "89 s"), (91.0, "1.5 minutes"), (5400.0, "1.5 hours")],
)
def test_times_are_said_in_their_unit(seconds: float, words: str) -> None:
    assert clock(seconds) == words


def test_each_stage_has_a_line_and_each_setting_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_plan(recommended(), Path("plan.yaml"))
    said = " ".join(capsys.readouterr().out.split())
    assert "people.csv: 50,000 rows, 15 columns" in said
    assert "set train.use_gpu: true it is here" in said
    for stage in ("start", "ingest", "train", "publish"):
        assert f" {stage} " in said
    assert "lakesynth run --config plan.yaml" in said


def test_what_is_not_known_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = recommended(rehearsal=None, length=None)
    print_plan(found, None)
    assert "not known" in capsys.readouterr().out
    assert in_all(found).startswith("in all  not known; ")
    assert "at most" in in_all(recommended())
