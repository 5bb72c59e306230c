"""choose, in the tests' own process; without --publish it starts no Spark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jobs import api
from jobs.cli import app
from synth.metrics.ranking import RULE
from tests.jobs.past import left_run


@pytest.fixture(autouse=True)
def without_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "start_session", pytest.fail)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    left_run(tmp_path, "people-a-1", "2024-01-01", pairs=0.9)
    left_run(tmp_path, "people-b-1", "2024-01-02", pairs=0.95)
    left_run(tmp_path, "people-c-1", "2024-01-03", last="train")
    return tmp_path


def said(lake: Path, *line: str) -> Result:
    return CliRunner().invoke(app, ["choose", *line, "--lake", str(lake)])


def test_runs_are_ranked_for_a_person_and_for_a_program(lake: Path) -> None:
    done = said(lake, "people-a-1", "people-b-1")
    assert done.exit_code == 0
    assert (
        "best     run people-b-1, autoregressive (steps 30): nothing was published" in done.stdout
    )
    found = json.loads(said(lake, "people-a-1", "people-b-1", "--json").stdout)
    assert (found["best"], found["published"], found["rule"]) == ("people-b-1", None, RULE)
    assert [(run["run"], run["rank"]) for run in found["runs"]] == [
        ("people-a-1", 2),
        ("people-b-1", 1),
    ]


def test_what_is_no_choice_is_one_sentence(lake: Path) -> None:
    for line, words in (
        (("people-a-1",), "one run is no choice"),
        (("people-a-1", "people-x-1"), "there is no run people-x-1 under"),
        (("people-a-1", "people-c-1"), "people-c-1 has not been evaluated"),
        (
            ("people-a-1", "people-b-1", "--set", "gates.copy_rate=1"),
            "gates.copy_rate is a run's own setting: runs are chosen as they are",
        ),
        (("people-a-1", "people-c-1", "--publish"), "people-c-1 has not been evaluated"),
    ):
        done = said(lake, *line)
        assert done.exit_code == 2
        assert words in done.stderr and len(done.stderr.splitlines()) == 1
    assert CliRunner().invoke(app, ["choose", "--lake", str(lake)]).exit_code == 2
