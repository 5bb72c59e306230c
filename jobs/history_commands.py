"""What a command line tells of runs of the past: runs, report and compare. They start no Spark."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.config import Config, ConfigError
from jobs.config_file import load_lake, parse_changes
from jobs.history import PastRun, compared, past_run, past_runs, require_evaluated
from jobs.options import ConfigOption, JsonOption, LakeOption, SetOption
from jobs.outcome import guarded
from jobs.pipeline import summary_of
from jobs.show import print_summary
from jobs.show_history import print_comparison, print_runs


def runs(
    lake: LakeOption = None,
    table: Annotated[str | None, typer.Option("--table", help="those of one table")] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs of a lake, the newest first, with their verdicts."""

    def work(_: Config | None) -> dict[str, Any]:
        found = past_runs(_files(lake, config, set_), table)
        if not as_json:
            print_runs(found)
        return {"runs": [run.to_json() for run in found]}

    guarded(_nothing, work, as_json)


def report(
    run: Annotated[str, typer.Argument(help="a run's name")],
    lake: LakeOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="copy the page to this file")] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what a run has made, and where its report is."""

    def work(_: Config | None) -> dict[str, Any]:
        found = past_run(_files(lake, config, set_), run)
        require_evaluated(found)
        page = found.report if out is None else _copied(found, out)
        made = summary_of(found.folder, found.records)
        result = {**made, "verdict": found.verdict, "report": str(page)}
        if not as_json:
            print_summary(result)
        return result

    guarded(_nothing, work, as_json)


def compare(
    first: Annotated[str, typer.Argument(help="a run's name")],
    second: Annotated[str, typer.Argument(help="another one's")],
    lake: LakeOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold two runs against each other: settings, figures, columns, seconds."""

    def work(_: Config | None) -> dict[str, Any]:
        files = _files(lake, config, set_)
        result = compared(past_run(files, first), past_run(files, second))
        if not as_json:
            print_comparison(result)
        return result

    guarded(_nothing, work, as_json)


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    for command in (runs, report, compare):
        app.command()(command)


def _nothing() -> Config | None:
    """There is no configuration: a lake is enough."""
    return None


def _files(lake: str | None, config: Path | None, pairs: list[str] | None) -> Path:
    """The folder of a lake's runs."""
    given = {} if lake is None else {"lake.tables": lake}
    return load_lake(config, given | parse_changes(pairs or [])).files


def _copied(run: PastRun, out: Path) -> Path:
    """The page in another place; ConfigError where it cannot be written."""
    target = out / f"{run.id}.html" if out.is_dir() else out
    try:
        shutil.copyfile(run.folder / "report.html", target)
    except OSError as error:
        raise ConfigError(
            f"--out {target} cannot be written: {error.strerror or error}; name another file"
        ) from error
    return target
