"""lakesynth: the command line. Every verb is a stage; ``run`` is all of them."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from jobs import demo as demo_job
from jobs.api import configure as configured
from jobs.api import log_file, start_run, start_session
from jobs.config import Config, ConfigError
from jobs.config_file import json_schema, parse_changes
from jobs.pipeline import do_all, do_stage, summary
from jobs.publish import GateFailed, check_gates
from jobs.run import STAGES, Run
from jobs.show import print_lineage, print_stage, print_summary
from lakehouse.lineage import read_lineage
from synth.table.errors import InputError

OK, OTHER, BAD_INPUT = 0, 1, 2  # gates are 3 (quality) and 4 (privacy)
C = TypeVar("C", Config, Config | None)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Synthetic tables for the lakehouse: profile, clean, train, sample, measure, publish.",
)

SeedArgument = Annotated[
    str | None,
    typer.Argument(help="CSV, Parquet or JSON file or folder, Delta path, catalog.schema.table"),
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="YAML configuration file")]
LakeOption = Annotated[
    str | None, typer.Option("--lake", help="folder of the lake, or catalog.schema")
]
RowsOption = Annotated[int | None, typer.Option("--rows", help="synthetic rows to make")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="a.b=c, over the configuration file")
]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="start a new run")]
RunOption = Annotated[str | None, typer.Option("--run", help="a run's name, to work in that one")]


def main() -> None:
    """The ``lakesynth`` command; it returns where all is well.

    Databricks takes SystemExit for a failure of the wheel task, also where its code is 0.
    """
    try:
        app()
    except SystemExit as ended:
        if ended.code:
            raise


def submit(stage: str) -> None:
    """The entry of ``spark-submit jobs/STAGE.py ARGUMENTS``: those of the subcommand."""
    sys.argv[1:1] = [stage]
    main()


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
    _guarded(
        lambda: _config(config, seed, lake, rows, set_),
        lambda settings: _run_all(start_run(settings, fresh=fresh), as_json),
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
        _console().print(f"configuration: {path} (yours to edit)", markup=False)
        return _config(path, None, None, rows, set_)

    _guarded(
        configure, lambda settings: _run_all(start_run(settings, fresh=fresh), as_json), as_json
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
        def work(settings: Config) -> dict[str, Any]:
            if fresh and stage != STAGES[0]:
                raise ConfigError(
                    f"--fresh starts a run, and {stage} comes later: use it with `lakesynth "
                    f"{STAGES[0]}` or `lakesynth run`"
                )
            run = start_run(settings, fresh=fresh, run_id=run_id)
            record = do_stage(run, stage)
            if not as_json:
                print_stage(record, run.folder)
            if stage == "publish":
                check_gates(run)
            return {"run_id": run.id, **record.to_json()}

        _guarded(lambda: _config(config, seed, lake, rows, set_), work, as_json)

    return command


_HELP = {
    "ingest": "Read the seed and pin its version.",
    "profile": "Profile the seed: statistics, keys, findings.",
    "clean": "Repair rows; put those that break a rule into quarantine.",
    "split": "Set a holdout apart.",
    "encode": "Fit the encoder and write the codes.",
    "train": "Fit the generator.",
    "sample": "Make the synthetic rows.",
    "evaluate": "Measure fidelity and copies; write the report.",
    "publish": "Publish the table if every gate is kept.",
}
for _stage in STAGES:
    app.command(_stage, help=_HELP[_stage])(_stage_command(_stage))


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
        found = read_lineage(start_session(settings), table)
        if found is None:
            raise ConfigError(f"table {table} carries no lineage: Lakesynth did not make it")
        if not as_json:
            print_lineage(table, found)
        return found.to_metadata()

    _guarded(configure, work, as_json)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file."""
    print(json.dumps(json_schema(), indent=2))


def _config(
    path: Path | None,
    seed: str | None,
    lake: str | None,
    rows: int | None,
    pairs: list[str] | None,
) -> Config:
    """The configuration file under what the command line says."""
    changes = parse_changes(pairs or [])
    return configured(path, seed=seed, lake=lake, rows=rows, changes=changes)


def _run_all(run: Run, as_json: bool) -> dict[str, Any]:
    do_all(run)
    result = summary(run)
    if not as_json:
        print_summary(run, result)
    try:
        check_gates(run)
    except GateFailed as refused:
        refused.result = result
        raise
    return result


def _guarded(
    configure: Callable[[], C],
    work: Callable[[C], dict[str, Any]],
    as_json: bool,
) -> None:
    """Do the work; say what went wrong in one message, and leave with the exit code of its kind."""
    console, config = _console(), None
    try:
        config = configure()
        result, code = work(config), OK
    except GateFailed as refused:
        result, code = refused.result or {"error": str(refused)}, refused.exit_code
        console.print(str(refused), style="bold red", markup=False)
    except Exception as error:
        if isinstance(error, InputError):
            message, code = f"error: {error}", BAD_INPUT
            result = {"error": str(error)}
            if config is not None and log_file(config).exists():
                _write_trace(config)
        else:
            first = (str(error).strip().splitlines() or [""])[0]
            trace = _write_trace(config)
            message = f"{type(error).__name__}: {first}\nThe whole error is in {trace}"
            result, code = {"error": message}, OTHER
        console.print(message, style="bold red", markup=False)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    raise typer.Exit(code)


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def _write_trace(config: Config | None) -> Path:
    """Append the error's whole trace to the log of Spark, where both are found together."""
    path = log_file(config) if config else Path(tempfile.mkdtemp(prefix="lakesynth-")) / "error.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(traceback.format_exc())
    return path


if __name__ == "__main__":
    main()
