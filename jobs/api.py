"""The door from Python: what the command line does, as functions for a notebook or a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from rich.console import Console

from jobs.config import Config, ConfigError
from jobs.config_file import load_config, load_lake
from jobs.given_model import given_model, run_of_model
from jobs.header import known_columns
from jobs.judge import Tables, judge
from jobs.lake import Lake
from jobs.names import is_file
from jobs.opening import CONFIGURATION, open_run, open_run_by_id, require_run
from jobs.pipeline import do_all
from jobs.progress import Reporter
from jobs.run import GivenModel, Run
from jobs.seed_checks import require_columns
from jobs.session import SessionSettings, open_session, starts_here
from jobs.small import import_beside, is_small
from jobs.storage import require_storage
from lakehouse.files import fingerprint
from lakehouse.listing import nothing_found
from lakehouse.tables import is_path
from synth.generators.registry import generator_kind
from synth.report.report import Report


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
    run = start_run(settings, fresh=fresh, reporter=reporter, trains=True)
    do_all(run)
    return run


def sample_model(
    model: str | Path,
    seed: str | None = None,
    lake: str | None = None,
    *,
    rows: int | None = None,
    given: Mapping[str, Any] | None = None,
    config: Path | str | None = None,
    changes: Mapping[str, Any] | None = None,
    reporter: Reporter | None = None,
) -> Run:
    """Another table of a finished model, as ``lakesynth sample --model`` makes it.

    ``model`` is a run's name, or the folder of a model; one that no run of the lake has made is
    measured against ``seed``.
    """
    more = {**(changes or {}), **({} if given is None else {"sample.given": dict(given)})}
    settings, source = configure_model(
        str(model), config, seed=seed, lake=lake, rows=rows, changes=more
    )
    run = start_model_run(settings, source, reporter=reporter)
    do_all(run)
    return run


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
    lake: dict[str, Any] = {}
    tables = config.lake.tables
    if ":/" not in tables and (is_path(tables) or "." not in tables):
        lake["tables"] = str(Path(tables).absolute())
    if config.lake.files is not None:
        lake["files"] = str(Path(config.lake.files).absolute())
    return config.model_copy(update={**changes, "lake": config.lake.model_copy(update=lake)})


def start_session(config: Config | None, *, brief: bool = False) -> SparkSession:
    """The Spark session that a configuration asks for; the default one without it.

    ``brief`` says that the process ends with what it does for this configuration.
    """
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
        small=is_small(config),
        brief=brief,
    )
    return open_session(settings)


def judge_tables(
    tables: Tables, config: Config, out: Path, *, reporter: Reporter | None = None
) -> Report:
    """Judge any synthetic table by real ones, as ``lakesynth evaluate --real`` does it.

    The report is written into the folder ``out``; the configuration names the real table as its
    seed, and has the task, sensitive columns, entities and bounds.
    """
    reporter = reporter or Reporter(_console())
    reporter.note(f"starting Spark; its log is {log_file(config)}")
    spark = start_session(config, brief=True)
    with reporter.stage("evaluate", 1, 1):
        return judge(spark, tables, config, out, reporter)


def start_run(
    config: Config,
    *,
    fresh: bool = False,
    source: str | GivenModel | None = None,
    reporter: Reporter | None = None,
    brief: bool = False,
    trains: bool = False,
) -> Run:
    """The run of a configuration with a session to work in.

    ``source`` is the name of the run that it is, or a model from elsewhere that it is to sample.
    ``brief`` says that the process ends with it, ``trains`` that training is to follow.
    """
    reporter = reporter or Reporter(_console())
    _ = config.table_name  # a seed without a usable name is refused before Spark starts
    if not isinstance(source, str):  # a run has read its seed already
        _require_local_seed(config)
    require_storage(Lake.of(config).files)
    reporter.note(f"starting Spark; its log is {log_file(config)}")
    spark = start_session(config, brief=brief)
    if trains and is_small(config):  # not before: what Spark's workers inherit is set meanwhile
        import_beside(generator_kind(config.train.generator).fit_imports)
    if isinstance(source, str):
        return open_run_by_id(config, spark, reporter, source)
    return open_run(
        config,
        spark,
        reporter,
        seed_fingerprint=lambda: fingerprint(spark, config.seed),
        fresh=fresh,
        model=source,
    )


def start_model_run(
    config: Config,
    source: str | GivenModel,
    *,
    reporter: Reporter | None = None,
    brief: bool = False,
) -> Run:
    """The run whose model is to be sampled once more; ConfigError where it has none yet."""
    run = start_run(config, source=source, reporter=reporter, brief=brief)
    if run.model is None:
        run.record("train")
    return run


def _require_local_seed(config: Config) -> None:
    """A file or a column that is not there is said at once, where the file is of this machine.

    Under spark-submit and on Databricks, ``/data/people`` may be a place on a cluster.
    """
    settings = SessionSettings(master=config.session.master, remote=config.session.remote)
    name = config.seed
    if not starts_here(settings) or not is_file(name) or ":/" in name:
        return
    if not Path(name).exists():
        raise ConfigError(nothing_found(name))
    columns = known_columns(config)
    if columns is not None:
        require_columns(config, columns)


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
    """Where the log of a Spark that runs on this machine goes."""
    return Lake.of(config).files / "logs" / f"{config.table_name}.log"
