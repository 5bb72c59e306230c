"""What a command line does without a run: check, init, schema and generators. No Spark."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.checking import checked
from jobs.config import Config
from jobs.config_file import json_schema, parse_changes
from jobs.configure import configure
from jobs.first_file import write_first_file
from jobs.options import ConfigOption, JsonOption, LakeOption, SeedArgument, SetOption
from jobs.outcome import guarded
from jobs.show import print_check, print_generators
from synth.generators.installed import installed


def check(
    seed: SeedArgument = None,
    lake: LakeOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a configuration and its seed's header; starts no Spark, writes nothing."""

    def work(settings: Config) -> dict[str, Any]:
        found = checked(settings)
        if not as_json:
            print_check(found)
        return found

    def configured() -> Config:
        return configure(config, seed=seed, lake=lake, changes=parse_changes(set_ or []))

    guarded(configured, work, as_json)


def init(
    seed: SeedArgument = None,
    lake: LakeOption = "lakehouse",
    out: Annotated[
        Path | None, typer.Option("--out", help="the file; TABLE.yaml if not given")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a commented configuration file for a seed."""

    def work(settings: Config) -> dict[str, Any]:
        path = write_first_file(settings, out or Path(f"{settings.table_name}.yaml"))
        if not as_json:
            print(f"{path}: lakesynth check --config {path}, then lakesynth run --config {path}")
        return {"config": str(path)}

    guarded(lambda: configure(seed=seed, lake=lake), work, as_json)


def schema() -> None:
    """Print the JSON Schema of the configuration file."""
    print(json.dumps(json_schema(), indent=2))


def generators(as_json: JsonOption = False) -> None:
    """List the generators that are installed, and what each can do."""
    found = [asdict(one) for one in installed()]
    if as_json:
        print(json.dumps({"generators": found}))
    else:
        print_generators(found)


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    for command in (check, init, schema, generators):
        app.command()(command)
