"""The door from Python: what the command line does, as functions for a notebook or a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from rich.console import Console

from jobs.config import SUFFIXES, Config, ConfigError
from jobs.config_file import load_config
from jobs.lake import Lake
from jobs.pipeline import do_all
from jobs.progress import Reporter
from jobs.run import Run, open_run, open_run_by_id
from jobs.session import SessionSettings, open_session, starts_here
from lakehouse.files import fingerprint
from lakehouse.listing import nothing_found
from lakehouse.tables import is_path


def run_all(
    seed: str | None = None,
    lake: str | None = None,
    *,
    config: Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    fresh: bool = False,
    reporter: Reporter | None = None,
) -> Run:
    """All stages, as ``lakesynth run`` does them; an earlier try goes on where it broke.

    ``changes`` are dotted keys over the configuration file, for example
    ``{"train.settings.steps": 300}``.
    A table that breaks a gate raises nothing: the verdict is in ``jobs.pipeline.summary(run)``.
    """
    settings = configure(config, seed=seed, lake=lake, changes=changes)
    run = start_run(settings, fresh=fresh, reporter=reporter)
    do_all(run)
    return run


def configure(
    config: Path | str | None = None,
    *,
    seed: str | None = None,
    lake: str | None = None,
    rows: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Config:
    """A configuration file, if there is one, under what is given beside it."""
    given: dict[str, Any] = {"seed": seed, "lake.tables": lake, "sample.rows": rows}
    named = {key: value for key, value in given.items() if value is not None}
    path = None if config is None else Path(config)
    return _absolute(load_config(path, {**named, **(changes or {})}))


def _absolute(config: Config) -> Config:
    """Folders and files as seen from anywhere: the run's file is read from other folders too."""
    changes: dict[str, Any] = {}
    if Path(config.seed).exists():
        changes["seed"] = str(Path(config.seed).absolute())
    lake: dict[str, Any] = {}
    tables = config.lake.tables
    if ":/" not in tables and (is_path(tables) or "." not in tables):
        lake["tables"] = str(Path(tables).absolute())
    if config.lake.files is not None:
        lake["files"] = str(Path(config.lake.files).absolute())
    return config.model_copy(update={**changes, "lake": config.lake.model_copy(update=lake)})


def start_session(config: Config | None) -> SparkSession:
    """The Spark session that a configuration asks for; the default one without it."""
    if config is None:
        return open_session(SessionSettings())
    given = config.session
    settings = SessionSettings(
        master=given.master,
        remote=given.remote,
        jars_folder=Path(given.jars_folder) if given.jars_folder else None,
        log_file=log_file(config),
        driver_memory=given.driver_memory,
        extra=given.extra,
    )
    return open_session(settings)


def start_run(
    config: Config,
    *,
    fresh: bool = False,
    run_id: str | None = None,
    reporter: Reporter | None = None,
) -> Run:
    """The run of a configuration, or the one named ``run_id``, with a session to work in."""
    reporter = reporter or Reporter(_console())
    _ = config.table_name  # a seed without a usable name is refused before Spark starts
    _require_local_seed(config)
    reporter.note(f"starting Spark; its log is {log_file(config)}")
    spark = start_session(config)
    if run_id is not None:
        return open_run_by_id(config, spark, reporter, run_id)
    return open_run(
        config,
        spark,
        reporter,
        seed_fingerprint=lambda: fingerprint(spark, config.seed),
        fresh=fresh,
    )


def _require_local_seed(config: Config) -> None:
    """A file that is not there is said at once, where Spark would read it from this machine.

    Under spark-submit and on Databricks, ``/data/people`` may be a place on a cluster.
    """
    settings = SessionSettings(master=config.session.master, remote=config.session.remote)
    name = config.seed
    is_file = is_path(name) or Path(name).suffix in SUFFIXES
    if starts_here(settings) and is_file and ":/" not in name and not Path(name).exists():
        raise ConfigError(nothing_found(name))


def _console() -> Console:
    """Standard error; plain lines in a notebook, which takes itself for a terminal.

    A live display would leave each of its frames in the notebook.
    """
    in_notebook = "ipykernel" in sys.modules
    return Console(
        stderr=True,
        highlight=False,
        soft_wrap=True,
        force_jupyter=False,
        force_terminal=False if in_notebook else None,
    )


def log_file(config: Config) -> Path:
    """Where Spark's log and the traces of errors go."""
    return Lake.of(config).files / "logs" / f"{config.table_name}.log"
