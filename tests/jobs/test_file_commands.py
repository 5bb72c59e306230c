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


def test_generators_lists_what_is_installed_and_what_it_can_do() -> None:
    told = CliRunner().invoke(app, ["generators"], env={"COLUMNS": "130"})
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    (shown,) = (line for line in lines if line.strip().startswith("mixture"))
    assert "latent classes" in shown and shown.split()[-3:] == ["yes", "yes", "yes"]
    assert any(line.startswith("settings of gaussian_copula: shrinkage") for line in lines)
    found = json.loads(CliRunner().invoke(app, ["generators", "--json"]).stdout)["generators"]
    names = {one["name"]: one for one in found}
    assert names["marginal"]["settings"] == [] and names["autoregressive"]["densities"] is True
