"""The command line, in the tests' own process."""

from __future__ import annotations

import json
import sys

import pytest
import typer
from typer.testing import CliRunner

from jobs import cli
from jobs.cli import app, main
from jobs.run import Run
from jobs.stages import BY_NAME, STAGES
from synth.version import VERSION

OTHERS = (
    "run",
    "demo",
    "check",
    "init",
    "lineage",
    "schema",
    "generators",
    "runs",
    "report",
    "compare",
    "choose",
    "plan",
)


def test_every_stage_is_a_command_with_its_help() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(commands) == {*STAGES, *OTHERS}
    assert {name: commands[name].help for name in STAGES} == {
        name: stage.help for name, stage in BY_NAME.items()
    }


def test_main_returns_where_all_is_well_and_leaves_with_the_code_of_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lakesynth", "--version"])
    main()
    assert capsys.readouterr().out == f"lakesynth {VERSION}\n"
    monkeypatch.setattr(sys, "argv", ["lakesynth", "run", "people.csv"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2


def test_options_of_a_sample_are_settings_and_win_over_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[object] = []

    def stand_in(settings, stage, run_id, fresh, as_json):  # type: ignore[no-untyped-def]
        found.append((settings.sample.given, settings.sample.rows, settings.clean.trim, stage))
        return {}

    monkeypatch.setattr(cli, "_do_one", stand_in)
    line = ["sample", "people.csv", "--lake", "lake", "--rows", "9", "--given", "{city: Rome}"]
    line += ["--set", "sample.given={city: Oslo}", "--set", "clean.trim=false"]
    assert CliRunner().invoke(app, line).exit_code == 0
    assert found == [({"city": "Rome"}, 9, False, "sample")]
    warm = ["sample", "people.csv", "--lake", "lake", "--temperature", "0"]
    assert CliRunner().invoke(app, warm).exit_code == 2


@pytest.mark.usefixtures("spark")
def test_lineage_of_a_table_is_one_json_object(finished: Run) -> None:
    table = finished.record("publish").tables["synthetic"].name
    done = CliRunner().invoke(app, ["lineage", table, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["run_id"] == finished.id
    seed = finished.record("ingest").tables["seed"].name
    done = CliRunner().invoke(app, ["lineage", seed, "--json"])
    assert done.exit_code == 2
    assert "carries no lineage: Lakesynth did not make it" in json.loads(done.stdout)["error"]
