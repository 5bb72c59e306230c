"""``lakesynth plan``: which generator, which settings, and what a run will cost, before it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.api import plan_seed
from jobs.config import Config, ConfigError
from jobs.config_file import parse_changes
from jobs.configure import configure
from jobs.options import (
    ConfigOption,
    EntityOption,
    JsonOption,
    LakeOption,
    RowsOption,
    SeedArgument,
    SensitiveOption,
    SetOption,
    TargetOption,
    listed,
    set_by,
)
from jobs.outcome import guarded
from jobs.plan_file import require_free, write_plan
from jobs.show_plan import print_plan

LAKE = "lakehouse"  # where a run would go, and Spark's log goes, if nothing says


def plan_command(
    seed: SeedArgument = None,
    lake: LakeOption = None,
    target: TargetOption = None,
    sensitive: SensitiveOption = None,
    entity: EntityOption = None,
    rows: RowsOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="YAML file to write: the settings, ready to run")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which generator, which settings, and what a run will cost; nothing is trained."""
    given = set_by(
        {
            "task.target": target,
            "columns.sensitive": listed(sensitive),
            "split.key": listed(entity),
        }
    )

    def configured() -> Config:
        if seed is None and config is None:
            raise ConfigError("nothing to plan: name a table, as in lakesynth plan SEED")
        if out is not None:
            require_free(out)
        place = lake if lake is not None or config is not None else LAKE
        changes = parse_changes(set_ or []) | given
        return configure(config, seed=seed, lake=place, rows=rows, changes=changes)

    def work(settings: Config) -> dict[str, Any]:
        found = plan_seed(settings)
        written = None if out is None else write_plan(settings, found, out)
        if not as_json:
            print_plan(found, written)
        return {**found.to_json(), "config": None if written is None else str(written)}

    guarded(configured, work, as_json)
