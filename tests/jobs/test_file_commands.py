"""check, init and schema, in the tests' own process; none of them starts Spark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.cli import app
from jobs.config_file import json_schema
from tests.lakes import people, write_csv


def test_schema_prints_the_schema_of_the_configuration() -> None:
    done = CliRunner().invoke(app, ["schema"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, json_schema())


def test_a_first_file_is_written_checked_and_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(people(20), tmp_path / "people.csv")
    run = CliRunner().invoke
    made = run(app, ["init", "people.csv", "--lake", "lake"])
    assert made.exit_code == 0 and "lakesynth check --config people.yaml" in made.stdout
    assert run(app, ["init", "people.csv", "--lake", "lake"]).exit_code == 2
    seen = run(app, ["check", "--config", "people.yaml"])
    assert seen.exit_code == 0
    assert "person_id, age, city" in seen.stdout and "the configuration is sound" in seen.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"people.csv", "people.yaml"}
    told = json.loads(run(app, ["check", "--config", "people.yaml", "--json"]).stdout)
    assert told["columns"] == ["person_id", "age", "city", "pay", "joined"]
    assert told["settings"] == {}
    wrong = run(
        app, ["check", "--config", "people.yaml", "--set", "columns.keys=[persn_id]", "--json"]
    )
    assert wrong.exit_code == 2 and "'persn_id'" in json.loads(wrong.stdout)["error"]
    assert not (tmp_path / "lake").exists()
