"""lakesynth: the command line. Every verb is a stage; ``run`` is all of them.

``spark-submit jobs/cli.py VERB ...`` is the same command.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs import demo as demo_job
from jobs.api import do_run, start_model_run, start_run, start_session
from jobs.choose_command import choose_command
from jobs.clean_command import clean_command
from jobs.config import Config, ConfigError
from jobs.config_file import parse_changes, read_mapping
from jobs.configure import configure as configured
from jobs.configure import configure_model
from jobs.file_commands import add_to as add_file_commands
from jobs.history_commands import add_to as add_history
from jobs.judge_command import evaluate_command
from jobs.options import (
    ConfigOption,
    FreshOption,
    GivenOption,
    JsonOption,
    LakeOption,
    ModelOption,
    RowsOption,
    RunOption,
    SeedArgument,
    SetOption,
    TemperatureOption,
)
from jobs.outcome import console, guarded
from jobs.pipeline import do_all, do_stage, summary
from jobs.plan_command import plan_command
from jobs.profile_command import profile_command
from jobs.publish import GateFailed, check_gates
from jobs.run import GivenModel, Run
from jobs.show import print_lineage, print_stage, print_summary
from jobs.stages import BY_NAME, STAGES
from lakehouse.lineage import read_lineage
from synth.version import VERSION

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Synthetic tables for the lakehouse: profile, clean, train, sample, measure, publish.",
)


def main() -> None:
    """The ``lakesynth`` command; it returns where all is well.

    Databricks takes SystemExit for a failure of the wheel task, also where its code is 0.
    """
    try:
        app()
    except SystemExit as ended:
        if ended.code:
            raise


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"lakesynth {VERSION}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Options of the command itself; the verbs have their own."""


@app.command("run")
def run_command(
    seed: SeedArgument = None,
    lake: LakeOption = None,
    rows: RowsOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run all stages, or go on where an earlier try broke."""
    guarded(
        lambda: _config(config, seed, lake, rows, set_),
        lambda settings: _told(do_run(settings, fresh=fresh, brief=True), as_json),
        as_json,
    )


@app.command()
def demo(
    where: Annotated[Path, typer.Argument(help="folder of the demo")] = Path("lakehouse-demo"),
    rows: RowsOption = None,
    set_: SetOption = None,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run all stages on the embedded census table."""

    def configure() -> Config:
        path = demo_job.prepare(where)
        console().print(f"configuration: {path} (yours to edit)", markup=False)
        return _config(path, None, None, rows, set_)

    guarded(
        configure,
        lambda settings: _told(do_run(settings, fresh=fresh, brief=True), as_json),
        as_json,
    )


def _stage_command(stage: str) -> Callable[..., None]:
    def command(
        seed: SeedArgument = None,
        lake: LakeOption = None,
        rows: RowsOption = None,
        config: ConfigOption = None,
        set_: SetOption = None,
        fresh: FreshOption = False,
        run_id: RunOption = None,
        as_json: JsonOption = False,
    ) -> None:
        guarded(
            lambda: _config(config, seed, lake, rows, set_, run_id=run_id),
            lambda settings: _do_one(settings, stage, run_id, fresh, as_json),
            as_json,
        )

    return command


def sample_command(
    seed: SeedArgument = None,
    lake: LakeOption = None,
    rows: RowsOption = None,
    given: GivenOption = None,
    temperature: TemperatureOption = None,
    model: ModelOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    fresh: FreshOption = False,
    run_id: RunOption = None,
    as_json: JsonOption = False,
) -> None:
    """The stage, with its own settings as options; with ``--model`` all that comes after it too."""
    source: str | GivenModel | None = None

    def configure() -> Config:
        nonlocal source
        changes: dict[str, Any] = {}
        if given is not None:
            changes["sample.given"] = read_mapping("--given", given)
        if temperature is not None:
            changes["sample.temperature"] = temperature
        changes = parse_changes(set_ or []) | changes
        if model is None:
            return configured(
                config, seed=seed, lake=lake, rows=rows, changes=changes, run_id=run_id
            )
        if run_id is not None or fresh:
            raise ConfigError("--model says which run it is: leave out --run and --fresh")
        settings, source = configure_model(
            model, config, seed=seed, lake=lake, rows=rows, changes=changes
        )
        return settings

    def work(settings: Config) -> dict[str, Any]:
        if source is None:
            return _do_one(settings, "sample", run_id, fresh, as_json)
        run = start_model_run(settings, source, brief=True)
        do_all(run)
        return _told(run, as_json)

    guarded(configure, work, as_json)


def _later(make: Callable[..., Callable[..., None]]) -> Callable[..., None]:
    """A stage's own command, given how a stage is configured and done: defined further down."""
    return make(lambda *given, **more: _config(*given, **more), lambda *given: _do_one(*given))


_OWN_COMMANDS = {
    "clean": _later(clean_command),
    "sample": sample_command,
    "evaluate": _later(evaluate_command),
    "profile": _later(profile_command),
}
for _stage in STAGES:
    _command = _OWN_COMMANDS.get(_stage) or _stage_command(_stage)
    app.command(_stage, help=BY_NAME[_stage].help)(_command)


@app.command()
def lineage(
    table: Annotated[str, typer.Argument(help="a synthetic table: path or catalog name")],
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print where a synthetic table came from."""

    def configure() -> Config | None:
        return _config(config, None, None, None, set_) if config else None

    def work(settings: Config | None) -> dict[str, Any]:
        found = read_lineage(start_session(settings, brief=True), table)
        if found is None:
            raise ConfigError(f"table {table} carries no lineage: Lakesynth did not make it")
        if not as_json:
            print_lineage(table, found)
        return found.to_metadata()

    guarded(configure, work, as_json)


add_history(app)
add_file_commands(app)
app.command("choose")(choose_command)
app.command("plan")(plan_command)


def _config(
    path: Path | None,
    seed: str | None,
    lake: str | None,
    rows: int | None,
    pairs: list[str] | None,
    *,
    run_id: str | None = None,
    more: dict[str, Any] | None = None,
) -> Config:
    """The configuration file, or that of the run, under what the command line says."""
    changes = parse_changes(pairs or []) | (more or {})
    return configured(path, seed=seed, lake=lake, rows=rows, changes=changes, run_id=run_id)


def _do_one(
    settings: Config, stage: str, run_id: str | None, fresh: bool, as_json: bool
) -> dict[str, Any]:
    if fresh and stage != STAGES[0]:
        raise ConfigError(
            f"--fresh starts a run, and {stage} comes later: use it with `lakesynth {STAGES[0]}` "
            "or `lakesynth run`"
        )
    run = start_run(settings, fresh=fresh, source=run_id, brief=True)
    record = do_stage(run, stage)
    if not as_json:
        print_stage(record, run.folder)
    if stage == "publish":
        check_gates(run)
    return {"run_id": run.id, **record.to_json()}


def _told(run: Run, as_json: bool) -> dict[str, Any]:
    """What a finished run has made; GateFailed where its table was refused."""
    result = summary(run)
    if not as_json:
        print_summary(result)
    try:
        check_gates(run)
    except GateFailed as refused:
        refused.result = result
        raise
    return result


if __name__ == "__main__":
    main()
