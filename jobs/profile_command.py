"""``lakesynth profile``: a stage of a run, or without lake and run an audit of any table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.api import audit_seed
from jobs.audit import PAGE
from jobs.audit_since import Kept
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
    set_by,
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
StatesOption = Annotated[
    str | None, typer.Option("--states", help="Delta table that states of profiles are kept in")
]
SinceOption = Annotated[
    int | None,
    typer.Option("--since", help="a version in --states: only rows added since are read"),
]
WithOption = Annotated[
    list[str] | None,
    typer.Option("--with", help="another table: foreign keys between both are looked for"),
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
        states: StatesOption = None,
        since: SinceOption = None,
        with_: WithOption = None,
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
            "stated.intended_use": purpose,
        }
        given = set_by(asked)
        of_a_run = {"--lake": lake, "--run": run_id, "--rows": rows, "--fresh": fresh}
        named = [option for option, value in of_a_run.items() if value not in (None, False)]
        others = tuple(with_ or ())
        alone = out is not None or states is not None or since is not None or bool(others)
        if alone or not (named or config):
            kept = None if states is None else Kept(states, since)

            def configured_alone() -> Config:
                if since is not None and states is None:
                    raise ConfigError("--since goes on from a kept state: name --states as well")
                settings = _alone(seed, folder, named, config, set_, given)
                _require_apart(settings.seed, others)
                return settings

            def audited(settings: Config) -> dict[str, Any]:
                return _told(
                    audit_seed(settings, folder, kept=kept, others=others), folder, as_json
                )

            folder = out or Path(OUT)
            guarded(configured_alone, audited, as_json)
            return

        def configured() -> Config:
            return configure(config, seed, lake, rows, set_, run_id=run_id, more=given)

        def work(settings: Config) -> dict[str, Any]:
            return do_one(settings, "profile", run_id, fresh, as_json)

        guarded(configured, work, as_json)

    return command


def _alone(
    seed: str | None,
    folder: Path,
    of_a_run: list[str],
    config: Path | None,
    pairs: list[str] | None,
    given: dict[str, Any],
) -> Config:
    """The configuration of a profile without a run; none of a run's options may be given."""
    if of_a_run:
        raise ConfigError(
            f"{of_a_run[0]} is of a run; --out, --states, --since and --with profile without one"
        )
    if seed is None and config is None:
        raise ConfigError("nothing to profile: name a table, as in lakesynth profile SEED")
    own = {"lake.tables": str(folder)} | ({} if seed is None else {"seed": seed})
    return load_config(config, own | parse_changes(pairs or []) | given)


def _require_apart(seed: str, others: tuple[str, ...]) -> None:
    """ConfigError for a table that is named twice."""
    for place, name in enumerate(others):
        if name in (seed, *others[:place]):
            raise ConfigError(
                f"--with {name}: this table is named twice; name others than the seed"
            )


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
