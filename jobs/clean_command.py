"""``lakesynth clean``: a stage of a run, or with ``--dry-run`` what each rule would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobs.api import preview_cleaning
from jobs.config import Config, ConfigError
from jobs.options import (
    ConfigOption,
    DryRunOption,
    FreshOption,
    JsonOption,
    LakeOption,
    RowsOption,
    RunOption,
    SeedArgument,
    SetOption,
)
from jobs.outcome import guarded
from jobs.show_cleaning import print_cleaning

Configure = Callable[..., Config]
Work = Callable[..., dict[str, Any]]


def clean_command(configure: Configure, do_one: Work) -> Callable[..., None]:
    """The command; ``configure`` and ``do_one`` are those of a stage of a run."""

    def command(
        seed: SeedArgument = None,
        lake: LakeOption = None,
        rows: RowsOption = None,
        dry_run: DryRunOption = False,
        config: ConfigOption = None,
        set_: SetOption = None,
        fresh: FreshOption = False,
        run_id: RunOption = None,
        as_json: JsonOption = False,
    ) -> None:
        def work(settings: Config) -> dict[str, Any]:
            if not dry_run:
                return do_one(settings, "clean", run_id, fresh, as_json)
            if fresh:
                raise ConfigError("--dry-run starts no run: leave out --fresh")
            found = preview_cleaning(settings, run_id=run_id, brief=True)
            if not as_json:
                print_cleaning(found)
            return found

        guarded(lambda: configure(config, seed, lake, rows, set_, run_id=run_id), work, as_json)

    return command
