"""``lakesynth evaluate``: a stage of a run, or with ``--real`` a judge of any two tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from jobs.api import judge_tables
from jobs.config import Config, ConfigError
from jobs.config_file import load_config, parse_changes
from jobs.judge import Tables
from jobs.options import (
    ConfigOption,
    FreshOption,
    JsonOption,
    LakeOption,
    RowsOption,
    RunOption,
    SeedArgument,
    SetOption,
)
from jobs.outcome import guarded
from jobs.publish import GateFailed
from jobs.show import print_report
from synth.metrics.verdict import failed_kinds
from synth.report.report import Report

OUT = "lakesynth-evaluation"
Configure = Callable[..., Config]
Work = Callable[..., dict[str, Any]]


def evaluate_command(configure: Configure, do_one: Work) -> Callable[..., None]:
    """The command; ``configure`` and ``do_one`` are those of a stage of a run."""

    def command(
        seed: SeedArgument = None,
        lake: LakeOption = None,
        real: Annotated[
            str | None, typer.Option("--real", help="judge any table: the one it was learned from")
        ] = None,
        synthetic: Annotated[
            str | None, typer.Option("--synthetic", help="the table to judge, with --real")
        ] = None,
        holdout: Annotated[
            str | None, typer.Option("--holdout", help="real rows that no generator has seen")
        ] = None,
        target: Annotated[
            str | None, typer.Option("--target", help="the column that a model is to predict")
        ] = None,
        sensitive: Annotated[
            str | None, typer.Option("--sensitive", help="columns, with commas between them")
        ] = None,
        entity: Annotated[
            str | None, typer.Option("--entity", help="columns that tell people apart")
        ] = None,
        privacy: Annotated[
            Literal["off", "quick", "full"] | None,
            typer.Option("--privacy", help="how long attacks take: off, quick or full"),
        ] = None,
        out: Annotated[
            Path | None, typer.Option("--out", help=f"folder of the report; {OUT} if not given")
        ] = None,
        rows: RowsOption = None,
        config: ConfigOption = None,
        set_: SetOption = None,
        fresh: FreshOption = False,
        run_id: RunOption = None,
        as_json: JsonOption = False,
    ) -> None:
        settings: dict[str, Any] = {
            "task.target": target,
            "columns.sensitive": _listed(sensitive),
            "split.key": _listed(entity),
            "evaluate.privacy": privacy,
        }
        given = {key: value for key, value in settings.items() if value is not None}
        if real is None:
            alone = {"--synthetic": synthetic, "--holdout": holdout, "--out": out}
            _stage(alone, given, seed, lake, rows, config, set_, run_id, fresh, as_json)
            return
        of_a_run = {"SEED": seed, "--lake": lake, "--rows": rows, "--run": run_id, "--fresh": fresh}
        folder = Path(OUT) if out is None else out

        def configured() -> Config:
            _require_alone(of_a_run)
            if synthetic is None:
                raise ConfigError("--real needs --synthetic: the table to judge")
            changes = parse_changes(set_ or []) | given
            return load_config(config, {"seed": real, "lake.tables": str(folder), **changes})

        def work(settings: Config) -> dict[str, Any]:
            tables = Tables(real, synthetic or "", holdout)
            report = judge_tables(tables, settings, folder)
            return _told(report, folder, as_json)

        guarded(configured, work, as_json)

    def _stage(
        alone: dict[str, Any],
        given: dict[str, Any],
        seed: str | None,
        lake: str | None,
        rows: int | None,
        config: Path | None,
        set_: list[str] | None,
        run_id: str | None,
        fresh: bool,
        as_json: bool,
    ) -> None:
        def configured() -> Config:
            for option, value in alone.items():
                if value is not None:
                    raise ConfigError(f"{option} goes with --real, the table it is judged by")
            return configure(config, seed, lake, rows, set_, run_id=run_id, more=given)

        guarded(
            configured,
            lambda settings: do_one(settings, "evaluate", run_id, fresh, as_json),
            as_json,
        )

    return command


def _told(report: Report, folder: Path, as_json: bool) -> dict[str, Any]:
    """What the command prints; GateFailed where the table is not within its bounds."""
    verdict = report.verdict
    page = folder / "report.html"
    if not as_json:
        print_report(report, page)
    result = {
        "verdict": verdict.to_json(),
        "metrics": [metric.to_json() for metric in report.metrics if metric.scope == "table"],
        "report": str(page),
        "notes": report.notes,
    }
    if not verdict.passed:
        kinds = failed_kinds(report.metrics, verdict)
        said = f"not within the set bounds: {'; '.join(verdict.reasons)}. The report is {page}"
        raise GateFailed(said, kinds, result)
    return result


def _require_alone(of_a_run: dict[str, Any]) -> None:
    for option, value in of_a_run.items():
        if value not in (None, False):
            raise ConfigError(f"{option} is of a run, and --real judges tables without one")


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]
