"""``lakesynth profile``: a stage of a run, or without lake and run an audit of any table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.api import audit_seed
from jobs.audit import PAGE
from jobs.config import Config, ConfigError
from jobs.config_file import load_config, parse_changes
from jobs.options import (
    ConfigOption,
    EntityOption,
    FreshOption,
    JsonOption,
    LakeOption,
    RowsOption,
    RunOption,
    SeedArgument,
    SensitiveOption,
    SetOption,
    TargetOption,
    listed,
)
from jobs.outcome import guarded
from jobs.show_audit import print_audit
from synth.audit.audit import Audit

OUT = "lakesynth-profile"
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help=f"folder of the page, for a profile without a run; {OUT}"),
]
PurposeOption = Annotated[
    str | None, typer.Option("--purpose", help="what the synthetic table is wanted for")
]
Configure = Callable[..., Config]
Work = Callable[..., dict[str, Any]]


def profile_command(configure: Configure, do_one: Work) -> Callable[..., None]:
    """The command; ``configure`` and ``do_one`` are those of a stage of a run."""

    def command(
        seed: SeedArgument = None,
        lake: LakeOption = None,
        target: TargetOption = None,
        sensitive: SensitiveOption = None,
        entity: EntityOption = None,
        purpose: PurposeOption = None,
        out: OutOption = None,
        rows: RowsOption = None,
        config: ConfigOption = None,
        set_: SetOption = None,
        fresh: FreshOption = False,
        run_id: RunOption = None,
        as_json: JsonOption = False,
    ) -> None:
        settings = {
            "task.target": target,
            "columns.sensitive": listed(sensitive),
            "split.key": listed(entity),
            "stated.intended_use": purpose,
        }
        given = {key: value for key, value in settings.items() if value is not None}
        of_a_run = {"--lake": lake, "--run": run_id, "--rows": rows, "--fresh": fresh}
        named = [option for option, value in of_a_run.items() if value not in (None, False)]
        if out is not None or not (named or config):
            _audit(seed, out or Path(OUT), named, config, set_, given, as_json)
            return

        def configured() -> Config:
            return configure(config, seed, lake, rows, set_, run_id=run_id, more=given)

        def work(settings: Config) -> dict[str, Any]:
            return do_one(settings, "profile", run_id, fresh, as_json)

        guarded(configured, work, as_json)

    return command


def _audit(
    seed: str | None,
    folder: Path,
    of_a_run: list[str],
    config: Path | None,
    pairs: list[str] | None,
    given: dict[str, Any],
    as_json: bool,
) -> None:
    """Audit a table without a run; none of the options of a run may be given."""

    def configured() -> Config:
        if of_a_run:
            raise ConfigError(f"{of_a_run[0]} is of a run, and --out profiles a table without one")
        if seed is None and config is None:
            raise ConfigError("nothing to profile: name a table, as in lakesynth profile SEED")
        own = {"lake.tables": str(folder)} | ({} if seed is None else {"seed": seed})
        return load_config(config, own | parse_changes(pairs or []) | given)

    def work(settings: Config) -> dict[str, Any]:
        return _told(audit_seed(settings, folder), folder, as_json)

    guarded(configured, work, as_json)


def _told(found: Audit, folder: Path, as_json: bool) -> dict[str, Any]:
    page = folder / PAGE
    if not as_json:
        print_audit(found, page)
    return {
        "table": found.table,
        "rows": found.rows,
        "findings": [one.to_json() for one in found.findings],
        "notes": list(found.notes),
        "report": str(page),
    }
