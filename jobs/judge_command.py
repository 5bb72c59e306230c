"""``lakesynth evaluate``: a stage of a run, or with ``--real`` a judge of any two tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.api import judge_tables
from jobs.config import Config, ConfigError
from jobs.config_file import load_config, parse_changes
from jobs.judge import Tables
from jobs.options import (
    ConfigOption,
    EntityOption,
    FreshOption,
    HoldoutOption,
    JsonOption,
    LakeOption,
    PrivacyOption,
    RealOption,
    RowsOption,
    RunOption,
    SeedArgument,
    SensitiveOption,
    SetOption,
    SyntheticOption,
    TargetOption,
    listed,
    set_by,
)
from jobs.outcome import guarded
from jobs.publish import GateFailed
from jobs.show import print_report
from synth.metrics.verdict import failed_kinds
from synth.report.report import Report

OUT = "lakesynth-evaluation"
OutOption = Annotated[
    Path | None, typer.Option("--out", help=f"folder of the report; {OUT} if not given")
]
Configure = Callable[..., Config]
Work = Callable[..., dict[str, Any]]


def evaluate_command(configure: Configure, do_one: Work) -> Callable[..., None]:
    """The command; ``configure`` and ``do_one`` are those of a stage of a run."""

    def command(
        seed: SeedArgument = None,
        lake: LakeOption = None,
        real: RealOption = None,
        synthetic: SyntheticOption = None,
        holdout: HoldoutOption = None,
        target: TargetOption = None,
        sensitive: SensitiveOption = None,
        entity: EntityOption = None,
        privacy: PrivacyOption = None,
        out: OutOption = None,
        rows: RowsOption = None,
        config: ConfigOption = None,
        set_: SetOption = None,
        fresh: FreshOption = False,
        run_id: RunOption = None,
        as_json: JsonOption = False,
    ) -> None:
        asked = {
            "task.target": target,
            "columns.sensitive": listed(sensitive),
            "split.key": listed(entity),
            "evaluate.privacy": privacy,
        }
        given = set_by(asked)
        if real is not None:
            run = {"SEED": seed, "--lake": lake, "--rows": rows, "--run": run_id, "--fresh": fresh}
            tables = Tables(real, synthetic or "", holdout)
            _judge(tables, out or Path(OUT), run, config, set_, given, as_json)
            return

        def configured() -> Config:
            alone = {"--synthetic": synthetic, "--holdout": holdout, "--out": out}
            _require_none(alone, "goes with --real, the table it is judged by")
            return configure(config, seed, lake, rows, set_, run_id=run_id, more=given)

        def work(settings: Config) -> dict[str, Any]:
            return do_one(settings, "evaluate", run_id, fresh, as_json)

        guarded(configured, work, as_json)

    return command


def _judge(
    tables: Tables,
    folder: Path,
    of_a_run: dict[str, Any],
    config: Path | None,
    pairs: list[str] | None,
    given: dict[str, Any],
    as_json: bool,
) -> None:
    """Judge tables without a run; none of the options of a run may be given."""

    def configured() -> Config:
        _require_none(of_a_run, "is of a run, and --real judges tables without one")
        if not tables.synthetic:
            raise ConfigError("--real needs --synthetic: the table to judge")
        own = {"seed": tables.real, "lake.tables": str(folder)}
        return load_config(config, own | parse_changes(pairs or []) | given)

    def work(settings: Config) -> dict[str, Any]:
        return _told(judge_tables(tables, settings, folder), folder, as_json)

    guarded(configured, work, as_json)


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


def _require_none(options: dict[str, Any], why: str) -> None:
    """ConfigError names the first of these options that is given."""
    for option, value in options.items():
        if value not in (None, False):
            raise ConfigError(f"{option} {why}")
