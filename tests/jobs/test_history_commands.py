"""runs, report and compare, in the tests' own process; none of them starts Spark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jobs.cli import app
from jobs.run import Run
from tests.jobs.past import left_run


@pytest.fixture
def two(tmp_path: Path) -> tuple[Run, Run]:
    """Two runs of one lake."""
    one = left_run(tmp_path, "people-a-1", "2024-01-01T08:00:00+00:00")
    return one, left_run(tmp_path, "people-b-1", "2024-01-02T08:00:00+00:00", score=0.9)


def said(run: Run, *line: str) -> Result:
    return CliRunner().invoke(app, [*line, "--lake", run.lake.tables.removesuffix("/tables")])


def test_runs_are_listed_for_a_person_and_for_a_program(two: tuple[Run, Run]) -> None:
    done = said(two[0], "runs")
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["people-b-1", "2024-01-02", "08:00", "published", "100", "0.9000", "–", "0"] in lines
    found = json.loads(said(two[0], "runs", "--json").stdout)
    assert [run["run_id"] for run in found["runs"]] == ["people-b-1", "people-a-1"]
    assert said(two[0], "runs", "--table", "staff").exit_code == 2


def test_a_report_is_told_and_copied(two: tuple[Run, Run], tmp_path: Path) -> None:
    done = said(two[0], "report", "people-a-1", "--out", str(tmp_path / "page.html"))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == f"report   {tmp_path / 'page.html'}"
    assert (tmp_path / "page.html").read_text() == "<p>the page</p>"
    assert said(two[0], "report", "people-a-1", "--out", str(tmp_path)).exit_code == 0
    assert (tmp_path / "people-a-1.html").is_file()
    assert json.loads(said(two[1], "report", "people-b-1", "--json").stdout)["verdict"]


def test_a_report_of_a_run_that_broke_before_it_was_published(tmp_path: Path) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01", last="evaluate")
    done = said(run, "report", run.id)
    assert done.exit_code == 0
    assert "verdict  unfinished, after evaluate: every gate is kept" in done.stdout.splitlines()


def test_a_lake_that_was_moved_names_the_page_where_it_is(tmp_path: Path) -> None:
    left_run(tmp_path / "old", "people-a-1", "2024-01-01")
    (tmp_path / "old").rename(tmp_path / "new")
    line = ["report", "people-a-1", "--lake", str(tmp_path / "new"), "--json"]
    found = json.loads(CliRunner().invoke(app, line).stdout)
    assert found["report"].startswith(str(tmp_path / "new"))
    assert Path(found["report"]).is_file()


def test_what_cannot_be_told_is_one_sentence(two: tuple[Run, Run], tmp_path: Path) -> None:
    left_run(tmp_path, "people-c-1", "2024-01-03", last="train")
    for line, words in (
        (("report", "people-x-1"), "there is no run people-x-1 under"),
        (("report", "people-c-1"), "people-c-1 has not been evaluated (unfinished, after train)"),
        (("compare", "people-a-1", "people-c-1"), "people-c-1 has not been evaluated"),
        (("report", "people-a-1", "--out", str(tmp_path / "no" / "a.html")), "cannot be written"),
    ):
        done = said(two[0], *line)
        assert done.exit_code == 2
        assert words in done.stderr and len(done.stderr.splitlines()) == 1
    assert CliRunner().invoke(app, ["runs"]).exit_code == 2  # of no lake


def test_two_runs_are_compared(two: tuple[Run, Run]) -> None:
    done = said(two[0], "compare", "people-a-1", "people-b-1")
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["column", "similarity", "0.9800", "0.9000"] in lines
    assert ["c3", "0.9500", "0.8700"] in lines
    found = json.loads(said(two[0], "compare", "people-a-1", "people-b-1", "--json").stdout)
    assert [run["run_id"] for run in found["runs"]] == ["people-a-1", "people-b-1"]
