"""The configuration that a command or a program asks for: a file, or a run's own, under changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.config import Config, ConfigError
from jobs.config_file import load_config, load_lake
from jobs.given_model import given_model, run_of_model
from jobs.opening import CONFIGURATION, require_run
from jobs.run import GivenModel
from lakehouse.tables import is_path


def configure(
    config: Path | str | None = None,
    *,
    seed: str | None = None,
    lake: str | None = None,
    rows: int | None = None,
    changes: Mapping[str, Any] | None = None,
    run_id: str | None = None,
) -> Config:
    """A configuration file, if there is one, under what is given beside it.

    Without a file, ``run_id`` stands for that run's own.
    """
    given: dict[str, Any] = {"seed": seed, "lake.tables": lake, "sample.rows": rows}
    named = {key: value for key, value in given.items() if value is not None} | dict(changes or {})
    path = None if config is None else Path(config)
    if path is None and run_id is not None:
        files = load_lake(None, named).files
        require_run(files, run_id)
        path = files / run_id / CONFIGURATION
        named = {"lake.files": None, **named}  # where the lake is seen from here
    return _absolute(load_config(path, named))


def configure_model(
    model: str,
    config: Path | str | None = None,
    *,
    seed: str | None = None,
    lake: str | None = None,
    rows: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> tuple[Config, str | GivenModel]:
    """The configuration of another sample of a model, and the run, or the folder, it is of."""
    path = None if config is None else Path(config)
    named = {**({} if lake is None else {"lake.tables": lake}), **(changes or {})}
    run_id = run_of_model(model, load_lake(path, named).files)
    if run_id is not None:
        settings = configure(
            config, seed=seed, lake=lake, rows=rows, changes=changes, run_id=run_id
        )
        return settings, run_id
    if seed is None and path is None:
        raise ConfigError(
            f"the model {model} is of no run of this lake: give the SEED too, the table that its "
            "rows are to be measured against"
        )
    settings = configure(config, seed=seed, lake=lake, rows=rows, changes=changes)
    return settings, given_model(model)


def _absolute(config: Config) -> Config:
    """Folders and files as seen from anywhere: the run's file is read from other folders too."""
    changes: dict[str, Any] = {}
    if Path(config.seed).exists():
        changes["seed"] = str(Path(config.seed).absolute())
    given = config.sample.given_rows
    if given is not None and Path(given).exists():
        own = config.sample.model_copy(update={"given_rows": str(Path(given).absolute())})
        changes["sample"] = own
    rules = [
        rule.model_copy(update={"table": str(Path(rule.foreign_table).absolute())})
        if rule.foreign_table is not None and Path(rule.foreign_table).exists()
        else rule
        for rule in config.clean.rules
    ]
    if rules:
        changes["clean"] = config.clean.model_copy(update={"rules": tuple(rules)})
    lake: dict[str, Any] = {}
    tables = config.lake.tables
    if ":/" not in tables and (is_path(tables) or "." not in tables):
        lake["tables"] = str(Path(tables).absolute())
    if config.lake.files is not None:
        lake["files"] = str(Path(config.lake.files).absolute())
    return config.model_copy(update={**changes, "lake": config.lake.model_copy(update=lake)})
